/**
 * What SQL does to the names that it shares with the protocol, by the server's own word: the tag of a command that
 * completed says what kind it was, its text which name it was about.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { RunningStatement } from './exchange.ts';
import type { SqlCommand } from './sql-command.ts';
import { recordPrepared } from './prepared.ts';
import type { Named, Symbols, Target } from './symbols.ts';

/** Tags of commands that change what names stand for. */
const CHANGES: Readonly<Record<string, Target>> = {
  PREPARE: 'S',
  DEALLOCATE: 'S',
  'DEALLOCATE ALL': 'S',
  'DISCARD ALL': 'S',
  'DECLARE CURSOR': 'P',
  'CLOSE CURSOR': 'P',
  'CLOSE CURSOR ALL': 'P',
};

export class Names {
  readonly #recorder: SessionRecorder;
  readonly #symbols: Symbols;

  constructor(recorder: SessionRecorder, symbols: Symbols) {
    this.#recorder = recorder;
    this.#symbols = symbols;
  }

  /** The command that a statement's SQL is at its ordinal; null for most. */
  commandOf({ commands, ordinal, portal }: RunningStatement): SqlCommand | null {
    return commands === null ? (portal?.prepared?.command ?? null) : commands.at(ordinal);
  }

  /** A SQL statement completed. `asked` is what an Execute was known to do to names when it was sent. */
  completed(
    statement: RunningStatement,
    asked: readonly Named[] | null,
    tag: string,
    command: SqlCommand | null,
  ): void {
    if (command !== null) this.#used(statement, command);
    if (asked !== null) {
      for (const named of asked) this.#symbols.confirm(named);
      return;
    }
    // Tags that end with a count change no names.
    const target = tag.charCodeAt(tag.length - 1) < 0x41 ? undefined : CHANGES[tag];
    if (target !== undefined) this.#change(statement, target, tag, command);
  }

  /** A SQL statement failed, or was suspended; returns its command. */
  left(statement: RunningStatement): SqlCommand | null {
    const command = statement.number === 0 ? null : this.commandOf(statement);
    if (command !== null) this.#used(statement, command);
    return command;
  }

  /** EXECUTE, FETCH and MOVE work on the text of another event. */
  #used({ number, ordinal }: RunningStatement, command: SqlCommand): void {
    if (command.kind !== 'execute' && command.kind !== 'fetch') return;
    const target = command.kind === 'execute' ? 'S' : 'P';
    const named = this.#symbols.live(target, command.name);
    const at = (target === 'S' ? named : named?.prepared)?.at ?? null;
    this.#recorder.record('runs', { statement: number, ordinal, target, name: command.name, at });
  }

  #change(statement: RunningStatement, target: Target, tag: string, command: SqlCommand | null): void {
    switch (command?.kind) {
      case 'prepare':
      case 'declare': {
        if (tag !== (command.kind === 'prepare' ? 'PREPARE' : 'DECLARE CURSOR')) break;
        const naming = recordPrepared(this.#recorder, statement, command);
        return this.#symbols.set(target, command.name, naming);
      }
      case 'deallocate':
      case 'close':
        if (command.name === null || tag !== (command.kind === 'close' ? 'CLOSE CURSOR' : 'DEALLOCATE'))
          break;
        return this.#symbols.set(target, command.name, null);
      default:
    }
    // ALL of them, or the tag says that names changed and the text not which.
    this.#symbols.forget(target);
    if (tag === 'DISCARD ALL') this.#symbols.forget('P');
  }
}
