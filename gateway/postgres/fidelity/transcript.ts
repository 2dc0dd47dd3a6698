/** What was said in one session, in one shape for both witnesses: the wire (spoken.ts) and the archive (recorded.ts). */
import { createHash } from 'node:crypto';

/** One SQL statement's end within a Query or Execute. */
export interface SaidResult {
  readonly status: string;
  readonly tag: string;
  /** The RowDescription message, '' when there is none, or a failure let no rows come. */
  readonly columns: string;
  /** The DataRow messages, one after the other, or a FunctionCallResponse. */
  readonly rows: string;
  readonly rowCount: number;
  /** The ErrorResponse message, '' when there is none. */
  readonly error: string;
  /** CopyOutResponse and CopyData messages from the server. */
  readonly copyOut: string;
}

/** What the client asked. */
export interface SaidIntent {
  readonly protocol: 'simple' | 'extended' | 'function';
  /** Of a FunctionCall the whole message. */
  readonly text: string;
  /** OIDs that Parse declared. */
  readonly parameterTypes: readonly number[];
  readonly parameterFormats: readonly number[];
  readonly parameters: string;
  readonly resultFormats: readonly number[];
  readonly maxRows: number;
}

/** What only an Execute has. */
export const NO_PORTAL = {
  parameterTypes: [],
  parameterFormats: [],
  parameters: '',
  resultFormats: [],
  maxRows: 0,
};

/** One Query or Execute, and what came of it. */
export interface SaidStatement {
  readonly intent: SaidIntent;
  readonly results: readonly SaidResult[];
  /** CopyData messages from the client. */
  readonly copyIn: string;
  /** `done`, `fail: <reason>`, or '' for none. */
  readonly copyInEnd: string;
}

export interface Transcript {
  readonly statements: readonly SaidStatement[];
  /** ErrorResponse messages that answered no statement: a Parse on its own, a FATAL. */
  readonly orphanErrors: readonly string[];
  /** NoticeResponse, NotificationResponse and ParameterStatus messages after start-up, in their order. */
  readonly asides: readonly string[];
}

/** Longest run of bytes that a failing comparison is to show as it is. */
const SHOWN_BYTES = 4096;

/** Bytes for comparison: as they are where they are few, else their length and SHA-256. */
export function said(parts: readonly Uint8Array[]): string {
  const bytes = Buffer.concat(parts);
  if (bytes.length <= SHOWN_BYTES) return bytes.toString('latin1');
  return `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The rows that a command tag counts (`SELECT 3`, `INSERT 0 3`, `COPY 3`); null when it counts none. */
export function rowsOf(tag: string): number | null {
  const count = /^(?:SELECT|UPDATE|DELETE|MERGE|FETCH|MOVE|COPY|INSERT \d+) (\d+)$/.exec(tag);
  return count === null ? null : Number(count[1]);
}
