/** An archive in which some sessions did some things, and sinks for it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteWriter } from '../../archive/sqlite/writer.ts';
import { plainFacts, rolling, TEST_SIGNER, TestLog, testWriting } from '../../archive/testing.ts';
import { ROOT_CERTIFICATE } from '../../postgres/testing/certificate.ts';
import type { SinkConfig } from '../sink.ts';
import { Stream, type StreamOptions } from '../stream.ts';

/** A folder of its own. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'stream-'));
}

/** A log of which sessions are added to an archive; its volumes hold so many events. */
export class SampleArchive implements Disposable {
  readonly log: TestLog;
  /** Ids of the messages that its events bring about. */
  readonly ids: string[] = [];
  readonly #writer;
  #sessions = 0;

  constructor(folder: string, volumeEvents = 120) {
    this.log = new TestLog(5, undefined, volumeEvents);
    this.#writer = rolling(openSqliteWriter({ path: folder, ...testWriting(plainFacts) }));
    this.#writer.append(this.log.event('logOpened'));
    this.#act();
    this.#writer.append(
      this.log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: 'begun' }),
    );
    this.#act();
    this.#writer.commit();
  }

  /** A session with statements: each third fails, each fifth deletes. */
  add(statements: number): void {
    const session = this.log.session(++this.#sessions);
    const id = Buffer.from(session.id).toString('hex');
    const events = [
      session.event('sessionOpened', { clientPort: 50_000 + this.#sessions }),
      session.event('identity'),
      session.event('connected', CONNECTED),
    ];
    this.ids.push(id);
    for (let i = 1; i <= statements; i++) {
      events.push(session.query(i % 5 === 0 ? `delete from t${i}` : `select ${i} from "naïve ✓"`));
      events.push(
        i % 3 === 0
          ? session.outcome({ status: 'failed', sqlstate: '42P01' })
          : session.outcome({ tag: 'SELECT 1', rows: 1 }),
      );
      this.ids.push(`${id}/${i}/0`);
    }
    events.push(session.event('sessionClosed'));
    this.ids.push(`${id}/end`);
    for (const event of events) this.#writer.append(event);
    this.#writer.commit();
  }

  [Symbol.dispose](): void {
    this.#writer.close();
  }

  /** What was appended last. */
  #act(): void {
    this.ids.push(`${Buffer.from(this.log.log).toString('hex')}/${this.log.index - 1}`);
  }
}

const CONNECTED = {
  host: 'db.example',
  port: 5432,
  database: 'shop',
  user: 'shop_agent',
  server: '18.1',
  backend: 7,
};

const TRUST = { ca: ROOT_CERTIFICATE, cert: null, key: null };

/** A sink that posts JSON lines in small batches. */
export function webhookTo(url: string, changes: Partial<SinkConfig> = {}): SinkConfig {
  return {
    ...SINK,
    to: { kind: 'webhook', url, secret: 'a secret', authorization: null, body: 'lines', ...TRUST },
    ...changes,
  };
}

export function syslogTo(
  port: number,
  changes: Partial<SinkConfig> = {},
  serverName = 'localhost',
): SinkConfig {
  return {
    ...SINK,
    to: { kind: 'syslog', host: 'localhost', port, serverName, hostname: 'gw-1', ...TRUST },
    ...changes,
  };
}

export function kafkaTo(url: string, cluster: string | null): SinkConfig {
  return { ...SINK, to: { kind: 'kafka', url, topic: 'audit', cluster, authorization: null, ...TRUST } };
}

const SINK = {
  name: 'siem',
  format: 'json',
  send: ['sessions', 'statements', 'acts'],
  filter: '',
  from: 'start',
  values: { sql: 'recorded', parameters: false, limit: 4096 },
  batch: { events: 20, bytes: 1 << 20, wait: 20 },
  deadLetters: 1 << 20,
} as const satisfies Omit<SinkConfig, 'to'>;

/** A stream with a clock that does not wait for long; `told` is what it says. */
export function streamOf(
  archive: string,
  sink: SinkConfig,
  changes: Partial<StreamOptions> = {},
): { readonly stream: Stream; readonly told: (string | null)[]; readonly waits: number[] } {
  const told: (string | null)[] = [];
  const waits: number[] = [];
  const stream = new Stream({
    sink,
    archive,
    folder: join(archive, '..', `${sink.name}-state`),
    software: 'Auditorium 1',
    now: Date.now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        const timer = setTimeout(resolve, Math.min(ms, 10));
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    chance: () => 0,
    told: (failure) => told.push(failure),
    ...changes,
  });
  return { stream, told, waits };
}

/** The id that a message of JSON has. */
export function idOf(line: string): string {
  const value = JSON.parse(line) as Readonly<Record<string, string>>;
  if (value['type'] === 'session') return value['id'] ?? '';
  if (value['type'] === 'act') return value['id'] ?? '';
  return `${value['session']}/${value['statement']}/${value['ordinal']}`;
}
