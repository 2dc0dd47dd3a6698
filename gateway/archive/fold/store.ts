/**
 * Where the fold of events into rows puts what it finds: a volume of SQLite, or an index of many gateways. What a session is and
 * did is found here once; a store keeps it and gives ids to what many rows share.
 */
import type { Decided } from '../../../shared/policy/recorded-decision.ts';
import type { EventFields } from '../../../shared/recording/event.ts';
import type { StatementFacts } from '../archive.ts';
import type { Ending, OpenRow, OpenStatement } from './open-statement.ts';
import type { Slice } from './sql-text.ts';

/** What a session's row counts. */
export interface Counters {
  statements: number;
  rows: number;
  errors: number;
  bytes: number;
  events: number;
  denied: number;
  held: number;
  masked: number;
}

/** A session's row as the writer goes on with it. */
export interface StoredSession extends Counters {
  readonly id: number;
  /** 1: it began in an earlier volume. */
  readonly carried: number;
  readonly job_id: number | null;
  readonly provenance: string | null;
}

/** Statements from one to another, both included. */
export interface Range {
  readonly first: number;
  readonly firstOrdinal: number;
  readonly last: number;
  readonly lastOrdinal: number;
}

/** What a mask's name is. */
export type MaskKind = 'column' | 'rule' | 'detector';

/** A token as the dictionaries know it. */
export interface KnownToken {
  readonly tokenId: number;
  readonly agentId: number;
}

/** What policy said of a statement. */
export interface Verdict {
  readonly decision: Decided;
  readonly rules: readonly string[];
  readonly severity: string;
}

/** A statement's text as the dictionaries know it. */
export interface KnownText {
  readonly textId: number;
  readonly verbId: number;
  readonly tableIds: readonly number[];
  /** In normal form. */
  readonly text: string;
}

/** What a text is and touches. */
export type TextFactsOf = Omit<StatementFacts, 'text' | 'start'>;

/** Ids of what many rows share. */
export interface Dictionary {
  text(facts: TextFactsOf): KnownText;
  /** What is masked, or what masks it. */
  mask(kind: MaskKind, name: string): number;
  /** Who approved something. */
  approver(fields: Pick<EventFields<'vote'>, 'issuer' | 'subject' | 'name'>): number;
  verdict(verdict: Verdict): number;
  verdictOf(id: number): Verdict | null;
  token(fields: EventFields<'identity'>): KnownToken;
  job(fields: EventFields<'ciContext'>): number;
}

/** What is counted of the entries of dictionaries. */
export type Counted =
  | 'agentStatements'
  | 'agentSessions'
  | 'jobSessions'
  | 'jobStatements'
  | 'verbStatements'
  | 'verbSessions'
  | 'tableStatements'
  | 'tableSessions'
  | 'maskSessions';

export interface Tally {
  /** `by` more for the entry `id` of the dictionary. */
  add(what: Counted, id: number, by?: number): void;
}

/** Takes what is told of sessions. */
export interface SessionStore {
  identify(id: number, token: KnownToken): void;
  /** The user that the gateway logged in as. */
  login(id: number, user: string): void;
  /** Where an imported session was read from, and what that does not tell. */
  source(id: number, fields: EventFields<'imported'>): void;
  assign(id: number, jobId: number): void;
  /** The agent named another job than the session's; the first one counts. */
  mismatch(id: number, asserted: string): void;
  /** `changed`: the count of events in the store. */
  count(id: number, counters: Counters, changed: number): void;
  close(id: number, time: number, fields: EventFields<'sessionClosed'>): void;
  /** The session has a statement of this verb; `counts` is told when that is new. */
  usesVerb(id: number, verbId: number, counts: Tally | null): void;
  usesTable(id: number, tableId: number, counts: Tally | null): void;
  /** The policy in force from here on. */
  govern(id: number, fields: EventFields<'policyApplied'>): void;
  decide(id: number, verdictId: number): void;
  mask(id: number, maskId: number, counts: Tally | null): void;
}

/** Takes the rows of SQL statements. */
export interface StatementStore {
  /** A SQL statement that begins. */
  begin(known: KnownText, slice: Slice | null, ordinal: number): OpenRow;
  /** The row of one that an earlier run began; null when it did not. */
  resume(
    sessionId: number,
    number: number,
    known: KnownText,
    slice: Slice | null,
    ordinal: number,
  ): OpenRow | null;
  /** The outcome of a row, stored or not. */
  end(sessionId: number, statement: OpenStatement, row: OpenRow, ending: Ending): void;
  /** What ReadyForQuery said after the outcome of a row that was stored without it. */
  settle(id: number, transaction: string): void;
  /** The same for all of a session that an earlier run stored. */
  settleAll(sessionId: number, transaction: string): void;
  /** Completed statements that did not become lasting. */
  rollBack(sessionId: number, range: Range): void;
  /** A row's statement touches these tables too. */
  touch(row: OpenRow, tableIds: readonly number[]): void;
  /** What policy said of a statement, which may be stored already. */
  decide(sessionId: number, number: number, statement: OpenStatement | undefined, verdictId: number): void;
  /** What policy said of a statement that is stored; null: nothing. */
  storedVerdict(sessionId: number, number: number): number | null;
  /** Something in a statement's answer is masked. `id` is that of its row. */
  mask(id: number, maskIds: readonly number[]): void;
  /** All rows of a text that are stored. */
  storedIds(sessionId: number, number: number): readonly number[];
  storedId(sessionId: number, number: number, ordinal: number): number | undefined;
  /** Makes a row visible whose outcome is not known yet. */
  show(sessionId: number, statement: OpenStatement, row: OpenRow): void;
  /** The outcome of a row that is stored and no longer at hand. */
  endStored(sessionId: number, fields: EventFields<'outcome'>, ending: Ending): void;
  /** Somebody approved a statement. `id` is that of its row. */
  approve(id: number, approverId: number): void;
  /** The job of a session is found to be another. */
  assign(sessionId: number, jobId: number): void;
}

/** Takes the events of a session themselves. */
export interface SegmentSink {
  add(body: Uint8Array, sequence: number, index: number): void;
  flush(): void;
  /** Nothing follows. */
  merge(): void;
}
