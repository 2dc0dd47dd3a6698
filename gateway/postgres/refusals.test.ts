import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Event } from '../../shared/recording/event.ts';
import { readBody } from '../../shared/recording/record.ts';
import { Recorder } from '../recorder/recorder.ts';
import { Shipper } from '../recorder/shipper.ts';
import { openSpool, type Spool } from '../recorder/spool.ts';
import type { Refusal } from './refusal.ts';
import { Refusals } from './refusals.ts';
import type { Opened } from './session-events.ts';

const KIB = 1 << 10;
const MINUTE_NS = 60e9;

const REFUSAL: Refusal = {
  code: 'MALFORMED',
  reason: 'invalid length of startup packet',
  postgres: { severity: 'FATAL', sqlstate: '08P01', message: 'invalid length of startup packet' },
};
const NOTHING: Opened = { tls: false, protocol: '', parameters: new Map() };

const clock = { read: () => {}, wall: 1_000_000, monotonic: 0 };
let dir: string;
let spool: Spool;
let recorder: Recorder;
let refusals: Refusals;
let told: object[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'refusals-'));
  clock.monotonic = 0;
  spool = await openSpool({ dir, limit: 1 << 30, syncs: false, newLog: () => new Uint8Array(16) });
  recorder = new Recorder({
    spool,
    clock,
    durability: 'process',
    software: 'test',
    boot: 1,
    onFailure: () => {},
  });
  told = [];
  refusals = new Refusals({
    recorder,
    onRefused: (refused) => told.push(refused),
    onCounted: (counted) => told.push(counted),
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await recorder.close();
  rmSync(dir, { recursive: true });
});

function refuse(count: number, address: string, opened = NOTHING, refusal = REFUSAL): void {
  for (let at = 0; at < count; at++) refusals.record(opened, { address, port: 1000 + at }, refusal);
}

/** What the spool holds but the log's own opening. */
function recorded(): Event[] {
  const events: Event[] = [];
  const shipper = new Shipper(dir, {
    watermark: () => 0,
    append: (body) => events.push(readBody(Buffer.from(body)).event),
    commit: () => {},
  });
  while (shipper.ship(spool.written));
  shipper.close();
  return events.filter(({ kind }) => kind !== 'logOpened');
}

test('a refusal is a session that says who it was, as far as it said so', () => {
  const parameters = new Map([
    ['user', 'agent'],
    ['database', 'shop'],
    ['application_name', 'ci:github:1:2'],
  ]);
  refuse(1, '192.0.2.7', { tls: true, protocol: '3.2', parameters });
  expect(recorded().map(({ kind, fields }) => [kind, fields])).toEqual([
    [
      'sessionOpened',
      {
        connection: 'shop',
        user: 'agent',
        applicationName: 'ci:github:1:2',
        clientAddress: '192.0.2.7',
        clientPort: 1000,
        tls: true,
        protocol: '3.2',
        durability: 'process',
      },
    ],
    ['sessionClosed', { outcome: 'refused', sqlstate: '08P01', reason: REFUSAL.reason }],
  ]);
  expect(told).toEqual([
    {
      session: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      address: '192.0.2.7',
      connection: 'shop',
      sqlstate: '08P01',
      code: REFUSAL.code,
      reason: REFUSAL.reason,
    },
  ]);
});

test('a token in place of a name is in no record and no log', () => {
  const TOKEN = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.${'x'.repeat(86)}`;
  const parameters = new Map([
    ['user', TOKEN],
    ['application_name', `my ${TOKEN}`],
  ]);
  const reason = `there is no connection named "${TOKEN}"`;
  refuse(1, '192.0.2.7', { tls: true, protocol: '3.2', parameters }, { ...REFUSAL, reason });
  const [opened, closed] = recorded().map(({ fields }) => fields);
  expect([opened, closed, told]).toMatchObject([
    { connection: '[masked]', user: '[masked]', applicationName: 'my [masked]' },
    { reason: 'there is no connection named "[masked]"' },
    [{ connection: '[masked]', reason: 'there is no connection named "[masked]"' }],
  ]);
});

test('a flood of 100,000 refusals takes no more than its budget, and every one is on the record', () => {
  const before = spool.written;
  refuse(100_000, '192.0.2.7');
  refusals.flush();
  expect(spool.written - before).toBeLessThan(256 * KIB + 1 * KIB);
  const events = recorded();
  const sessions = events.filter(({ kind }) => kind === 'sessionClosed').length;
  const counted = events.filter((event) => event.kind === 'refusalsCounted').map(({ fields }) => fields);
  expect(counted).toEqual([
    { reason: 'MALFORMED', network: '192.0.2.0/24', count: 100_000 - sessions, since: 1_000_000 },
  ]);
  expect(sessions).toBeGreaterThan(500);
  expect(told).toHaveLength(sessions + 1);
});

test('long names cost the budget what they take', () => {
  const before = spool.written;
  const parameters = new Map([['user', 'é'.repeat(4_900)]]);
  refuse(1_000, '192.0.2.7', { tls: false, protocol: '3.0', parameters });
  expect(spool.written - before).toBeLessThan(256 * KIB + 1 * KIB);
});

test('the budget comes back as time goes by', () => {
  refuse(2_000, '192.0.2.7');
  refusals.flush();
  const sessions = () => recorded().filter(({ kind }) => kind === 'sessionClosed').length;
  const first = sessions();
  clock.monotonic += MINUTE_NS;
  refuse(2_000, '192.0.2.7');
  expect([sessions() - first > 30, sessions() - first < 60]).toEqual([true, true]);
});

test('counts are kept apart by reason and network, up to sixteen; more networks are elsewhere', () => {
  const counts = () =>
    recorded().flatMap((event) => (event.kind === 'refusalsCounted' ? [event.fields] : []));
  for (let network = 0; network < 20; network++) refusals.count('CANCEL_KEY', `10.0.${network}.9`);
  refusals.count('CANCEL_KEY', '10.0.0.8');
  refusals.count('TIMEOUT', '10.0.0.8');
  refusals.flush();
  expect(counts().map(({ reason, network, count }) => `${reason} ${network} ${count}`)).toEqual([
    'CANCEL_KEY 10.0.0.0/24 2',
    ...Array.from({ length: 15 }, (_, at) => `CANCEL_KEY 10.0.${at + 1}.0/24 1`),
    'CANCEL_KEY elsewhere 4',
    'TIMEOUT elsewhere 1',
  ]);
  refusals.flush();
  expect(counts()).toHaveLength(18);
});

test('counts are on the record within ten seconds', () => {
  vi.useFakeTimers();
  refusals.count('CANCEL_KEY', '192.0.2.7');
  vi.advanceTimersByTime(9_999);
  expect(recorded()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(recorded().map(({ kind }) => kind)).toEqual(['refusalsCounted']);
});
