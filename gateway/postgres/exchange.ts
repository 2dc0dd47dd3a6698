/**
 * What both directions of a session share: which answers the server owes, in order, and what the names of prepared
 * statements and portals stand for. The agent's side (intents.ts) adds, the server's (answers.ts) takes.
 */
import { performance } from 'node:perf_hooks'; // not the global, which is looked up anew for every statement
import type { Judged } from './judged.ts';
import type { Lane } from './masked/lane.ts';
import type { OwnQuestion } from './own-questions.ts';
import type { QueryCommands } from './sql-command.ts';
import { type Named, Symbols, type Target } from './symbols.ts';
import type { PostgresError } from './wire/errors.ts';

/** A statement the server works on or will: one Query, Execute or FunctionCall. */
export interface RunningStatement {
  readonly number: number;
  /** SQL statements of it that ended. */
  ordinal: number;
  /** Of the SQL statement that runs now. */
  rows: number;
  bytes: number;
  /** `performance.now()` when its intent was recorded, or when the SQL statement before it ended. */
  since: number;
  /**
   * The event whose payload holds the RowDescription of the rows to come, as far as the statement itself brought one, and how
   * many columns that has; -1: it brought none.
   */
  describedAt: number | null;
  columns: number;
  /** Of a Query: its text, and its commands once more than the first is asked for. */
  readonly sql: Buffer | null;
  commands: QueryCommands | null;
  /** What an Execute runs; null for others, and when there is no such portal. */
  readonly portal: Named | null;
  /** Something of it was answered, an error last. */
  answered: boolean;
  failed: boolean;
  /** COPY TO STDOUT under way. */
  copyingOut: boolean;
  /** Syncs that the server ignores because they came within its COPY FROM STDIN. */
  ignoredSyncs: number;
  /** What policy made of its text; null where nothing is masked and no limit holds. */
  judged: Judged | null;
  /** Something that must fail was sent in its place, or of its Bind: what the agent is told of the server's error. */
  refusal: PostgresError | null;
  /** The server discards it because of an earlier error. */
  skipped: boolean;
}

/** An answer the server owes. */
export type Expected =
  | { readonly kind: 'query'; readonly statement: RunningStatement }
  | { readonly kind: 'functionCall'; readonly statement: RunningStatement }
  | {
      readonly kind: 'execute';
      readonly statement: RunningStatement;
      readonly portal: string;
      /** What it will do to names. */
      readonly names: readonly Named[] | null;
    }
  /** `own`: asked by the gateway, and not for the agent to see. */
  | { readonly kind: 'describe'; readonly target: Target; readonly name: string; readonly own: boolean }
  | { readonly kind: 'parse' | 'bind'; readonly named: Named; refused: RunningStatement | null }
  | { readonly kind: 'close'; readonly named: Named }
  /** A question of the gateway's own. */
  | { readonly kind: 'own'; readonly question: OwnQuestion }
  | typeof SYNC
  | typeof COPY_END;

export const SYNC = { kind: 'sync' } as const;

/** Not an answer: the place of the agent's CopyDone or CopyFail among what it sent. */
export const COPY_END = { kind: 'copyEnd' } as const;

/**
 * Answers owed at most before the agent has to wait. The server sends what it has answered every 8 KiB, and no answer has
 * less than 5 bytes: this many are owed only when it has not read as far, never because it waits for more.
 */
export const MAX_OWED = 10_000;

/** The event that describes the columns of a statement's rows, null when none did. */
export function describedAt({ describedAt: own, portal }: RunningStatement): number | null {
  return own ?? portal?.describedAt ?? portal?.prepared?.describedAt ?? null;
}

/**
 * How many columns its rows have; -1: not known. What EXECUTE and FETCH return depends on what their names stand for when they
 * run: what they were described as before then binds nobody.
 */
export function columnsOf({ columns, portal }: RunningStatement): number {
  if (columns >= 0 || portal === null) return columns;
  if (portal.prepared !== null && portal.prepared.command !== null) return -1;
  return portal.columns >= 0 ? portal.columns : (portal.prepared?.columns ?? -1);
}

