import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBody } from '../../shared/recording/record.ts';
import { runAgents } from '../../test/torture/agents.ts';
import { QUICK_DISK } from '../../test/torture/logged-disk.ts';
import { stalledDisk } from '../../test/torture/stalled-disk.ts';
import { bodiesOf, openRun, type Run } from '../../test/torture/spool-run.ts';
import { NODE_DISK } from './disk.ts';
import { recoverSpool } from './recovery.ts';
import { openSpool } from './spool.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pressure-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const LIMIT = 1 << 20;
const promises = { forwarded: () => {}, answered: () => {} };
const data = Buffer.alloc(10_000);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}

const kindsIn = (end: number) => bodiesOf(dir, end).map((body) => readBody(body).event.kind);

/** Records until agents would be held back; returns how much was left. */
function fill({ spool, recorder }: Run): number {
  const session = recorder.session();
  while (!recorder.pressure.paused) {
    session.record('copyIn', { statement: 1, bytes: 1, continued: false, data });
    recorder.write();
  }
  return LIMIT - spool.held;
}

describe('when nobody takes what is in the spool', () => {
  test('agents go on until little is left of it, are held back, and go on once there is room', async () => {
    const run = await openRun(dir, 'intent', QUICK_DISK, { limit: LIMIT });
    const { spool, recorder, failures } = run;
    const changes: boolean[] = [];
    recorder.pressure.onChange(() => changes.push(recorder.pressure.paused));
    const left = fill(run);
    expect([left > LIMIT / 32, left < LIMIT / 16]).toEqual([true, true]);
    expect(recorder.takesSessions).toBe(false);
    await until(() => spool.written === spool.durable);
    await pause(600); // the file that was written to is closed, so that it can be freed
    await spool.release(spool.durable);
    await until(() => !recorder.pressure.paused);
    expect([recorder.takesSessions, changes, failures]).toEqual([true, [true, false], []]);
    await runAgents(recorder, { agents: 2, statements: 4, promises });
    await recorder.close();
    expect(kindsIn(spool.written).at(-1)).toBe('logClosed');
  });

  test('new sessions are refused before agents are held back', async () => {
    const run = await openRun(dir, 'intent', QUICK_DISK, { limit: LIMIT });
    const { recorder } = run;
    const session = recorder.session();
    while (recorder.takesSessions) {
      session.record('copyIn', { statement: 1, bytes: 1, continued: false, data });
      recorder.write();
    }
    expect(recorder.pressure.paused).toBe(false);
    await recorder.close();
  });

  test('agents are cut off after the deadline, which the log says, and new ones taken once there is room', async () => {
    const run = await openRun(dir, 'intent', QUICK_DISK, { limit: LIMIT, deadline: 300 });
    const { spool, recorder, failures } = run;
    fill(run);
    await until(() => failures.length > 0);
    await pause(600);
    expect(failures.map(({ code, sqlstate }) => [code, sqlstate])).toEqual([['SPOOL_FULL', '53100']]);
    expect([recorder.failure, kindsIn(spool.written).at(-1)]).toEqual([null, 'recordingFailed']);
    await spool.release(spool.written);
    await until(() => recorder.takesSessions);
    await runAgents(recorder, { agents: 1, statements: 1, promises });
    await recorder.close();
    expect(kindsIn(spool.written)).toEqual([
      'sessionOpened',
      'parse',
      'notice',
      'sessionClosed',
      'logClosed',
    ]);
  });
});

describe('when the disk does not answer', () => {
  test('nothing is let through, and all of it in order once it does', async () => {
    const { disk, stall, answer } = stalledDisk();
    const { recorder, failures } = await openRun(dir, 'intent', disk);
    const forwarded: number[] = [];
    stall();
    for (let i = 0; i < 100; i++) {
      recorder.record('heartbeat', { sessions: i });
      recorder.whenSafe('intent', () => forwarded.push(i));
    }
    await pause(400);
    expect(forwarded).toEqual([]);
    answer();
    await until(() => forwarded.length === 100);
    expect([forwarded, failures]).toEqual([Array.from({ length: 100 }, (_, i) => i), []]);
    await recorder.close();
  });

  test('when the spool is opened, that fails within the deadline', async () => {
    const { disk, stall } = stalledDisk();
    stall();
    const newLog = () => new Uint8Array(16);
    const opening = openSpool({ dir, limit: LIMIT, syncs: true, deadline: 300, newLog, disk });
    await expect(opening).rejects.toMatchObject({
      code: 'SPOOL_STALLED',
      message: 'the spool’s disk did not sync within 0.3 s',
    });
  });

  test('within the deadline, recording ends: nothing is let through, and the log ends in a file of its own', async () => {
    const { disk, stall } = stalledDisk();
    const { spool, recorder, failures } = await openRun(dir, 'intent', disk, { deadline: 300 });
    const session = recorder.session();
    session.record('sync', {});
    await new Promise<void>((resolve) => recorder.whenSafe('intent', resolve));
    stall();
    let forwarded = false;
    session.record('sync', {});
    recorder.whenSafe('intent', () => (forwarded = true));
    await until(() => failures.length > 0);
    await recorder.close();
    expect(failures.map(({ code, sqlstate }) => [code, sqlstate])).toEqual([['SPOOL_STALLED', '58030']]);
    expect([forwarded, recorder.takesSessions]).toEqual([false, false]);
    expect(kindsIn(spool.written)).toEqual([
      'logOpened',
      'sync',
      'recordingFailed',
      'sessionClosed',
      'logClosed',
    ]);
    expect((await recoverSpool(dir, QUICK_DISK)).unfinished).toBe(null);
  });
});

describe('on a disk without room', () => {
  const mounted = mount();

  test.runIf(mounted)('the events that close sessions and log still fit', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir]);
    try {
      const { spool, recorder, failures } = await openRun(dir, 'intent', NODE_DISK, { limit: LIMIT });
      await runAgents(recorder, { agents: 2, statements: 4, promises });
      const session = recorder.session();
      session.record('sync', {});
      recorder.write();
      fillDisk();
      let promised = 0;
      const promise = (events: number) => (promised = events);
      await runAgents(recorder, {
        agents: 4,
        statements: 4,
        promises: { forwarded: promise, answered: promise },
      });
      await recorder.close();
      expect(failures.map(({ code, sqlstate }) => [code, sqlstate])).toEqual([['SPOOL_WRITE', '53100']]);
      const state = await recoverSpool(dir, NODE_DISK);
      expect([state.unfinished, promised < state.nextIndex]).toEqual([null, true]);
      expect(
        kindsIn(spool.written).filter((kind) => kind === 'recordingFailed' || kind === 'logClosed'),
      ).toEqual(['recordingFailed', 'logClosed']);
    } finally {
      execFileSync('umount', [dir]);
    }
  });

  test.runIf(mounted)('no spool is opened', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', dir]);
    try {
      fillDisk();
      await expect(openRun(dir, 'intent', NODE_DISK, { limit: LIMIT })).rejects.toThrow(
        `no room for the spool in ${dir}: ENOSPC`,
      );
    } finally {
      execFileSync('umount', [dir]);
    }
  });

  function fillDisk(): void {
    const { bavail, bsize } = statfsSync(dir);
    writeFileSync(join(dir, 'other'), Buffer.alloc(bavail * bsize));
  }
});

/** Whether this machine lets us mount a small disk; says why when it does not. */
function mount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'pipe' });
    execFileSync('umount', [probe]);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message.trim() : String(error);
    process.stdout.write(`skipped: tests of a full disk need to mount one: ${why}\n`);
    return false;
  } finally {
    rmSync(probe, { recursive: true });
  }
}
