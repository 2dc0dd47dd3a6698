/** Names given by SQL on the record: what PREPARE and DECLARE CURSOR put under a name is a text of its own. */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { SqlCommand } from './sql-command.ts';
import { type Named, type Naming, NO_TYPES, type Symbols, textAt } from './symbols.ts';

type Giving = Extract<SqlCommand, { readonly kind: 'prepare' | 'declare' }>;

/** Records what a PREPARE or DECLARE gives a name to; returns what the name is to stand for. */
export function recordPrepared(
  recorder: SessionRecorder,
  symbols: Symbols,
  { number, ordinal }: { readonly number: number; readonly ordinal: number },
  command: Giving,
): Naming {
  const { kind, name } = command;
  const target = kind === 'prepare' ? 'S' : 'P';
  const text = symbols.recorded(command.text);
  const at = recorder.record('prepared', { target, name, statement: number, ordinal, text });
  const source = symbols.keepsTexts ? Buffer.from(command.text) : null;
  return kind === 'prepare'
    ? { at, prepared: null, command: null, held: false, source, types: NO_TYPES }
    : {
        at: -1,
        prepared: textAt(at, source),
        command: null,
        held: command.hold,
        source: null,
        types: NO_TYPES,
      };
}

/** How many EXECUTEs of each other are followed: more are of no use but to be lost sight of. */
export const MAX_DEPTH = 16;

/** The command that one is in effect, EXECUTE being the one it executes; undefined while nobody knows which that is. */
export function effective(command: SqlCommand | null, symbols: Symbols): SqlCommand | null | undefined {
  let running = command;
  for (let depth = 0; running?.kind === 'execute' && depth < MAX_DEPTH; depth++) {
    const named = symbols.find('S', running.name);
    if (named === undefined) return undefined;
    running = named?.command ?? null;
  }
  return running;
}

/** What an Execute of such a command asks to be done to names; null when it does nothing to them. */
export function namesAsked(
  recorder: SessionRecorder,
  symbols: Symbols,
  statement: { readonly number: number; readonly ordinal: number },
  command: SqlCommand | null,
): Named[] | null {
  switch (command?.kind) {
    case 'prepare':
      return [symbols.give('S', command.name, recordPrepared(recorder, symbols, statement, command))];
    case 'declare':
      return [symbols.give('P', command.name, recordPrepared(recorder, symbols, statement, command))];
    case 'deallocate':
      return command.name === null ? symbols.takeAll('S') : [symbols.take('S', command.name)];
    case 'close':
      return command.name === null ? symbols.takeAll('P') : [symbols.take('P', command.name)];
    case 'discard all':
      return [...symbols.takeAll('S'), ...symbols.takeAll('P')];
    default:
      return null;
  }
}
