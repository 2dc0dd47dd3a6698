/**
 * THE table of events: every kind, its code in the record, its fields in their order, and what each is for. Encoder,
 * decoder, describer, timeline and painter are derived from this table or exhaustive over it.
 *
 * An event is one CBOR array: the eight header items of {@link EventHeader}, then the fields of its kind in table order.
 * Kinds and fields are only ever added at the end; a code is never used twice.
 */

/** What a field may hold. `payload` is committed, not embedded: the event holds lengths and commitments only. */
export type FieldType =
  | 'integer'
  | 'integer?'
  | 'text'
  | 'text?'
  | 'bytes'
  | 'bytes?'
  | 'boolean'
  | 'integers'
  | 'texts'
  | 'payload'
  | 'payload?';

/** A reference to a payload beside the event: its length in bytes and its commitment (see commitment.ts). */
export interface PayloadRef {
  readonly length: number;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
}

interface FieldValues {
  integer: number;
  'integer?': number | null;
  text: string;
  'text?': string | null;
  bytes: Uint8Array;
  'bytes?': Uint8Array | null;
  boolean: boolean;
  integers: readonly number[];
  texts: readonly string[];
  payload: PayloadRef;
  'payload?': PayloadRef | null;
}

/** One kind: its code and its fields in order. */
interface KindLayout {
  readonly code: number;
  readonly fields: Readonly<Record<string, FieldType>>;
}

