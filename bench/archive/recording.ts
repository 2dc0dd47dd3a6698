/** Acts of the story as events of the real recorder. */
import { createHash } from 'node:crypto';
import type { Recorder, SessionRecorder } from '../../gateway/recorder/recorder.ts';
import type { Clock } from '../../gateway/recorder/clock.ts';
import { KINDS } from './shape.ts';
import type { Act, StorySession, StoryStatement } from './story.ts';
import type { Template } from './texts.ts';
import { bindParameters, dataRows, errorResponse } from './wire.ts';

/** A clock that stands where the story is. */
export class StoryClock implements Clock {
  wall = 0;
  monotonic = 0;

  read(): void {}

  set(micros: number): void {
    if (this.wall > 0) this.monotonic += Math.max(0, micros - this.wall) * 1000;
    this.wall = micros;
  }
}

/** What is known of a session while it is recorded. */
interface Recorded {
  readonly recorder: SessionRecorder;
  statements: number;
  /** Name and sequence of the Parse by text. */
  readonly prepared: Map<Template, Prepared>;
}

interface Prepared {
  readonly name: string;
  readonly sequence: number;
}

const NONE: readonly number[] = [];

/** Records acts; nothing is written before {@link Recorder.write}. */
export class Recording {
  readonly #recorder: Recorder;
  readonly #clock: StoryClock;
  readonly #sessions = new Map<StorySession, Recorded>();

  constructor(recorder: Recorder, clock: StoryClock) {
    this.#recorder = recorder;
    this.#clock = clock;
  }

  record(act: Act): void {
    this.#clock.set(act.time);
    if (act.kind === 'opened') return this.#open(act.session);
    const recorded = this.#sessions.get(act.session);
    if (recorded === undefined) throw new Error('an act of a session that is not open');
    if (act.kind === 'statement') return this.#statement(act.session, recorded, act.statement);
    recorded.recorder.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: 'Terminate' });
    this.#sessions.delete(act.session);
  }

  #open(session: StorySession): void {
    const recorder = this.#recorder.session();
    this.#sessions.set(session, { recorder, statements: 0, prepared: new Map() });
    recorder.record('sessionOpened', {
      connection: session.kind % 3 === 0 ? 'warehouse' : 'shop',
      user: 'agent',
      applicationName: KINDS[session.kind] ?? '',
      clientAddress: `10.0.${session.kind}.${session.number % 250}`,
      clientPort: 40_000 + (session.number % 20_000),
      tls: true,
      protocol: '3.0',
      durability: 'intent',
    });
    const { subject, token, job } = session;
    recorder.record('identity', {
      issuer: 'https://idp.example/oauth2/default',
      profile: 'okta',
      subject,
      clientId: `client-${session.kind}`,
      groups: ['agents', KINDS[session.kind] ?? ''],
      scopes: ['db'],
      tokenId: null,
      fingerprint: createHash('sha256').update(`${subject} ${token}`).digest(),
      expires: 1_900_000_000,
      userId: null,
    });
    if (job !== null)
      recorder.record('ciContext', {
        provenance: job.attested ? 'attested' : 'asserted',
        provider: 'github',
        run: String(job.run),
        job: String(job.job),
        repository: `acme/${KINDS[session.kind]}`,
        ref: 'refs/heads/main',
        actor: null,
        issuer: job.attested ? 'https://token.actions.example' : null,
        fingerprint: null,
      });
    recorder.record('connected', {
      host: 'db.internal',
      port: 5432,
      database: 'shop',
      user: 'shop_agent',
      server: '18.1',
      backend: 1000 + session.number,
    });
  }

  #statement(session: StorySession, recorded: Recorded, statement: StoryStatement): void {
    const { template, values } = statement;
    const number = ++recorded.statements;
    const prepared = session.protocol === 'prepared' ? prepare(recorded, template) : null;
    const simple = session.protocol === 'simple';
    recorded.recorder.record('statement', {
      statement: number,
      protocol: simple ? 'simple' : 'extended',
      name: simple ? null : (prepared?.name ?? ''),
      portal: simple ? null : '',
      text: simple ? literalText(statement) : prepared === null ? template.text : null,
      parsedAt: prepared?.sequence ?? null,
      boundAt: null,
      parameterTypes: NONE,
      parameterFormats: NONE,
      parameters: simple ? null : bindParameters(values),
      resultFormats: NONE,
      maxRows: 0,
      sync: !simple,
      masked: false,
    });
    if (statement.policy !== null) decide(recorded.recorder, number, statement);
    answer(recorded.recorder, number, session, statement);
  }
}

function prepare(recorded: Recorded, template: Template): Prepared {
  const known = recorded.prepared.get(template);
  if (known !== undefined) return known;
  const name = `s${recorded.prepared.size}`;
  const sequence = recorded.recorder.record('parse', {
    name,
    text: template.text,
    parameterTypes: NONE,
    masked: false,
  });
  const prepared = { name, sequence };
  recorded.prepared.set(template, prepared);
  return prepared;
}

/** The text with its values as literals. */
export function literalText({ template, values }: StoryStatement): Buffer {
  let text = template.pieces[0] ?? '';
  for (const [n, value] of values.entries()) {
    text += template.values[n] === 'number' ? value : `'${value}'`;
    text += template.pieces[n + 1] ?? '';
  }
  return Buffer.from(text);
}

function decide(recorder: SessionRecorder, statement: number, { template, policy }: StoryStatement): void {
  recorder.record('decision', {
    statement,
    effect: policy === 'denied' ? 'deny' : 'allow',
    enforced: true,
    rules: [policy === 'denied' ? 'no changes at night' : 'mask contacts'],
    because: ['table'],
    message: '',
    severity: policy === 'denied' ? 'high' : 'low',
    policy: POLICY,
    facts: JSON.stringify({ verb: template.verb, tables: [template.table] }),
  });
  if (policy === 'masked')
    recorder.record('columnsMasked', {
      statement,
      ordinal: 0,
      positions: [0],
      columns: [`${template.table}.email`],
      rules: ['mask contacts'],
      styles: ['redact'],
      levels: ['gateway'],
    });
}

const POLICY = new Uint8Array(32).fill(9);
const DENIED = { sqlstate: '42501', message: 'not allowed by policy' };

function answer(
  recorder: SessionRecorder,
  statement: number,
  session: StorySession,
  { template, rows, error, policy, duration }: StoryStatement,
): void {
  const failure = policy === 'denied' ? DENIED : error;
  const described = session.protocol === 'prepared' ? NOTHING : template.description;
  const bytes = failure !== null ? errorResponse(failure) : dataRows(described, rows);
  recorder.record('outcome', {
    statement,
    ordinal: 0,
    status: failure === null ? 'completed' : 'failed',
    tag: failure !== null ? '' : template.verb === 'SELECT' ? `SELECT ${rows.length}` : template.verb,
    rows: rows.length,
    bytes: bytes.length,
    sqlstate: failure?.sqlstate ?? null,
    transaction: session.inTransaction ? 'T' : 'I',
    duration,
    describedAt: null,
    answer: bytes.length === 0 ? null : bytes,
  });
}

const NOTHING = Buffer.alloc(0);
