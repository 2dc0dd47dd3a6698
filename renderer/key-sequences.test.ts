import { expect, test } from 'vitest';
import { press, type Pressed } from './key-sequences.ts';

interface Named {
  readonly id: string;
  readonly keys?: readonly string[];
  readonly alias?: string;
}

const COMMANDS: readonly Named[] = [
  { id: 'sessions', keys: ['g', 's'], alias: 'S' },
  { id: 'statements', keys: ['g', 'q'] },
  { id: 'play', keys: ['Space'] },
  { id: 'back', keys: ['Esc'] },
  { id: 'save', keys: ['s'] },
  { id: 'no keys' },
  { id: 'palette', keys: ['Ctrl-K'] },
];

/** What a run of keys does, command by command. */
function typed(...keys: readonly string[]): string[] {
  let sofar: readonly string[] = [];
  return keys.map((key) => {
    const pressed: Pressed<Named> = press(COMMANDS, sofar, key);
    sofar = pressed.kind === 'wait' ? pressed.sofar : [];
    return pressed.kind === 'run' ? pressed.command.id : pressed.kind;
  });
}

test('keys run what is written on them, one alone or one after the other', () => {
  expect([typed(' '), typed('Escape'), typed('g', 's'), typed('g', 'q'), typed('S'), typed('s')]).toEqual([
    ['play'],
    ['back'],
    ['wait', 'sessions'],
    ['wait', 'statements'],
    ['sessions'],
    ['save'],
  ]);
});

test('a key that does not follow begins anew, and one of no command is nobody’s', () => {
  expect([typed('g', ' '), typed('g', 'g', 's'), typed('g', 'x', 's'), typed('x'), typed('g', 'S')]).toEqual([
    ['wait', 'play'],
    ['wait', 'wait', 'sessions'],
    ['wait', 'nothing', 'save'],
    ['nothing'],
    ['wait', 'sessions'],
  ]);
});

test('of two commands with the same key the one that came later runs', () => {
  const both = [
    { id: 'below', keys: ['Esc'] },
    { id: 'above', keys: ['Esc'] },
  ];
  expect(press(both, [], 'Escape')).toEqual({ kind: 'run', command: both[1] });
});
