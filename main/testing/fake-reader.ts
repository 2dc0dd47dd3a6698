/** An archive in memory, for tests of what stands above a reader. It keeps what it was asked and pages by position. */
import {
  ArchiveError,
  type ArchiveReader,
  type PageRequest,
  type SegmentsAround,
} from '../../gateway/archive/archive.ts';
import type { Page } from '../../shared/api/page.ts';
import { writeOutline } from '../../shared/replay/outline.ts';
import {
  SessionId,
  type ArchiveInfo,
  type Facets,
  type SegmentRow,
  type SessionRow,
  type StatementRow,
  type Step,
} from '../../shared/api/session.ts';

export const SESSION = SessionId.parse('00112233445566778899aabbccddeeff');

export const INFO: ArchiveInfo = {
  path: '/evidence',
  volumes: 1,
  sessions: 1,
  statements: 2,
  events: 9,
  first: 1_000,
  last: 9_000,
  behind: 0,
  foreign: null,
};

export const SESSION_ROW: SessionRow = {
  id: SESSION,
  started: 1_000,
  ended: 9_000,
  outcome: 'completed',
  reason: null,
  connection: 'shop',
  user: 'ci',
  dbUser: 'shop_agent',
  applicationName: '',
  clientAddress: '127.0.0.1:50000',
  identity: null,
  ci: null,
  ciMismatch: null,
  imported: null,
  statements: 2,
  rows: 3,
  errors: 0,
  bytes: 64,
  events: 9,
  denied: 0,
  held: 0,
  masked: 0,
  policy: null,
  verbs: ['DELETE', 'SELECT'],
};

export const STATEMENT_ROW: StatementRow = {
  session: SESSION,
  statement: 1,
  ordinal: 0,
  sequence: 3,
  outcomeSequence: 5,
  time: 2_000,
  duration: 1_500,
  text: 'SELECT * FROM orders',
  textTruncated: false,
  masked: false,
  verb: 'SELECT',
  class: 'read',
  fingerprint: 'ab'.repeat(32),
  tables: ['orders'],
  columns: ['orders.*'],
  functions: [],
  rows: 3,
  bytes: 24,
  status: 'completed',
  sqlstate: null,
  errorMessage: null,
  transaction: 'I',
  live: false,
  agent: 'ci-deployer',
  job: 'github/4711/3',
  provenance: 'attested',
  connection: 'shop',
  decision: null,
  rules: [],
  severity: null,
  maskedColumns: [],
  detectors: [],
  maskedBy: [],
  approvers: [],
  searchable: 'whole',
  imported: false,
};

export const STEP: Step = {
  sequence: 3,
  time: 2_000,
  kind: 'query',
  statement: 1,
  ordinal: 0,
  status: 'completed',
  rows: 3,
  sqlstate: null,
  decision: null,
  label: 'SELECT * FROM orders',
};

export const SEGMENT_ROW: SegmentRow = { number: 0, firstSequence: 0, lastSequence: 8, bytes: 3 };

export class FakeReader implements ArchiveReader {
  readonly asked: { readonly method: string; readonly with: unknown }[] = [];
  /** Thrown by the next question, when set. */
  failure: Error | null = null;
  state: ArchiveInfo = INFO;
  polls = 0;
  closed = false;

  async info(): Promise<ArchiveInfo> {
    this.polls += 1;
    if (this.failure) throw this.failure;
    return this.state;
  }
  async sessions(request: PageRequest): Promise<Page<SessionRow>> {
    this.#note('sessions', request);
    return { items: [SESSION_ROW], next: null, total: 1 };
  }
  async statements(request: PageRequest): Promise<Page<StatementRow>> {
    this.#note('statements', request);
    if (request.after === 'forged') throw new ArchiveError('BAD_CURSOR', 'this cursor is of no page');
    return { items: [STATEMENT_ROW], next: 'more', total: null };
  }
  async facets(filter: PageRequest['filter']): Promise<Facets> {
    this.#note('facets', filter);
    const fields = {
      token: [],
      job: [],
      table: [{ value: 'orders', count: 1 }],
      verb: [],
      connection: [],
      outcome: [],
      policy: [],
      masked: [],
    };
    return { fields, histogram: { from: 1_000, bucket: 60_000_000, counts: [1] }, total: 1, whole: true };
  }
  async session(id: SessionId): Promise<SessionRow | null> {
    return id === SESSION ? SESSION_ROW : null;
  }
  async steps(id: SessionId, request: Omit<PageRequest, 'filter'>): Promise<Page<Step>> {
    this.#note('steps', { id, ...request });
    return { items: [STEP], next: null, total: 1 };
  }
  async outline(id: SessionId, from: number, steps: number): Promise<Uint8Array> {
    this.#note('outline', { id, from, steps });
    return writeOutline({ from, next: STEP.sequence + 1, last: true, points: [STEP] });
  }
  async recordingKey(id: SessionId): Promise<string> {
    return id;
  }
  async segments(): Promise<SegmentRow[]> {
    return [SEGMENT_ROW];
  }
  async segmentsAround(): Promise<SegmentsAround> {
    return { first: 2, items: [SEGMENT_ROW] };
  }
  async segment(id: SessionId, number: number): Promise<Uint8Array | null> {
    return id === SESSION && number === 0 ? new Uint8Array([0, 255, 10]) : null;
  }
  async changedSince(events: number): Promise<SessionId[]> {
    this.#note('changedSince', events);
    return [SESSION];
  }
  /** It has no evidence of anything. */
  async logs(): Promise<[]> {
    return [];
  }
  async logSegments(): Promise<[]> {
    return [];
  }
  async logSegment(): Promise<null> {
    return null;
  }
  async subtrees(): Promise<[]> {
    return [];
  }
  async cosigned(): Promise<null> {
    return null;
  }
  async redactions(): Promise<[]> {
    return [];
  }
  async close(): Promise<void> {
    this.closed = true;
  }

  #note(method: string, asked: unknown): void {
    this.asked.push({ method, with: asked });
    if (this.failure) throw this.failure;
  }
}
