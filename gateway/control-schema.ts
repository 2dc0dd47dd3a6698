/**
 * What the control API takes and answers: HTTP with JSON over a Unix socket that only the gateway's owner can open. Times
 * are ms since 1970, durations ms.
 */
import { z } from 'zod';
import { REVOCABLE } from './identity/revocations.ts';

/** A session whose relay runs. */
export const LiveSessionRow = z.object({
  /** 32 hex digits. */
  id: z.string(),
  /** The worker that serves it, from 0. */
  worker: z.int(),
  connection: z.string(),
  subject: z.string(),
  clientId: z.string().nullable(),
  issuer: z.string(),
  /** `provider/run/job` as a verified claim attests it; null when none does. */
  job: z.string().nullable(),
  address: z.string(),
  port: z.int(),
  since: z.number(),
  statements: z.int(),
  /** What the database works on: the statement's number in the session and how long it has been. */
  inFlight: z.object({ statement: z.int(), duration: z.number() }).nullable(),
  /** As in ReadyForQuery: idle (I), in a transaction (T), in a failed one (E). */
  transaction: z.string(),
  /** Bytes received from the agent, and sent to it. */
  received: z.number(),
  sent: z.number(),
});
export type LiveSessionRow = z.infer<typeof LiveSessionRow>;

export const LiveSessionList = z.object({ sessions: z.array(LiveSessionRow) });

/** One worker in the answer to GET /ready. */
export const WorkerState = z.object({
  worker: z.int(),
  /** Null while it is not running. */
  pid: z.int().nullable(),
  /** Why it is not ready, in words; null when it is. */
  problem: z.string().nullable(),
  sessions: z.int(),
  /** Bytes recorded that the archive does not have. */
  unshipped: z.number(),
  /** How long the oldest of them has been waiting, seconds. */
  lag: z.number(),
  /** How many recorded events the remote store lacks, and why it takes none; null: there is no such store, or an older gateway. */
  remote: z.object({ lacks: z.int(), failure: z.string().nullable() }).nullable().default(null),
});
export type WorkerState = z.infer<typeof WorkerState>;

/** The answer to GET /ready; its HTTP status is 200 when ready, else 503. */
export const Readiness = z.object({
  ready: z.boolean(),
  draining: z.boolean(),
  listen: z.string(),
  archive: z.string(),
  /** SHA-256, hex, of the policy that sessions are judged by from now on; null: there is none, or an older gateway does not say. */
  policy: z.string().nullable().default(null),
  workers: z.array(WorkerState),
});
export type Readiness = z.infer<typeof Readiness>;

/** Who does something to a session, and why: both are recorded. `by` is the caller's own word: the socket is the proof. */
export const EndRequest = z.strictObject({
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000),
});
export type EndRequest = z.infer<typeof EndRequest>;

/** What is to be taken out of the record (archive/redaction.ts); without `apply` it is only told what would go. */
export const RedactionRequest = z.strictObject({
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000),
  apply: z.boolean(),
  event: z.strictObject({ log: z.string().max(32).nullable(), index: z.int().nonnegative() }).nullable(),
  field: z.string().max(100).nullable(),
  session: z.string().max(32).nullable(),
  filter: z.string().max(8000).nullable(),
  value: z.string().max(8000).nullable(),
  keepRest: z.boolean(),
  /**
   * What becomes of the sessions' values in a remote store, of which none can be taken out alone: `destroy` all of them, or `keep` them.
   * Left out: destroyed where whole sessions are redacted, else kept.
   */
  remote: z.enum(['destroy', 'keep']).optional(),
});
export type RedactionRequest = z.infer<typeof RedactionRequest>;

/** What went, or would go: payloads by kind of event and field, and events that hold the value in themselves. */
export const RedactionResult = z.object({
  redacted: z.boolean(),
  payloads: z.int(),
  kinds: z.record(z.string(), z.int()),
  sessions: z.int(),
  gone: z.int(),
  elsewhere: z.array(z.string()),
  /** Sessions whose values in a remote store are destroyed, or would be, and those of which they stay; whether there are keys to destroy. */
  remote: z
    .object({ destroyed: z.int(), left: z.int(), keys: z.boolean() })
    .default({ destroyed: 0, left: 0, keys: false }),
});
export type RedactionResult = z.infer<typeof RedactionResult>;