export class Exchange {
  /** Answers owed, next first. */
  readonly expected: Expected[] = [];
  readonly symbols = new Symbols();
  /** After an error in the extended protocol the server discards everything until Sync; true until the agent sends it. */
  discarding = false;
  /** What the last ReadyForQuery said: idle (I), in a transaction (T), in a failed one (E). */
  transaction = 'I';
  /** The COPY FROM STDIN whose data the server awaits. */
  copyIn: RunningStatement | null = null;
  /** The statement whose COPY FROM STDIN the server gave up, while the agent may still be sending data; 0: none. */
  copyRest = 0;
  /** ReadyForQuerys that may come beside those expected: after a failed COPY nobody knows which Syncs were part of it. */
  spareReadies = 0;
  /** How what the server says is masked; null: nothing is. */
  lane: Lane | null = null;
  /** The server's process for this session, whose own notifications say what the agent had it say; 0: not known. */
  process = 0;
  /** FunctionCalls that were refused. */
  refusedCalls = 0;
  /** The last answers owed are to messages that are withheld, of a statement that is held; `inGroup` as it was before them. */
  withheld: { readonly answers: number; readonly inGroup: boolean } | null = null;
  /** The agent sent messages of the extended protocol and not yet the Sync behind them. */
  inGroup = false;
  #numbers = 0;

  /** The server owes no answer and stands at ReadyForQuery: nothing has been forwarded that it has not answered. */
  get idle(): boolean {
    const { withheld, inGroup } = this;
    if (this.discarding || this.copyIn !== null) return false;
    return withheld === null
      ? this.expected.length === 0 && !inGroup
      : this.expected.length === withheld.answers && !withheld.inGroup;
  }

  /** A question of the gateway's own goes before what is withheld. */
  expectOwn(question: OwnQuestion): void {
    this.expected.splice(this.expected.length - (this.withheld?.answers ?? 0), 0, { kind: 'own', question });
  }

  /** A new statement that starts now. */
  start(portal: Named | null, sql: Buffer | null): RunningStatement {
    return {
      number: ++this.#numbers,
      ordinal: 0,
      rows: 0,
      bytes: 0,
      since: performance.now(),
      describedAt: null,
      columns: -1,
      sql,
      commands: null,
      portal,
      answered: false,
      failed: false,
      copyingOut: false,
      ignoredSyncs: 0,
      judged: null,
      refusal: null,
      skipped: false,
    };
  }

  /** Number of the last statement started, 0 before the first. */
  get lastNumber(): number {
    return this.#numbers;
  }

  /** What the next answer belongs to; the marks of ended COPY data before it are dropped. */
  next(): Expected | undefined {
    while (this.expected[0]?.kind === 'copyEnd') this.expected.shift();
    return this.expected[0];
  }

  /**
   * The server awaits COPY data. It ignores Sync until they end (PostgreSQL manual, "COPY Operations"), those sent already
   * included.
   */
  beginCopyIn(statement: RunningStatement): void {
    while (this.expected[1]?.kind === 'sync') {
      this.expected.splice(1, 1);
      statement.ignoredSyncs++;
    }
    if (this.expected[1]?.kind === 'copyEnd') this.expected.splice(1, 1);
    else this.copyIn = statement;
  }

  /**
   * The server gave a COPY up. Data still on their way are ignored; of the Syncs sent among the data nobody knows which
   * the server has read as part of them. What else was sent behind one tells: had that been read as data, the server
   * would have closed the session.
   */
  abandonCopyIn(statement: RunningStatement): void {
    if (this.copyIn === statement) {
      this.copyIn = null;
      this.copyRest = statement.number;
    }
    this.spareReadies = statement.ignoredSyncs;
    const behind = this.expected[1]?.kind;
    if (this.spareReadies === 0 || behind === undefined || behind === 'sync' || behind === 'copyEnd') return;
    this.spareReadies--;
    this.expected.splice(1, 0, SYNC);
  }
}