export const EVENTS = {
  // ── The log itself (session is null) ──────────────────────────────────────────────────────────────────────────────
  /** A recorder opened its log. `boot` counts its starts from 1. */
  logOpened: { code: 1, fields: { software: 'text', boot: 'integer', durability: 'text' } },
  /** After a crash: the tail was cut at the last whole event; sessions still open then ended in the unknown. */
  recovered: { code: 2, fields: { file: 'integer', keptBytes: 'integer', droppedBytes: 'integer' } },
  /** The log lives: written when nothing else was for 15 s, so that silence is not mistaken for a cut. */
  heartbeat: { code: 3, fields: { sessions: 'integer' } },
  /** The log was closed in order. */
  logClosed: { code: 4, fields: { sessions: 'integer' } },
  /**
   * Connections refused before anybody was authenticated, beyond those recorded as sessions of their own: `count` of them
   * since `since` (wall clock, µs since 1970) for the same `reason` from `network` (an address prefix, or `elsewhere`).
   */
  refusalsCounted: {
    code: 6,
    fields: { reason: 'text', network: 'text', count: 'integer', since: 'integer' },
  },
  /**
   * How far each log of this gateway is on disk: `logs` are their ids in hex, `events` how many events of each, in the same
   * order. Written every 10 s in one of the logs, so that a log that lost its tail is found out by another.
   */
  logHeads: { code: 5, fields: { logs: 'texts', events: 'integers' } },
  /**
   * Recording failed and every session was ended for it: `code` of the failure, `reason` in words. `durable` counts the
   * log's events that are on disk for sure, which are those before this one; `dropped` those that had been numbered after
   * them and are not kept: nothing that had to wait for the disk was let through, and what else they told of reads unknown.
   */
  recordingFailed: {
    code: 7,
    fields: { code: 'text', reason: 'text', durable: 'integer', dropped: 'integer' },
  },

  /** The policy that sessions are opened under from here on: its SHA-256, `mode` enforce or observe, and the document itself. */
  policyLoaded: { code: 8, fields: { hash: 'bytes', mode: 'text', document: 'payload' } },
  /**
   * The key that signs the log's checkpoints from here on: `key` is its 32 bytes (Ed25519). `previous` signed until here, and
   * signs the first checkpoint behind this event too; null in a log that had none.
   */
  signingKey: { code: 9, fields: { key: 'bytes', previous: 'bytes?', reason: 'text' } },
  /**
   * A new volume begins with this event, the first in it: the `number`th of the log from 0. `checkpoint` is the latest signed
   * note over the events before, which may cover fewer than all; null when none was signed yet. `reason`: see
   * {@link ROLL_REASONS}.
   */
  volumeRolled: { code: 61, fields: { number: 'integer', checkpoint: 'text?', reason: 'text' } },
  /**
   * A value was taken out of the record: payload `field` of event `event` of `log` (of this one, or of a closed one of the same
   * key), which was `length` bytes. `by` is who asked for it, `reason` their words. `remainder` is what stands in its place in
   * the record, where only a part of it was taken out.
   */
  redacted: {
    code: 62,
    fields: {
      log: 'bytes',
      event: 'integer',
      field: 'text',
      length: 'integer',
      by: 'text',
      reason: 'text',
      remainder: 'payload?',
    },
  },
  /** A checkpoint was left with somebody else: `kind` file, witness or log line, `target` where; `size` and `root` are its. */
  anchored: {
    code: 63,
    fields: { kind: 'text', target: 'text', size: 'integer', root: 'bytes', error: 'text?' },
  },
  /**
   * A sealed volume was removed by the rules of retention: events `first` up to, without, `next` of `log`. `seal` is its seal
   * note, `frontier` the hashes of the tree at `next` (tree.ts), so that proofs of what remains hold.
   */
  volumeExpired: {
    code: 64,
    fields: {
      log: 'bytes',
      first: 'integer',
      next: 'integer',
      statements: 'integer',
      reason: 'text',
      seal: 'text',
      frontier: 'bytes',
    },
  },

  /**
   * Keys were destroyed that values in a remote store are sealed with: of `session` of `log`, or without a session of the log's own
   * values; `keys` are their ids. What they sealed can be read by nobody any more; events and proofs stay. `by` is who asked for it.
   */
  keysDestroyed: {
    code: 67,
    fields: { log: 'bytes', session: 'bytes?', keys: 'texts', by: 'text', reason: 'text' },
  },
  /**
   * A legal hold, called `hold`, was `placed` on all that `filter` matches, or `lifted` (`action`): until then no rule of retention removes
   * any of it. `by` is who did so, `reason` their words.
   */
  legalHold: {
    code: 68,
    fields: { action: 'text', hold: 'text', filter: 'text', by: 'text', reason: 'text' },
  },

  // ── A session from accept to close ────────────────────────────────────────────────────────────────────────────────
  /** `user` and `applicationName` are the agent's own words at start-up (asserted); `connection` is the name it asked for. */
  sessionOpened: {
    code: 10,
    fields: {
      connection: 'text',
      user: 'text',
      applicationName: 'text',
      clientAddress: 'text',
      clientPort: 'integer',
      tls: 'boolean',
      protocol: 'text',
      durability: 'text',
    },
  },
  /** Who the verified token says it is. `profile` names the issuer's profile in the configuration; `expires` is `exp` (s). */
  identity: {
    code: 11,
    fields: {
      issuer: 'text',
      profile: 'text',
      subject: 'text',
      clientId: 'text?',
      groups: 'texts',
      scopes: 'texts',
      tokenId: 'text?',
      /** SHA-256 over header.payload of the token, never its signature. */
      fingerprint: 'bytes',
      expires: 'integer',
      /** Okta's `uid`: the person behind the token. */
      userId: 'text?',
    },
  },
  /**
   * The CI job. `provenance` is `attested` (a verified claim carries the job) or `asserted` (the agent's own word).
   * `issuer` and `fingerprint` are of the token that attests, null when asserted.
   */
  ciContext: {
    code: 12,
    fields: {
      provenance: 'text',
      provider: 'text',
      run: 'text',
      job: 'text',
      repository: 'text?',
      ref: 'text?',
      actor: 'text?',
      issuer: 'text?',
      fingerprint: 'bytes?',
    },
  },
  /** `database`, `host` and `user` of the target as the gateway logged in; `server` is its version. */
  connected: {
    code: 13,
    fields: {
      host: 'text',
      port: 'integer',
      database: 'text',
      user: 'text',
      server: 'text',
      backend: 'integer',
    },
  },
  /** `outcome`: see {@link SESSION_OUTCOMES}; `reason` in a person's words; `sqlstate` of the FATAL that was sent, if one was. */
  sessionClosed: { code: 14, fields: { outcome: 'text', sqlstate: 'text?', reason: 'text' } },
  /** Something that passed because the gateway only observes: the `rule` that `enforce` would have refused it by, and what it was. */
  observed: { code: 17, fields: { rule: 'text', detail: 'text' } },
  /** Settings that the agent asked for at start-up and the server was given, each `name=value`; secrets in them masked. */
  startupSettings: { code: 18, fields: { settings: 'texts' } },
  /**
   * The agent named another CI job than the session's: `job` (provider/run/job) with its `provenance` is the session's and
   * stays so, `asserted` is what the agent said in `where`: application_name or options at start-up, or SET application_name.
   */
  ciMismatch: { code: 15, fields: { job: 'text', provenance: 'text', asserted: 'text', where: 'text' } },
  /**
   * What an issuer said of a token when asked (RFC 7662): once when the session opened, then when its answer changed. `token`
   * is who or job, `result` active, inactive or unreachable.
   */
  identityChecked: { code: 16, fields: { token: 'text', issuer: 'text', result: 'text', detail: 'text' } },

  /**
   * The session was not recorded by a gateway but read from `file`: `format` names what wrote it, `lacks` the facts that it does
   * not know ({@link IMPORT_GAPS}), which are shown as not recorded and never as absent.
   */
  imported: { code: 65, fields: { format: 'text', file: 'text', sha256: 'bytes?', lacks: 'texts' } },
  /**
   * One entry of an imported file as it stood there, from `line` on (counted from 1); what it means follows. `problem` says why
   * nothing follows: it could not be read.
   */
  sourceEntry: { code: 66, fields: { line: 'integer', problem: 'text?', original: 'payload' } },

  /** The policy in force for this session from here on; statements without a `decision` were allowed by its default. */
  policyApplied: { code: 19, fields: { hash: 'bytes', mode: 'text' } },
  /**
   * Who protects each column that is masked for this session: `columns` as schema.table.column, `rules` that mask them, `levels`
   * database, gateway or detector, `reasons` why no better one; lists of one length.
   */
  assurance: {
    code: 60,
    fields: { columns: 'texts', rules: 'texts', levels: 'texts', reasons: 'texts' },
  },

  // ── What the agent asked (intents: spooled before they are forwarded) ─────────────────────────────────────────────
  /**
   * One Query, or one Execute with the Parse and Bind that came right before it. `statement` numbers the session's
   * statements from 1. When the text was parsed earlier, `text` is null and `parsedAt` is the sequence of that `parse`
   * event (or of the `statement` event that held it); likewise `boundAt` for parameters of an earlier Bind.
   * `parameters` is the tail of the Bind message from its parameter count on (Int16 count, then the values).
   */
  statement: {
    code: 20,
    fields: {
      statement: 'integer',
      protocol: 'text', // simple | extended
      name: 'text?', // prepared statement's name, '' is the unnamed one, null for simple
      portal: 'text?',
      text: 'payload?',
      parsedAt: 'integer?',
      boundAt: 'integer?',
      parameterTypes: 'integers', // OIDs declared in Parse
      parameterFormats: 'integers', // as in Bind: none = all text, one = for all
      parameters: 'payload?', // the parameter values of Bind: Int32 length (-1 = NULL) and bytes, each
      resultFormats: 'integers',
      maxRows: 'integer',
      sync: 'boolean', // a Sync followed in the same write
      masked: 'boolean', // secrets were taken out of the text or the parameters (DESIGN §4, I7)
    },
  },
  parse: {
    code: 21,
    fields: { name: 'text', text: 'payload', parameterTypes: 'integers', masked: 'boolean' },
  },
  bind: {
    code: 22,
    fields: {
      portal: 'text',
      name: 'text',
      parsedAt: 'integer?',
      parameterFormats: 'integers',
      parameters: 'payload',
      resultFormats: 'integers',
      masked: 'boolean',
    },
  },
  /** Close of a prepared statement (`S`) or portal (`P`). */
  close: { code: 23, fields: { target: 'text', name: 'text' } },
  /** A Sync that did not fit a statement's own event. */
  sync: { code: 24, fields: {} },
  functionCall: { code: 25, fields: { statement: 'integer', function: 'integer', message: 'payload' } },
  /** Rows the agent sends by COPY: the wire messages (CopyData) as sent; `continued`: the last one goes on in the next event. */
  copyIn: {
    code: 26,
    fields: { statement: 'integer', bytes: 'integer', continued: 'boolean', data: 'payload' },
  },
  /** CopyDone or CopyFail. */
  copyInEnd: { code: 27, fields: { statement: 'integer', failed: 'boolean', reason: 'text' } },
  /** A CancelRequest came for this session; `accepted` when its key was right and a statement was in flight. */
  cancel: { code: 28, fields: { accepted: 'boolean', clientAddress: 'text' } },
  /**
   * What the gateway sent the server in place of a message it refused: one that must fail, so that the server itself ends
   * its transaction as after any error. `statement` is the refused one, `message` the wire message as sent.
   */
  gatewayStatement: { code: 29, fields: { statement: 'integer', reason: 'text', message: 'payload' } },
  /**
   * What a SQL PREPARE (`target` S) or DECLARE CURSOR (P) gives a name to: the SQL behind AS or FOR, as far as the command
   * succeeds. `parsedAt` points here as to a `parse`. `statement` and `ordinal` are the command's own.
   */
  prepared: {
    code: 30,
    fields: { target: 'text', name: 'text', statement: 'integer', ordinal: 'integer', text: 'payload' },
  },
  /**
   * A SQL EXECUTE (`target` S), FETCH or MOVE (P) worked on the text held by event `at`; null: on one the gateway does not
   * know. Comes before the outcome of `statement` and `ordinal`.
   */
  runs: {
    code: 31,
    fields: { statement: 'integer', ordinal: 'integer', target: 'text', name: 'text', at: 'integer?' },
  },
  /**
   * What policy said of `statement`, before anything of it was forwarded: `effect` allow, hold or deny by `rules`, each with
   * its entry of `because`; `enforced` is false where the policy only observes. `facts` is what it was decided on, as JSON
   * (shared/policy/facts.ts).
   */
  decision: {
    code: 32,
    fields: {
      statement: 'integer',
      effect: 'text',
      enforced: 'boolean',
      rules: 'texts',
      because: 'texts',
      message: 'text',
      severity: 'text',
      policy: 'bytes',
      facts: 'text',
    },
  },
  /**
   * The statement is held until somebody decides: `request` is its number in the inbox, `deadline` wall clock in µs, `hash` what
   * is approved (text, parameters, search_path, versions of the objects; the latter two only if `resolved`), `estimate` the
   * server's EXPLAIN as JSON.
   */
  hold: {
    code: 33,
    fields: {
      statement: 'integer',
      request: 'text',
      approvers: 'texts',
      quorum: 'integer',
      deadline: 'integer',
      hash: 'bytes',
      resolved: 'boolean',
      estimate: 'text?',
    },
  },
  /** Somebody decided on a held statement: `verdict` approve or reject, by whose verified token. */
  vote: {
    code: 34,
    fields: {
      statement: 'integer',
      request: 'text',
      verdict: 'text',
      issuer: 'text',
      subject: 'text',
      name: 'text?',
      fingerprint: 'bytes',
      reason: 'text',
    },
  },
  /** A hold ended: `outcome` approved, rejected, timeout, changed or abandoned. */
  holdEnded: {
    code: 35,
    fields: { statement: 'integer', request: 'text', outcome: 'text', reason: 'text' },
  },
  /** The gateway asks the agent's backend: `purpose` catalog, verify or estimate; `statement` 0 when for none in particular. */
  gatewayQuery: { code: 36, fields: { statement: 'integer', purpose: 'text', text: 'payload' } },
  /**
   * Values of the text or the parameters of `statement` that the record may not hold: how many literals, which parameters
   * (by number), and the rules that say so. The server gets them as sent.
   */
  valuesMasked: {
    code: 37,
    fields: { statement: 'integer', literals: 'integer', parameters: 'integers', rules: 'texts' },
  },

  // ── What the server answered ──────────────────────────────────────────────────────────────────────────────────────
  /**
   * One SQL statement ended. `ordinal` counts the SQL statements within one Query from 0. `status`: see
   * {@link STATEMENT_STATUSES}. `answer` holds the wire messages RowDescription, DataRow and ErrorResponse as relayed, as
   * far as no `rows` event holds them. `describedAt` is the sequence of the event whose payload holds the RowDescription
   * when this one does not. `transaction` is ReadyForQuery's indicator (I, T, E) when it came in the same read.
   * `duration` in µs from the intent's write to this answer. `statement` 0: the answer to a Parse, Bind, Describe or Close
   * of its own, or to nothing (a server's FATAL). Where the source of an import does not tell `rows`, `bytes` or `duration`,
   * that is {@link UNTOLD}.
   */
  outcome: {
    code: 40,
    fields: {
      statement: 'integer',
      ordinal: 'integer',
      status: 'text',
      tag: 'text',
      rows: 'integer',
      bytes: 'integer',
      sqlstate: 'text?',
      transaction: 'text?',
      duration: 'integer',
      describedAt: 'integer?',
      answer: 'payload?',
    },
  },
  /**
   * Rows of a result ahead of its outcome, at most 256 or 64 KiB: wire messages RowDescription and DataRow as relayed. `rows`
   * counts the rows that end in it.
   */
  rows: {
    code: 41,
    fields: {
      statement: 'integer',
      ordinal: 'integer',
      rows: 'integer',
      continued: 'boolean', // the last DataRow goes on in the next event
      describedAt: 'integer?',
      answer: 'payload',
    },
  },
  /** The answer to a Describe of its own: wire messages ParameterDescription, RowDescription or NoData. */
  description: { code: 42, fields: { target: 'text', name: 'text', message: 'payload' } },
  /** Rows the server sends by COPY: wire messages CopyOutResponse and CopyData as relayed. */
  copyOut: {
    code: 43,
    fields: {
      statement: 'integer',
      ordinal: 'integer',
      rows: 'integer',
      continued: 'boolean',
      data: 'payload',
    },
  },
  /** A ReadyForQuery that came apart from the outcome before it. */
  ready: { code: 44, fields: { transaction: 'text' } },
  /** NoticeResponse, NotificationResponse and ParameterStatus after start-up: the wire message as relayed. */
  notice: { code: 45, fields: { severity: 'text', sqlstate: 'text', message: 'payload' } },
  notification: { code: 46, fields: { channel: 'text', backend: 'integer', message: 'payload' } },
  parameterStatus: { code: 47, fields: { name: 'text', message: 'payload' } },
  /**
   * Completed statements whose effects did not become lasting, from `first` and its ordinal to `last` and its: `outcome` is
   * `rolled back`, or `unknown` when nobody can tell, as when a session ended while a COMMIT was under way. `cause`:
   * see {@link RollbackCause}. A transaction that committed has no such event.
   */
  transactionEnded: {
    code: 48,
    fields: {
      outcome: 'text',
      cause: 'text',
      first: 'integer',
      firstOrdinal: 'integer',
      last: 'integer',
      lastOrdinal: 'integer',
    },
  },
  /** An ErrorResponse of the server that the agent did not see: the answer to a `gatewayStatement`, told in other words. */
  replaced: { code: 49, fields: { statement: 'integer', sqlstate: 'text', message: 'payload' } },
  /** How a `gatewayQuery` ended; its rows are for the gateway alone. */
  gatewayAnswered: {
    code: 50,
    fields: {
      statement: 'integer',
      purpose: 'text',
      rows: 'integer',
      bytes: 'integer',
      sqlstate: 'text?',
      duration: 'integer',
    },
  },
  /**
   * Columns of the statement's rows to come that are masked, lists of one length: `positions` from 0, `columns` where they come
   * from (schema.table.column, or `unknown`), the `rules` and `styles` that mask them, `levels` as in `assurance`.
   */
  columnsMasked: {
    code: 51,
    fields: {
      statement: 'integer',
      ordinal: 'integer',
      positions: 'integers',
      columns: 'texts',
      rules: 'texts',
      styles: 'texts',
      levels: 'texts',
    },
  },
  /** Values that detectors found and masked in `where` (rows, copy, error, notice, notification, parameter status), by detector. */
  detected: {
    code: 52,
    fields: {
      statement: 'integer',
      ordinal: 'integer',
      where: 'text',
      detectors: 'texts',
      rules: 'texts',
      counts: 'integers',
    },
  },
  /** Parts of a message of the server that may hold masked values and were left out: `what`, comma-separated (message, detail, …). */
  withheld: { code: 53, fields: { statement: 'integer', where: 'text', what: 'text' } },

  // ── Terminals ─────────────────────────────────────────────────────────────────────────────────────────────────────
  /** What a terminal was told to show, and what was typed: UTF-8 with control sequences. */
  terminalOutput: { code: 70, fields: { data: 'payload' } },
  terminalInput: { code: 71, fields: { data: 'payload' } },
  terminalResized: { code: 72, fields: { columns: 'integer', rows: 'integer' } },
  /** A mark that whoever recorded the terminal set. */
  terminalMarked: { code: 73, fields: { label: 'text' } },
} as const satisfies Record<string, KindLayout>;

