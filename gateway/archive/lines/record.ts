/** What an export consists of, piece by piece: sessions with their statements, in the order in which they were sent. */
import type { SessionRow, StatementRow } from '../../../shared/api/session.ts';
import type { EventFields } from '../../../shared/recording/event.ts';
import type { Asked } from './asked.ts';
import type { SessionFacts } from './session-facts.ts';

/** Somebody's word on a held statement. */
export type Vote = Pick<EventFields<'vote'>, 'verdict' | 'issuer' | 'subject' | 'name' | 'reason'>;

/** One SQL statement with all that is known of it. */
export interface StatementRecord extends Asked {
  readonly row: StatementRow;
  /** What policy said when it was sent; null: no rule matched it, or there was no policy. */
  readonly decision: Pick<
    EventFields<'decision'>,
    'effect' | 'enforced' | 'rules' | 'because' | 'message'
  > | null;
  readonly votes: readonly Vote[];
  /** How its hold ended, in words; null when it was not held. */
  readonly holdEnded: string | null;
  /** Its columns that are masked, with how. */
  readonly maskedColumns: readonly {
    readonly column: string;
    readonly style: string;
    readonly rule: string;
  }[];
  /** SHA-256 of the event that holds the intent, as a leaf of its log's tree, and its number there. */
  readonly leaf: { readonly hash: Uint8Array; readonly index: number };
}

/** Some rows of a statement's result, as they came. */
export interface ResultRows {
  readonly statement: number;
  readonly ordinal: number;
  /** Names and types; null when nothing describes them. */
  readonly columns:
    readonly { readonly name: string; readonly type: string; readonly masked: boolean }[] | null;
  /** Cells as psql would print them; null is NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Positions of rows of which the end is not given here, because they are longer than any window shows. */
  readonly cut: readonly number[];
  /** Whether the values were taken out of the record. */
  readonly redacted: boolean;
}

/** A session with what its events say of it so far: all of it with the last of its pieces. */
export interface RecordedSession {
  readonly row: SessionRow;
  readonly facts: SessionFacts;
}

export type Piece =
  | { readonly kind: 'session'; readonly session: RecordedSession }
  | { readonly kind: 'statement'; readonly session: RecordedSession; readonly statement: StatementRecord }
  | { readonly kind: 'rows'; readonly session: RecordedSession; readonly result: ResultRows };

/** Something that was recorded and is no statement: what the gateway or a person did, how a session ended. */
export interface Act {
  /** The same whenever it is told. */
  readonly id: string;
  /** Of the event. */
  readonly kind: string;
  /** µs. */
  readonly time: number;
  /** The gateway's log, hex, and the event's number there. */
  readonly log: string;
  readonly index: number;
  /** In words, on one line. */
  readonly sentence: string;
  readonly gravity: 0 | 1 | 2 | 3 | 4;
  readonly fields: Readonly<Record<string, unknown>>;
}
