import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBody } from '../shared/recording/record.ts';
import { TEST_KEY } from './archive/testing.ts';
import { bindHeads } from './heads.ts';
import { HEADER_BYTES, listSpoolFiles, wholeRecords } from './recorder/spool-file.ts';
import { type LogHead, type Recording, startRecording } from './recording.ts';

const log = pino({ level: 'silent' });
let folder: string;
let recordings: Recording[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heads-'));
  recordings = await Promise.all(
    ['0', '1'].map((name) =>
      startRecording({
        spool: { dir: join(folder, name), limit: 1 << 30 },
        archive: join(folder, 'archive'),
        keys: { current: TEST_KEY, previous: null },
        durability: 'intent',
        software: 'test',
        log,
        onFailure: () => {},
      }),
    ),
  );
});
afterEach(async () => {
  await Promise.all(recordings.map((recording) => recording.close()));
  await rm(folder, { recursive: true });
});

function workerOf(recording: Recording) {
  return {
    head: () => recording.head(),
    async recordHeads(heads: readonly LogHead[]) {
      recording.recorder.record('logHeads', {
        logs: heads.map(({ log: id }) => id),
        events: heads.map(({ events }) => events),
      });
      recording.recorder.write();
    },
  };
}

/** What the spool of a recording says of heads. */
function headsIn(name: string): { logs: readonly string[]; events: readonly number[] }[] {
  const bodies = listSpoolFiles(join(folder, name)).flatMap(
    ({ path }) => wholeRecords(readFileSync(path).subarray(HEADER_BYTES)).bodies,
  );
  return bodies
    .map((body) => readBody(body).event)
    .flatMap((event) => (event.kind === 'logHeads' ? [event.fields] : []));
}

test('the first log tells how far all are on disk, and goes on telling of one that stopped', async () => {
  const [first, second] = recordings.map(workerOf);
  const ids = recordings.map(({ recorder }) => Buffer.from(recorder.log).toString('hex'));
  let workers = [first ?? null, second ?? null];
  const stop = bindHeads(() => workers, log, 20);
  await expect.poll(() => headsIn('0').length).toBeGreaterThan(2);
  workers = [first ?? null, null];
  const before = headsIn('0').length;
  await expect.poll(() => headsIn('0').length).toBeGreaterThan(before + 1);
  stop();
  const heads = headsIn('0');
  expect(heads.map(({ logs }) => logs)).toEqual(heads.map(() => ids));
  // Each logHeads is itself an event of the first log; the second had but its first two.
  expect(heads.map(({ events }) => events)).toEqual(heads.map((_, at) => [2 + at, 2]));
  expect(headsIn('1')).toEqual([]);
});
