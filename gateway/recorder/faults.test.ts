import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBody } from '../../shared/recording/record.ts';
import { runAgents } from '../../test/torture/agents.ts';
import { type Fault, faultyDisk, type FaultyDisk } from '../../test/torture/faulty-disk.ts';
import { QUICK_DISK } from '../../test/torture/logged-disk.ts';
import { bodiesOf, openRun } from '../../test/torture/spool-run.ts';
import type { Durability } from './recorder.ts';
import { SpoolError } from './spool-file.ts';

const MODES: readonly Durability[] = ['full', 'intent', 'process'];
const FAULTS = [
  ['EIO', 'once'],
  ['EIO', 'lasting'],
  ['ENOSPC', 'once'],
  ['ENOSPC', 'lasting'],
  ['ENOSPC', 'full'],
] as const satisfies readonly (readonly [string, Fault])[];

/** What came of a run over a failing disk. */
interface Outcome {
  /** Why the spool could not be opened, or what recording failed with, as agents are told. */
  readonly told: string;
  /** How many events the last intent that was forwarded relied on, and how many the next start found. */
  readonly promised: number;
  readonly found: number;
  /** Forwarded after the failure was told. */
  readonly late: number;
  readonly retried: number;
  /** Kinds of the last events, from `recordingFailed` on. */
  readonly ending: readonly string[];
}

async function fail(dir: string, durability: Durability, disk: FaultyDisk): Promise<Outcome> {
  let promised = 0;
  let late = 0;
  let told = '';
  try {
    const { recorder, spool, failures } = await openRun(dir, durability, disk);
    const promise = (events: number) => {
      promised = Math.max(promised, events);
      if (failures.length > 0) late++;
    };
    const answered = durability === 'intent' ? () => {} : promise;
    await runAgents(recorder, { agents: 3, statements: 6, promises: { forwarded: promise, answered } });
    await spool.release(spool.durable - 1);
    await runAgents(recorder, { agents: 1, statements: 2, promises: { forwarded: promise, answered } });
    await recorder.close();
    told = failures.map(({ code, sqlstate }) => `${code} ${sqlstate}`).join();
  } catch (error) {
    if (!(error instanceof SpoolError)) throw error;
    told = `refused: ${error.code}`;
  }
  const { spool, recorder } = await openRun(dir, durability, QUICK_DISK);
  const found = spool.state.nextIndex;
  const kinds = bodiesOf(dir, spool.written).map((body) => readBody(body).event.kind);
  await recorder.close();
  const failed = kinds.indexOf('recordingFailed');
  return {
    told,
    promised,
    found,
    late,
    retried: disk.retried,
    ending: failed < 0 ? [] : kinds.slice(failed),
  };
}

/** The log says itself that it failed and closes what was open, where the disk takes anything at all. */
const ENDING = /^recordingFailed( sessionClosed)* logClosed logOpened$/;

/** What is wrong with an outcome; null when nothing is. */
function judge(outcome: Outcome, code: string, fault: Fault): string | null {
  const { told, promised, found, late, retried, ending } = outcome;
  if (promised > found) return 'promised and lost';
  if (late > 0) return 'forwarded after the failure';
  if (retried > 0) return 'tried a file again that had failed';
  if (!told.startsWith('SPOOL_')) return null;
  if (!told.endsWith(code === 'ENOSPC' ? ' 53100' : ' 58030')) return 'told wrongly';
  const ends = fault === 'lasting' ? ending.length === 0 : ENDING.test(ending.join(' '));
  return ends ? null : 'not ended in order';
}

describe.each(FAULTS)('when the disk fails with %s, %s,', (code, fault) => {
  test.each(MODES)(
    'at any of its operations in mode %s, what was let through stays recorded and the log says that it failed',
    async (durability) => {
      const wrong: string[] = [];
      const told = new Set<string>();
      for (let nth = 0; ; nth++) {
        const dir = mkdtempSync(join(tmpdir(), 'faults-'));
        try {
          const disk = faultyDisk(nth, fault, code);
          const outcome = await fail(dir, durability, disk);
          if (!disk.failed) break;
          const verdict = judge(outcome, code, fault);
          if (verdict !== null) wrong.push(`operation ${nth}: ${verdict}: ${JSON.stringify(outcome)}`);
          told.add(outcome.told.replace(/ .*/, ''));
        } finally {
          rmSync(dir, { recursive: true });
        }
      }
      expect(wrong).toEqual([]);
      expect([...told]).toEqual(expect.arrayContaining(['refused:', 'SPOOL_WRITE', 'SPOOL_SYNC']));
    },
  );
});
