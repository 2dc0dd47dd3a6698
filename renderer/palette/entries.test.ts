import { expect, test } from 'vitest';
import type { Command } from '../commands.ts';
import { entriesFor } from './entries.ts';

const command = (id: string, name: string, group: Command['group'], detail?: string): Command => ({
  id,
  name,
  group,
  ...(detail === undefined ? {} : { detail }),
  run: () => undefined,
});

const COMMANDS = [
  command('keys', 'Show the keys', 'window'),
  command('sessions', 'Go to the sessions', 'go'),
  command('next', 'Next statement', 'replay'),
  command('play', 'Play', 'replay'),
  command('mine', 'Filter by deletes', 'saved', 'verb:delete table:orders'),
];

/** Each line as its heading, where it has one, and the command's id. */
function lines(typed: string, made: readonly Command[], recent: readonly string[]): string[] {
  return entriesFor(typed, COMMANDS, made, recent).map(({ heading, command: { id } }) =>
    heading === undefined ? id : `${heading}: ${id}`,
  );
}

test('before anything is typed all commands stand by group, and those used last in front', () => {
  expect([lines('', [], []), lines(' ', [], ['play', 'gone', 'keys'])]).toEqual([
    ['Replay: next', 'play', 'Go to: sessions', 'Saved filters: mine', 'Window: keys'],
    [
      'Used lately: play',
      'keys',
      'Replay: next',
      'play',
      'Go to: sessions',
      'Saved filters: mine',
      'Window: keys',
    ],
  ]);
});

test('what was made of the typed text comes first, then names by their fit, then details', () => {
  const made = [command('to', 'Go to statement 12', 'typed'), command('at', 'Go to 12:00', 'typed')];
  expect([
    lines('s', made, []),
    lines('delete', [], []),
    lines('orders', [], []),
    lines('xyz', [], []),
  ]).toEqual([['What you typed: to', 'at', 'keys', 'next', 'sessions', 'mine'], ['mine'], ['mine'], []]);
});

test('of names that fit alike the one used lately stands in front', () => {
  const alike = [command('a', 'Show this', 'window'), command('b', 'Show that', 'window')];
  const ids = (recent: readonly string[]) =>
    entriesFor('show', alike, [], recent).map((entry) => entry.command.id);
  expect([ids([]), ids(['b'])]).toEqual([
    ['a', 'b'],
    ['b', 'a'],
  ]);
});
