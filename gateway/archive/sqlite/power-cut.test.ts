import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Dice, rounds, seedOf } from '../../../test/torture/dice.ts';
import { QUICK_DISK } from '../../../test/torture/logged-disk.ts';
import { type Cut, cutsOf, type Op } from '../../../test/torture/power-cut.ts';
import { LOG, openRun } from '../../../test/torture/spool-run.ts';
import { haveStrace, trace } from '../../../test/torture/strace.ts';
import { Shipper } from '../../recorder/shipper.ts';
import { testWriting } from '../testing.ts';
import { volumeFileName } from './volume-files.ts';
import { openSqliteWriter } from './writer.ts';

const PROGRAM = join(import.meta.dirname, '../../../test/torture/shipping-process.ts');
const SEED = seedOf();
const CUTS = rounds(40, 1_000);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'volume-cut-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What spool and volume did, and what was promised by then. */
function traceShipping(synchronous: string): Op[] {
  for (const folder of ['spool', 'archive']) mkdirSync(join(root, folder));
  const read = (line: string): Op => ({ kind: 'ack', index: Number(line.split(' ')[1]) });
  return trace([process.execPath, PROGRAM, root, synchronous], {
    root,
    env: process.env,
    note: { path: join(root, 'promises'), read },
  });
}

/** Opens both as the next start would and ships; what is wrong with the result, null when nothing is. */
async function judge(ops: readonly Op[], { image, after }: Cut): Promise<string | null> {
  const promised = Math.max(-1, ...ops.slice(0, after + 1).map((op) => (op.kind === 'ack' ? op.index : -1)));
  const at = join(root, 'image');
  for (const folder of ['spool', 'archive']) mkdirSync(join(at, folder), { recursive: true });
  for (const [path, bytes] of image) writeFileSync(join(at, relative(root, path)), bytes);
  try {
    const { spool, recorder } = await openRun(join(at, 'spool'), 'intent', QUICK_DISK);
    await recorder.close();
    const writer = openSqliteWriter({ path: join(at, 'archive'), ...testWriting(() => []) });
    const shipper = new Shipper(join(at, 'spool'), writer);
    while (shipper.ship(spool.written));
    shipper.close();
    const next = writer.watermark(LOG);
    writer.close();
    if (next <= promised) return `ends before event ${next}, ${promised} was acknowledged`;
    return unsound(join(at, 'archive', volumeFileName(LOG, 0)));
  } catch (error) {
    return String(error);
  } finally {
    rmSync(at, { recursive: true });
  }
}

function unsound(path: string): string | null {
  const db = new Database(path, { readonly: true });
  const verdict = db.pragma('integrity_check', { simple: true });
  db.close();
  return verdict === 'ok' ? null : `the volume is damaged: ${String(verdict)}`;
}

async function verdicts(synchronous: string, cuts: number): Promise<string[]> {
  const ops = traceShipping(synchronous);
  const dice = new Dice(SEED);
  const at = Array.from({ length: cuts }, () => dice.below(ops.length));
  const wrong: string[] = [];
  for (const cut of cutsOf(ops, at, dice)) {
    const verdict = await judge(ops, cut);
    if (verdict !== null) wrong.push(`seed ${SEED}, cut ${cut.after}, ${cut.variant}: ${verdict}`);
  }
  return wrong;
}

describe.runIf(haveStrace())(`after a power cut (seed ${SEED}: set SEED to repeat it)`, () => {
  test(
    'what was acknowledged is in the volume or still in the spool, and the volume is sound',
    async () => {
      expect(await verdicts('FULL', CUTS)).toEqual([]);
    },
    rounds(60_000, 1_800_000),
  );

  test('with synchronous=NORMAL the loss is found', async () => {
    const wrong = await verdicts('NORMAL', 60);
    expect(wrong.filter((verdict) => verdict.includes('events between are missing'))).not.toEqual([]);
  }, 60_000);
});
