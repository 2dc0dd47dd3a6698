/** A gateway's recording into a remote store, as its worker runs it; sessions of an agent are recorded into it. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { TEST_KEY } from '../../gateway/archive/testing.ts';
import type { RemoteConfig } from '../../gateway/config-remote.ts';
import { type Recording, type RecordingOptions, startRecording } from '../../gateway/recording.ts';

/** Where everything of one gateway lies, and what it is told of its store. */
export interface RecordingPlace {
  readonly folder: string;
  readonly remote: RemoteConfig | undefined;
}

/** The store as tests reach it: everything goes there within a second or so. */
export function remoteOf(
  endpoint: string,
  bucket: string,
  prefix: string,
  more: Partial<RemoteConfig> = {},
): RemoteConfig {
  const place = { bucket, prefix, endpoint, pathStyle: true, region: 'us-east-1' };
  return { ...place, gateway: 'test', every: 1000, rate: 64 << 20, tenant: [], retention: null, ...more };
}

/** Starts to record; lines of the log go to `said`. */
export function record(
  { folder, remote }: RecordingPlace,
  said: string[] = [],
  more: Partial<RecordingOptions> = {},
): Promise<Recording> {
  return startRecording({
    spool: { dir: join(folder, 'spool'), limit: 64 << 20 },
    archive: join(folder, 'archive'),
    keys: { current: TEST_KEY, previous: null },
    remote,
    durability: 'intent',
    software: 'test',
    log: pino({}, { write: (line) => void said.push(line) }),
    onFailure: () => {},
    ...more,
  });
}

const OUTCOME = {
  ordinal: 0,
  status: 'completed',
  tag: 'SELECT 1',
  rows: 1,
  bytes: 8,
  sqlstate: null,
  transaction: 'I',
  duration: 10,
  describedAt: null,
  answer: null,
} as const;

/** Of a statement what tests say nothing of. */
export const STATEMENT = {
  protocol: 'simple',
  name: null,
  portal: null,
  parsedAt: null,
  boundAt: null,
  parameterTypes: [],
  parameterFormats: [],
  parameters: null,
  resultFormats: [],
  maxRows: 0,
  sync: false,
  masked: false,
} as const;

/** Records one session with so many statements on a table. */
export function agentWorks({ recorder }: Recording, statements: number, table = 'invoices'): void {
  const session = recorder.session();
  session.record('sessionOpened', {
    connection: 'shop',
    user: 'agent',
    applicationName: '',
    clientAddress: '127.0.0.1',
    clientPort: 1,
    tls: false,
    protocol: '3.0',
    durability: recorder.durability,
  });
  for (let statement = 1; statement <= statements; statement++) {
    const text = Buffer.from(`SELECT * FROM ${table} WHERE id = ${statement}`);
    session.record('statement', { ...STATEMENT, statement, text });
    session.record('outcome', { ...OUTCOME, statement });
  }
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  recorder.write();
}

/** Resolves when the store has all that was recorded. */
export async function allShipped(recording: Recording, within = 20_000): Promise<void> {
  const { log: _, events } = await recording.head();
  for (const enough = Date.now() + within; (recording.remote()?.events ?? 0) < events; await pause(50))
    if (Date.now() > enough)
      throw new Error(
        `the store has ${recording.remote()?.events} of ${events} events: ${recording.remote()?.failure}`,
      );
}