/** Sessions (hex) whose values in a remote store are to be taken back; without `apply` it is only told which keys there are. */
export const KeysRequest = z.strictObject({
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000),
  apply: z.boolean(),
  sessions: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .max(10_000),
});
export type KeysRequest = z.infer<typeof KeysRequest>;

/** Keys that were destroyed, or would be. */
export const KeysResult = z.object({
  destroyed: z.boolean(),
  keys: z.array(z.object({ log: z.string(), session: z.string().nullable(), id: z.string() })),
});
export type KeysResult = z.infer<typeof KeysResult>;

/** The new key; `settled` says whether every log is signed with it, else the one before is kept until the next start. */
export const RotatedKey = z.object({ key: z.string(), settled: z.boolean() });
export type RotatedKey = z.infer<typeof RotatedKey>;

/** Who did something about a legal hold, when (ISO 8601) and why. */
const HoldWord = z.object({ time: z.string(), by: z.string(), reason: z.string() });

/** A legal hold on all that its filter matches; `lifted` is null while it holds. */
export const LegalHoldRow = HoldWord.extend({
  id: z.string(),
  filter: z.string(),
  lifted: HoldWord.nullable(),
});
export const LegalHoldList = z.object({ holds: z.array(LegalHoldRow) });

/** What is to be held: all that a filter matches; empty: everything. */
export const HoldRequest = EndRequest.extend({ filter: z.string().max(8000) });
export type HoldRequest = z.infer<typeof HoldRequest>;

/** A sink of `gateway.stream`: how many events it lacks, since when the oldest waits (s), what was taken and refused. */
export const StreamRow = z.object({
  name: z.string(),
  lag: z.int(),
  seconds: z.number(),
  delivered: z.int(),
  dead: z.int(),
  failure: z.string().nullable(),
});
export type StreamRow = z.infer<typeof StreamRow>;
export const StreamList = z.object({ sinks: z.array(StreamRow) });

/** What was sent again of what a sink had refused, and what it refused again. */
export const StreamRetried = z.object({ sent: z.int(), refused: z.int() });

/** What a reload did: sections that apply to sessions from now on, and settings that need a restart and were kept. */
export const Reloaded = z.object({
  applied: z.array(z.string()),
  kept: z.array(z.string()),
});
export type Reloaded = z.infer<typeof Reloaded>;

/** A token, by its fingerprint (hex) or `jti`, or all tokens of a subject or client, that may do nothing any more. */
export const RevocationRequest = z.strictObject({
  what: z.enum(REVOCABLE),
  value: z.string().min(1).max(1000),
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000),
  /** For how long, ms; default a day, longer than tokens live. */
  duration: z.number().positive().default(86_400_000),
});
export type RevocationRequest = z.infer<typeof RevocationRequest>;

export const Revoked = z.object({ ended: z.int() });

/** Every code the control API answers with, and its HTTP status. */
export const CONTROL_ERRORS = {
  BAD_REQUEST: 400,
  /** No token where one is needed, or one that is not believed. */
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  /** Somebody was first. */
  CONFLICT: 409,
  /** A request whose statement is not held any more. */
  GONE: 410,
  CONFIG_INVALID: 422,
  UNSUPPORTED: 501,
  INTERNAL: 500,
  /** Something that it takes does not answer at present: a worker, an issuer, the disk. */
  UNAVAILABLE: 503,
} as const;
export type ControlErrorCode = keyof typeof CONTROL_ERRORS;

export const ControlErrorBody = z.object({ code: z.string(), message: z.string() });

/** An answer that is no success. */
export class ControlError extends Error {
  readonly code: ControlErrorCode;
  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ControlError';
    this.code = code;
  }
}
