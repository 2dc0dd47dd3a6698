/**
 * Everything one can do where one stands. Each place tells what it can while it is there; the keys, the palette (Ctrl-K) and the
 * sheet of keys (?) are all made from this, so that none of them says other than another.
 */
import { useEffect, useRef } from 'react';
import { press, type Bound } from './key-sequences.ts';
import { takesKeys } from './ui/keys.ts';
import type { COMMAND_GROUPS } from './words/commands.ts';

/** Commands that belong together, in the order they are listed. */
export type CommandGroup = keyof typeof COMMAND_GROUPS;

/** Something one can do. Its keys work wherever nothing else takes them. */
export interface Command extends Bound {
  /** Its own among all commands, such as `replay.play`: what was run before is known by it. */
  readonly id: string;
  /** What it does, as an order: "Go to the sessions". */
  readonly name: string;
  readonly group: CommandGroup;
  /** Said beside the name, and found as well. */
  readonly detail?: string | undefined;
  /** False: it cannot be done now; absent: it can. */
  readonly when?: boolean;
  /** `false`: its key is not taken, and others may. */
  readonly run: () => unknown;
}

/** How long after the first key of several the next one still belongs to it, in ms. */
const SEQUENCE_MS = 1_200;

type Telling = () => readonly Command[];
/** Commands made from what was typed into the palette. */
type TellingOf = (typed: string) => readonly Command[];

const tellings = new Set<Telling>();
const typedTellings = new Set<TellingOf>();

/** Offers commands while the component is there. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    const tell: Telling = () => latest.current;
    tellings.add(tell);
    return () => {
      tellings.delete(tell);
    };
  }, []);
}

/** Offers commands that say what to do with a typed text, such as a number to go to. */
export function useTypedCommands(commandsOf: TellingOf): void {
  const latest = useRef(commandsOf);
  useEffect(() => {
    latest.current = commandsOf;
  });
  useEffect(() => {
    const tell: TellingOf = (typed) => latest.current(typed);
    typedTellings.add(tell);
    return () => {
      typedTellings.delete(tell);
    };
  }, []);
}

/** What can be done now; of two with one id the later. */
export function commandsNow(): readonly Command[] {
  const all = [...tellings].flatMap((tell) => tell()).filter(({ when }) => when !== false);
  return [...new Map(all.map((command) => [command.id, command])).values()];
}

/** What can be done now with a typed text. */
export function commandsFor(typed: string): readonly Command[] {
  return [...typedTellings].flatMap((tell) => tell(typed)).filter(({ when }) => when !== false);
}

/** Listens for the keys of all commands; call once at start, so that it comes before any listener of a place. */
export function startCommandKeys(): void {
  let sofar: readonly string[] = [];
  let since = 0;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Shift' || takesKeys(event.target, event.key)) return;
    if (event.timeStamp - since > SEQUENCE_MS) sofar = [];
    const pressed = press(commandsNow(), sofar, event.key);
    sofar = pressed.kind === 'wait' ? pressed.sofar : [];
    since = event.timeStamp;
    if (pressed.kind === 'run' && pressed.command.run() !== false) event.preventDefault();
    // The keys of a list or a pane do not take the second of two.
    if (pressed.kind === 'wait') event.preventDefault();
  };
  window.addEventListener('keydown', onKeyDown);
}