export type EventKind = keyof typeof EVENTS;

type Fields<K extends EventKind> = (typeof EVENTS)[K]['fields'];

/** The fields of one kind with their values, payloads as references: an event as read. */
export type EventFields<K extends EventKind> = {
  readonly [F in keyof Fields<K>]: Fields<K>[F] extends FieldType ? FieldValues[Fields<K>[F]] : never;
};

/** The fields of one kind as the recorder takes them: payloads as the bytes to commit to. */
export type EventInput<K extends EventKind> = {
  readonly [F in keyof Fields<K>]: Fields<K>[F] extends 'payload'
    ? Uint8Array
    : Fields<K>[F] extends 'payload?'
      ? Uint8Array | null
      : Fields<K>[F] extends FieldType
        ? FieldValues[Fields<K>[F]]
        : never;
};

/** The items every event starts with, in this order: version, log, index, session, sequence, kind, time, monotonic. */
export interface EventHeader {
  /** The recording log, 16 bytes. */
  readonly log: Uint8Array;
  /** Position in the log from 0: the leaf index of its Merkle tree. */
  readonly index: number;
  /** The session, 16 bytes; null for events of the log itself. */
  readonly session: Uint8Array | null;
  /** Position in the session from 0; 0 for events of the log itself. */
  readonly sequence: number;
  /** Wall clock, µs since 1970 (exact in a JavaScript number until 2255). */
  readonly time: number;
  /** Monotonic clock of the gateway process, ns since it started. */
  readonly monotonic: number;
}

