/** Statements while they are written: what is known of them before, and how they ended. */
import { STATEMENT_STATUSES } from '../../../shared/recording/event.ts';
import type { Slice } from './sql-text.ts';
import type { StatementWords } from './statement-words.ts';
import type { KnownText } from './store.ts';

/** A SQL statement while its outcome is awaited. */
export interface OpenRow {
  readonly known: KnownText;
  /** Its bytes of the text; null when the text holds nothing else. */
  readonly slice: Slice | null;
  readonly ordinal: number;
  /** Taken when the statement began: the order of ids is the order of intents, whichever ends first. */
  readonly id: number;
  stored: boolean;
  ended: boolean;
  /** Something of its answer is masked. */
  masked: boolean;
  /** Tables of the text that it ran beside its own. */
  readonly others: number[];
  /** What gathers its words; null where they are read from the segments. */
  words: StatementWords | null;
}

/** A Query, Execute or FunctionCall while its outcomes are awaited. */
export interface OpenStatement {
  readonly number: number;
  readonly sequence: number;
  readonly textSequence: number;
  readonly time: number;
  readonly rows: OpenRow[];
  /** What policy said of it, as the dictionary knows it; null: nothing. */
  verdictId: number | null;
}

/** How a SQL statement ended, as its row says it. */
export interface Ending {
  readonly sequence: number | null;
  readonly duration: number | null;
  /** Null where the source of an import does not tell, as with `duration` and `bytes`. */
  readonly rows: number | null;
  /** Of its rows. */
  readonly bytes: number | null;
  readonly status: string;
  readonly sqlstate: string | null;
  /** What the ReadyForQuery behind it said: I, T or E; null until one came. */
  readonly transaction: string | null;
}

/** Of a statement whose outcome is not known. */
export const UNKNOWN: Ending = {
  sequence: null,
  duration: null,
  rows: 0,
  bytes: 0,
  status: 'unknown',
  sqlstate: null,
  transaction: null,
};

/** Statuses as rows hold them: their places in the list. */
const CODES: ReadonlyMap<string, number> = new Map(STATEMENT_STATUSES.map((status, code) => [status, code]));

/** A status as rows hold it; one that is not known here reads unknown. */
export function codeOf(status: string): number {
  return CODES.get(status) ?? STATEMENT_STATUSES.indexOf('unknown');
}
