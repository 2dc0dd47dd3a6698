/** Builds bodies of spool records with the real codec, for tests of what reads or stores them. */
import type { StatementClass } from '../../shared/policy/facts.ts';
import type { ArchiveWriter, FactsOf, StatementFacts } from './archive.ts';
import { signerOf } from './ed25519.ts';
import { encodeBody } from './event-body.ts';
import { EVENTS, type EventInput, type EventKind } from '../../shared/recording/event.ts';

/** A private key whose seed is 32 times 7, as PEM (RFC 8410 §7). */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]).toString('base64')}
-----END PRIVATE KEY-----
`;

/** Who signs what tests write. */
export const TEST_SIGNER = signerOf(TEST_KEY);

/** What an archive's writer asks for beside its folder. */
export function testWriting(factsOf: FactsOf = plainFacts) {
  return { factsOf, signer: TEST_SIGNER, now: () => Date.now() * 1000 };
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Fields of each kind that a test need not say. */
const DEFAULTS: { readonly [K in EventKind]?: Partial<EventInput<K>> } = {
  logOpened: { software: 'test 1', boot: 1, durability: 'intent' },
  sessionOpened: {
    connection: 'shop',
    user: 'ci',
    applicationName: '',
    clientAddress: '127.0.0.1',
    clientPort: 50_000,
    tls: false,
    protocol: '3.0',
    durability: 'intent',
  },
  identity: {
    issuer: 'https://issuer.example',
    profile: 'dev',
    subject: 'ci-deployer',
    clientId: null,
    groups: ['ci-agents'],
    scopes: [],
    tokenId: null,
    fingerprint: new Uint8Array(32),
    expires: 1_800_000_000,
    userId: null,
  },
  ciContext: {
    provenance: 'attested',
    provider: 'github',
    run: '4711',
    job: '1',
    repository: 'acme/shop',
    ref: null,
    actor: null,
    issuer: 'https://ci.example',
    fingerprint: new Uint8Array(32),
  },
  sessionClosed: { outcome: 'completed', sqlstate: null, reason: '' },
  statement: {
    protocol: 'simple',
    name: null,
    portal: null,
    text: null,
    parsedAt: null,
    boundAt: null,
    parameterTypes: [],
    parameterFormats: [],
    parameters: null,
    resultFormats: [],
    maxRows: 0,
    sync: false,
    masked: false,
  },
  parse: { name: '', parameterTypes: [], masked: false },
  outcome: {
    ordinal: 0,
    status: 'completed',
    tag: '',
    rows: 0,
    bytes: 0,
    sqlstate: null,
    transaction: 'I',
    duration: 100,
    describedAt: null,
    answer: null,
  },
  decision: {
    effect: 'allow',
    enforced: true,
    rules: [],
    because: [],
    message: '',
    severity: 'medium',
    policy: new Uint8Array(32),
    facts: '{}',
  },
  hold: {
    approvers: ['dba'],
    quorum: 1,
    deadline: 0,
    hash: new Uint8Array(32),
    resolved: true,
    estimate: null,
  },
  holdEnded: { reason: '' },
  policyApplied: { hash: new Uint8Array(32).fill(7), mode: 'enforce' },
  recovered: { file: 1, keptBytes: 0, droppedBytes: 0 },
};

/** One log being written: numbers its events and keeps its clock. */
export class TestLog {
  readonly log: Uint8Array;
  index = 0;
  /** µs since 1970; a millisecond passes with every event, but for those that begin a volume. */
  time: number;
  /** A volume ends with so many events. */
  readonly #volumeEvents: number;
  #rolls = 0;

  constructor(id: number, time = Date.UTC(2026, 10, 21, 9) * 1000, volumeEvents = Infinity) {
    this.log = new Uint8Array(16).fill(id);
    this.time = time;
    this.#volumeEvents = volumeEvents;
  }

  /** An event of the log itself. */
  event<K extends EventKind>(kind: K, fields: Partial<EventInput<K>> = {}): Uint8Array {
    return this.#body(kind, fields, null, 0);
  }

  /** A new session; `id` fills its first bytes. */
  session(id: number): TestSession {
    return new TestSession(
      this,
      Buffer.concat([Buffer.from([id >> 8, id & 0xff]), this.log.subarray(0, 14)]),
    );
  }

  /** The next event of this log. */
  next<K extends EventKind>(
    kind: K,
    fields: Partial<EventInput<K>>,
    session: Uint8Array,
    sequence: number,
  ): Uint8Array {
    return this.#body(kind, fields, session, sequence);
  }

  #body<K extends EventKind>(
    kind: K,
    fields: Partial<EventInput<K>>,
    session: Uint8Array | null,
    sequence: number,
  ): Uint8Array {
    const isDue = kind !== 'volumeRolled' && this.index >= (this.#rolls + 1) * this.#volumeEvents;
    const roll = isDue ? this.#roll() : null;
    if (kind !== 'volumeRolled') this.time += 1000;
    const header = {
      log: this.log,
      index: this.index++,
      session,
      sequence,
      time: this.time,
      monotonic: this.index * 1_000_000,
    };
    const whole = { ...DEFAULTS[kind], ...fields };
    const missing = Object.keys(EVENTS[kind].fields).filter((name) => !Object.hasOwn(whole, name));
    if (missing.length > 0) throw new Error(`${kind} lacks ${missing.join(', ')}`);
    const body = encodeBody(kind, whole as EventInput<K>, header);
    if (roll !== null) ROLLS.set(body, roll);
    return body;
  }

  #roll(): Uint8Array {
    const fields = { number: ++this.#rolls, checkpoint: null, reason: 'statements' };
    return this.#body('volumeRolled', fields, null, 0);
  }
}

/** Events that begin a volume, by the one behind them. */
const ROLLS = new WeakMap<Uint8Array, Uint8Array>();

/** A writer that is given the beginnings of volumes as they come. */
export function rolling(writer: ArchiveWriter): ArchiveWriter {
  return {
    ...writer,
    append(body) {
      const roll = ROLLS.get(body);
      if (roll !== undefined) writer.append(roll);
      writer.append(body);
    },
  };
}

/** One session being recorded. */
export class TestSession {
  readonly id: Uint8Array;
  sequence = 0;
  statements = 0;
  readonly #log: TestLog;

  constructor(log: TestLog, id: Uint8Array) {
    this.#log = log;
    this.id = id;
  }

  /** The id as the API writes it. */
  get hex(): string {
    return Buffer.from(this.id).toString('hex');
  }

  event<K extends EventKind>(kind: K, fields: Partial<EventInput<K>> = {}): Uint8Array {
    return this.#log.next(kind, fields, this.id, this.sequence++);
  }

  /** The intent of a simple Query. */
  query(text: string): Uint8Array {
    return this.event('statement', { statement: ++this.statements, text: Buffer.from(text) });
  }

  /** What policy says of the latest statement. */
  decision(fields: Partial<EventInput<'decision'>>): Uint8Array {
    return this.event('decision', { statement: this.statements, ...fields });
  }

  /** How the hold of the latest statement ended. */
  holdEnded(outcome: string): Uint8Array {
    return this.event('holdEnded', { statement: this.statements, request: '12', outcome });
  }

  /** Columns masked in the answer to the latest statement, all by one rule. */
  columnsMasked(columns: readonly string[], rule: string): Uint8Array {
    const each = <T>(value: T) => columns.map(() => value);
    return this.event('columnsMasked', {
      statement: this.statements,
      ordinal: 0,
      positions: columns.map((_, position) => position),
      columns,
      rules: each(rule),
      styles: each('redact'),
      levels: each('gateway'),
    });
  }

  /** The outcome of the latest statement. */
  outcome(fields: Partial<EventInput<'outcome'>> = {}): Uint8Array {
    return this.event('outcome', { statement: this.statements, ...fields });
  }
}

/** An ErrorResponse as the wire carries it (PostgreSQL manual, §54.7 and §54.8). */
export function errorResponse(sqlstate: string, message: string): Uint8Array {
  const fields = Buffer.from(`SERROR\0VERROR\0C${sqlstate}\0M${message}\0\0`);
  return Buffer.concat([Buffer.from('E'), uint32(fields.length + 4), fields]);
}

const CLASSES: Readonly<Record<string, StatementClass>> = {
  select: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  create: 'schema',
  drop: 'schema',
  begin: 'transaction',
  commit: 'transaction',
  rollback: 'transaction',
};

/** Facts by looking at words: enough for the plain SQL of tests, which need no parser then. */
export function plainFacts(text: string): StatementFacts[] {
  let start = 0;
  const found: StatementFacts[] = [];
  for (const piece of text.split(';')) {
    const own = piece.trim();
    const from = start + piece.indexOf(own);
    start += piece.length + 1;
    if (own === '' && found.length > 0) continue;
    const words = own.split(/\s+/);
    const tables = [...own.matchAll(/\b(?:from|into|update|table)\s+([\w.]+)/gi)].map(
      ([, name = '']) => name,
    );
    const verb = /^(create|drop) /i.test(own) ? words.slice(0, 2).join(' ') : (words[0] ?? '');
    found.push({
      verb: verb.toUpperCase(),
      class: CLASSES[(words[0] ?? '').toLowerCase()] ?? 'other',
      tables,
      columns: [...own.matchAll(/\b(\w+) = /g)].map(([, name = '']) =>
        [...tables.slice(0, 1), name].join('.'),
      ),
      functions: [...new Set([...own.matchAll(/\b(\w+)\(/g)].map(([, name = '']) => name))],
      text: own,
      start: from,
      fingerprintText: own.replaceAll(/'[^']*'|\b\d+\b/g, '$1'),
    });
  }
  return found;
}