/** An event as read back, discriminated by `kind`. */
export type Event = {
  [K in EventKind]: EventHeader & { readonly kind: K; readonly fields: EventFields<K> };
}[EventKind];

/** An event of the given kinds. */
export type EventOf<K extends EventKind> = Extract<Event, { kind: K }>;

/** The version of the event layout this table describes; a field more or less is another version. */
export const EVENT_VERSION = 4;

/** Why a new volume begins: so many statements, so many bytes, a day, somebody asked for it, or the one before is gone. */
export const ROLL_REASONS = ['statements', 'size', 'time', 'request', 'lost'] as const;
export type RollReason = (typeof ROLL_REASONS)[number];

/** Stands in an outcome for a number that the source of an import does not tell. */
export const UNTOLD = -1;

/** Facts that the source of an import may not know. */
export const IMPORT_GAPS = [
  'identity',
  'address',
  'application',
  'parameters',
  'rows',
  'row count',
  'outcome',
  'duration',
  'session end',
  'transaction status',
  'time',
] as const;
export type ImportGap = (typeof IMPORT_GAPS)[number];

/**
 * How a session ended: `completed` (Terminate), `disconnected` (the agent's socket closed without it), `refused` (before
 * the database was reached), `failed` (server, network or gateway ended it). A session without a `sessionClosed` event is
 * live, or `unknown` once its log was recovered; `unknown` is also the outcome of an imported one whose source does not tell.
 */
export const SESSION_OUTCOMES = ['completed', 'disconnected', 'refused', 'failed'] as const;

/**
 * Why completed statements were rolled back: an `error` in their transaction, a `rollback` (also COMMIT of a failed
 * transaction), a rollback to a `savepoint`, the `session end` within a transaction; or why nobody knows: a `mixed pipeline`
 * of extended and simple messages, which PostgreSQL 18 forgets to commit.
 */
export type RollbackCause = 'error' | 'rollback' | 'savepoint' | 'session end' | 'mixed pipeline';

/**
 * How a statement ended: `skipped` was discarded by the server until Sync; `unknown` has an intent and no outcome;
 * `rolled-back` completed, but a `transactionEnded` event took it back (in lists; its own outcome says `completed`).
 */
export const STATEMENT_STATUSES = [
  'completed',
  'rolled-back',
  'suspended',
  'empty',
  'failed',
  'skipped',
  'unknown',
] as const;
export type StatementStatus = (typeof STATEMENT_STATUSES)[number];
