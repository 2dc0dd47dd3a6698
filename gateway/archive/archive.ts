/**
 * What an archive is to those who write it (shippers) and those who read it (the host, the CLI). The local one keeps
 * volumes in SQLite (sqlite/); a remote one comes beside it. Both are held to conformance.ts.
 */
import type { Page } from '../../shared/api/page.ts';
import type { SessionSort } from '../../shared/api/routes.ts';
import type {
  ArchiveInfo,
  Facets,
  SegmentRow,
  SessionId,
  SessionRow,
  StatementRow,
  Step,
} from '../../shared/api/session.ts';
import type { StoreStatus } from '../../shared/api/store.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import type { EvidenceReader } from './evidence.ts';
import type { StatementClass } from '../../shared/policy/facts.ts';

/** What one SQL statement is and touches, as its text says. */
export interface StatementFacts {
  /** SELECT, INSERT, COPY FROM, CREATE TABLE, BEGIN, …; empty when the text does not parse. */
  readonly verb: string;
  /** See STATEMENT_CLASSES of shared/policy/facts.ts; empty when the text does not parse. */
  readonly class: StatementClass | '';
  /** Every relation read or written, as written: `schema.table` when the text says so. */
  readonly tables: readonly string[];
  /** Columns it names: with their table, `table.column`, where the text tells it, else alone. */
  readonly columns: readonly string[];
  /** Functions it calls, as written: `schema.function` or `function`. */
  readonly functions: readonly string[];
  /** The statement's part of the text. */
  readonly text: string;
  /** Where `text` starts in the whole, in UTF-16 units. */
  readonly start: number;
  /** The text in normal form: no literals, no comments. Equal for statements that differ only in these. */
  readonly fingerprintText: string;
}

/** One entry for each SQL statement of a text, in order; a text that does not parse, or holds none, is one entry without verb. */
export type FactsOf = (text: string) => readonly StatementFacts[];

/** Takes the events of one log in order. Writing an event again is harmless: what is below the watermark is passed over. */
export interface ArchiveWriter {
  /** The next index this store expects of the log. */
  watermark(log: Uint8Array): number;
  /** Takes bodies of spool records (shared/recording/record.ts) in log order; nothing is visible before {@link commit}. */
  append(body: Uint8Array): void;
  /** Makes everything appended durable and visible, in one transaction. */
  commit(): void;
  /**
   * Makes words searchable for about so many ms, between commits; returns what is left.
   */
  index(ms: number): Indexing;
  close(): void;
}

/** What is left to do for free text. */
export interface Indexing {
  readonly more: boolean;
  /** Statements that are stored and not searchable. */
  readonly backlog: number;
}

/** Which page of what. */
export interface PageRequest {
  readonly filter: Filter;
  readonly after?: string | undefined;
  /** In place of a cursor: the page behind so many, of statements that are counted (`total`). */
  readonly at?: number | undefined;
  readonly limit: number;
}

/** Which page of statements. */
export interface StatementsRequest extends PageRequest {
  readonly session?: SessionId | undefined;
  /** Of one session, in place of a cursor: the page that begins with the statement of this number, or the next there is. */
  readonly statement?: number | undefined;
  /** The same with the SQL statement of this number, from 0, within its Query. */
  readonly ordinal?: number | undefined;
}

/** Segments of a session in a row, the one that holds an event among them, or the last before it. */
export interface SegmentsAround {
  /** How many stand before the first of them. */
  readonly first: number;
  readonly items: readonly SegmentRow[];
}

/** Reads an archive; never changes it. Throws {@link ArchiveError}. */
export interface ArchiveReader extends EvidenceReader {
  info(): Promise<ArchiveInfo>;
  sessions(request: PageRequest & { readonly sort: SessionSort }): Promise<Page<SessionRow>>;
  /** Newest first; with `session`, oldest first. */
  statements(request: StatementsRequest): Promise<Page<StatementRow>>;
  /** Rejects with an AbortError once the signal aborts: counting takes long, and may be for nobody. */
  facets(filter: Filter, signal?: AbortSignal): Promise<Facets>;
  /** null when there is no such session. */
  session(id: SessionId): Promise<SessionRow | null>;
  steps(
    id: SessionId,
    request: {
      readonly after?: string | undefined;
      /** In place of a cursor: the sequence of the first event. */
      readonly from?: number | undefined;
      readonly limit: number;
    },
  ): Promise<Page<Step>>;
  /** At most `steps` steps of the events from the sequence `from` on, as a block of shared/replay/outline.ts. */
  outline(id: SessionId, from: number, steps: number): Promise<Uint8Array>;
  /**
   * What tells the recording of a session from every other: a digest of where it lies and of the state of the files there. What
   * is made from its events may be kept under this key, for it changes when a file is replaced or a value is taken out.
   */
  recordingKey(id: SessionId): Promise<string>;
  segments(id: SessionId): Promise<SegmentRow[]>;
  /** Some of the same around the event of a sequence: of a long session in a hundredth of the time. */
  segmentsAround(id: SessionId, sequence: number): Promise<SegmentsAround>;
  /** A packed segment; null when there is none of that number. */
  segment(id: SessionId, number: number): Promise<Uint8Array | null>;
  /** Sessions with events above the given position (as `info().events` counted), for the live tail. */
  changedSince(events: number): Promise<SessionId[]>;
  /** Of a store that is read from afar: what of it is on hand, and how more comes; absent: all there is is here. */
  readonly store?: StoreDesk;
  close(): Promise<void>;
}

/** What of a store is on hand here. Rejects with {@link ArchiveError}. */
export interface StoreDesk {
  /** How it stands for somebody who looks through this filter. */
  status(filter: Filter): Promise<StoreStatus>;
  /** Begins to fetch what may match, from the newest back, in the place of what was being fetched. */
  fetch(filter: Filter): Promise<void>;
  /** Ends that; what came stays. */
  cancel(): Promise<void>;
  /** Why the values of a session are not here though nobody took them out: its key is not to be had; null: they are. */
  whyUnread(session: SessionId): Promise<string | null>;
}

/** Why an archive cannot be opened or read. */
export type ArchiveErrorCode =
  | 'NOT_FOUND'
  | 'NOT_AN_ARCHIVE'
  | 'OLDER_VERSION'
  | 'NEWER_VERSION'
  | 'DAMAGED'
  | 'BUSY'
  | 'TIMEOUT'
  | 'UNREACHABLE'
  | 'REFUSED'
  | 'BAD_CURSOR'
  | 'BAD_FILTER'
  /** Not answered by this store: the message says what is. */
  | 'NOT_HERE';

export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode;
  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ArchiveError';
    this.code = code;
  }
}
