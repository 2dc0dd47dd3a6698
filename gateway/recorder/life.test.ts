import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBody } from '../../shared/recording/record.ts';
import { Recorder } from './recorder.ts';
import { HEADER_BYTES, listSpoolFiles, wholeRecords } from './spool-file.ts';
import { openSpool } from './spool.ts';

const YEAR_US = 365 * 86_400 * 1e6;
const NOW_US = 1_790_000_000_000_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auditorium-life-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

/** A clock whose wall may be set; the other goes on with `performance.now`. */
function settableClock() {
  return {
    wall: 0,
    monotonic: 0,
    ahead: 0,
    read() {
      this.monotonic = Math.round(performance.now() * 1e6);
      this.wall = NOW_US + this.ahead + Math.round(performance.now() * 1e3);
    },
  };
}

async function startRecorder(clock = settableClock()) {
  const spool = await openSpool({
    dir,
    limit: 1 << 30,
    syncs: true,
    newLog: () => new Uint8Array(16).fill(1),
  });
  return new Recorder({
    spool,
    clock,
    durability: 'intent',
    software: 'test',
    boot: 1,
    onFailure: (error) => {
      throw error;
    },
  });
}

const recorded = () =>
  listSpoolFiles(dir)
    .flatMap(({ path }) => wholeRecords(readFileSync(path).subarray(HEADER_BYTES)).bodies)
    .map((body) => readBody(body).event);

test('a log in which nothing happens says that it lives, never more than 15 s apart', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const recorder = await startRecorder();
  for (let second = 0; second < 300; second++) {
    vi.advanceTimersByTime(1_000);
    if (second === 101)
      recorder.record('signingKey', { key: new Uint8Array(32), previous: null, reason: '' });
  }
  vi.useRealTimers();
  await recorder.close();
  const times = recorded()
    .slice(0, -1) // its end came in real time
    .map(({ monotonic }) => monotonic / 1e9);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(15);
  expect([gaps.length > 20, gaps.length < 30]).toEqual([true, true]);
});

test('a wall clock that is set back a year is recorded as it is, and nothing else follows it', async () => {
  const clock = settableClock();
  const recorder = await startRecorder(clock);
  const session = recorder.session();
  const address = { clientAddress: '127.0.0.1', clientPort: 1, tls: false };
  session.record('sessionOpened', {
    connection: 'shop',
    user: 'agent',
    applicationName: '',
    ...address,
    protocol: '3.0',
    durability: 'intent',
  });
  clock.ahead = -YEAR_US;
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  recorder.write();
  await recorder.close();
  const events = recorded();
  expect(events.map(({ kind, index }) => [kind, index])).toEqual([
    ['logOpened', 0],
    ['sessionOpened', 1],
    ['sessionClosed', 2],
    ['logClosed', 3],
  ]);
  expect(events.map(({ time }) => Math.round((time - NOW_US) / YEAR_US))).toEqual([0, 0, -1, -1]);
  const monotonic = events.map((event) => event.monotonic);
  expect(monotonic).toEqual(monotonic.toSorted((a, b) => a - b));
});
