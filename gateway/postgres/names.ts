/**
 * What SQL does to the names that it shares with the protocol, by the server's own word: the tag of a command that
 * completed says what kind it was, its text which name it was about.
 */
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { RunningStatement } from './exchange.ts';
import { commandOf, QueryCommands, type SqlCommand } from './sql-command.ts';
import { MAX_DEPTH, recordPrepared } from './prepared.ts';
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

  /** A SQL statement completed; returns its command. `asked` is what an Execute was known to do to names when it was sent. */
  completed(statement: RunningStatement, asked: readonly Named[] | null, tag: string): SqlCommand | null {
    const command = this.left(statement);
    if (asked !== null) {
      for (const named of asked) this.#symbols.confirm(named);
      return command;
    }
    // Tags that end with a count change no names.
    const target = tag.charCodeAt(tag.length - 1) < 0x41 ? undefined : CHANGES[tag];
    if (target !== undefined) this.#change(statement, target, tag, command);
    return command;
  }

  /** A SQL statement failed, or was suspended; returns its command, null for most. */
  left(statement: RunningStatement): SqlCommand | null {
    if (statement.number === 0) return null;
    const { sql, ordinal, portal } = statement;
    let command: SqlCommand | null;
    if (sql === null) command = portal?.prepared?.command ?? null;
    else if (ordinal === 0) command = commandOf(sql);
    else command = (statement.commands ??= new QueryCommands(sql)).at(ordinal);
    return command === null ? null : this.#run(statement, command);
  }

  /** EXECUTE, FETCH and MOVE work on the text of another event, which may be a command too: that is what was done. */
  #run({ number, ordinal }: RunningStatement, command: SqlCommand): SqlCommand | null {
    let running: SqlCommand | null = command;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      if (running?.kind !== 'execute' && running?.kind !== 'fetch') return running;
      const text = this.#textOf(running);
      const target = running.kind === 'execute' ? 'S' : 'P';
      const at = text?.at ?? null;
      this.#recorder.record('runs', { statement: number, ordinal, target, name: running.name, at });
      running = text?.command ?? null;
    }
    return null;
  }

  #textOf({ kind, name }: SqlCommand & { readonly kind: 'execute' | 'fetch' }): Named | null {
    if (kind === 'execute') return this.#symbols.live('S', name);
    return this.#symbols.live('P', name)?.prepared ?? null;
  }

  #change(statement: RunningStatement, target: Target, tag: string, command: SqlCommand | null): void {
    switch (command?.kind) {
      case 'prepare':
      case 'declare': {
        if (tag !== (command.kind === 'prepare' ? 'PREPARE' : 'DECLARE CURSOR')) break;
        const naming = recordPrepared(this.#recorder, this.#symbols, statement, command);
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
