import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Dice, rounds, seedOf } from '../../../test/torture/dice.ts';
import { QUICK_DISK } from '../../../test/torture/logged-disk.ts';
import { type Cut, cutsOf, type Op, VARIANTS } from '../../../test/torture/power-cut.ts';
import { LOG, openRun } from '../../../test/torture/spool-run.ts';
import { haveStrace, trace } from '../../../test/torture/strace.ts';
import type { Durability } from '../../recorder/recorder.ts';
import { Shipper } from '../../recorder/shipper.ts';
import { TEST_SIGNER, testWriting } from '../testing.ts';
import { checkpointOf } from './checkpoints.ts';
import { verifyArchive } from './verify/verify.ts';
import { volumeFilesOf } from './volume-files.ts';
import { readVolumeRow } from './volume-row.ts';
import { openSqliteWriter } from './writer.ts';

const PROGRAM = join(import.meta.dirname, '../../../test/torture/shipping-process.ts');
const SEED = seedOf();
const CUTS = rounds(10, 1_000);

/** Nothing that was anchored is other than it was; that something is missing may be said. */
const LASTING: ReadonlySet<string> = new Set(['VERIFIED', 'INCOMPLETE']);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'volume-cut-'));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Traced {
  readonly synchronous?: string;
  readonly durability?: Durability;
  /** Whether the shipper makes the spool durable. */
  readonly syncs?: boolean;
}

/** What spool and volumes did, and what was promised by then. */
function traceShipping({ synchronous = 'FULL', durability = 'intent', syncs = false }: Traced): Op[] {
  for (const folder of ['spool', 'archive']) mkdirSync(join(root, folder));
  const read = (line: string): Op => {
    const [what, said = ''] = line.split(' ');
    return what === 'ack'
      ? { kind: 'ack', index: Number(said) }
      : { kind: 'anchored', note: Buffer.from(said, 'base64').toString() };
  };
  return trace([process.execPath, PROGRAM, root, synchronous, durability, syncs ? 'syncs' : ''], {
    root,
    env: process.env,
    note: { path: join(root, 'promises'), read },
  });
}

/** Opens both as the next start would and ships; what is wrong with the result, null when nothing is. */
async function judge(ops: readonly Op[], { image, after }: Cut): Promise<string | null> {
  const before = ops.slice(0, after + 1);
  const promised = Math.max(-1, ...before.map((op) => (op.kind === 'ack' ? op.index : -1)));
  const at = join(root, 'image');
  for (const folder of ['spool', 'archive']) mkdirSync(join(at, folder), { recursive: true });
  for (const [path, bytes] of image) writeFileSync(join(at, relative(root, path)), bytes);
  const archive = join(at, 'archive');
  const opening = { path: archive, ...testWriting(() => []), treeFile: join(at, 'spool', 'tree') };
  try {
    const signed = signedEvents(opening);
    const { spool, recorder } = await openRun(join(at, 'spool'), 'intent', QUICK_DISK);
    const had = spool.state.nextIndex;
    await recorder.close();
    if (signed > had) return `event ${signed - 1} is under a checkpoint, the log ended before event ${had}`;
    const writer = openSqliteWriter(opening);
    const shipper = new Shipper(join(at, 'spool'), writer);
    while (shipper.ship(spool.written));
    shipper.close();
    const next = writer.watermark(LOG);
    writer.close();
    if (next <= promised) return `ends before event ${next}, ${promised} was acknowledged`;
    return gap(archive) ?? unsound(archive) ?? untrue(archive, before);
  } catch (error) {
    return String(error);
  } finally {
    rmSync(at, { recursive: true });
  }
}

/** How many events the newest checkpoint in the archive is over. */
function signedEvents(opening: Parameters<typeof openSqliteWriter>[0]): number {
  const writer = openSqliteWriter(opening);
  try {
    return Math.max(writer.checkpoint(LOG)?.size ?? 0, writer.watermark(LOG));
  } finally {
    writer.close();
  }
}

/** Where the events of one volume do not follow those of the one before. */
function gap(archive: string): string | null {
  let next = 0;
  for (const { path } of volumeFilesOf(archive, LOG)) {
    const db = new Database(path, { readonly: true });
    const row = readVolumeRow(db);
    db.close();
    if (row.first !== next) return `events from ${next} to ${row.first} are missing`;
    ({ next } = row);
  }
  return null;
}

function unsound(archive: string): string | null {
  for (const { path } of volumeFilesOf(archive, LOG)) {
    const db = new Database(path, { readonly: true });
    const verdict = db.pragma('integrity_check', { simple: true });
    db.close();
    if (verdict !== 'ok') return `the volume is damaged: ${String(verdict)}`;
  }
  return null;
}

/** Verifies the archive against what was anchored before the cut. */
function untrue(archive: string, before: readonly Op[]): string | null {
  const anchors = before.flatMap((op) => {
    const checkpoint = op.kind === 'anchored' ? checkpointOf(op.note) : null;
    return checkpoint === null ? [] : [{ checkpoint, expected: true, from: 'an anchor' }];
  });
  const { verdict, findings } = verifyArchive({
    path: archive,
    keys: [TEST_SIGNER.publicKey],
    anchors,
    needSeals: true,
    now: Date.now() * 1000,
  });
  if (LASTING.has(verdict)) return null;
  return `${verdict}: ${findings.map(({ message }) => message).join('; ')}`;
}

async function verdicts(traced: Traced, cuts: number): Promise<string[]> {
  const ops = traceShipping(traced);
  const dice = new Dice(SEED);
  const at = Array.from({ length: cuts }, () => dice.below(ops.length));
  const wrong: string[] = [];
  for (const cut of cutsOf(ops, at, dice, [...VARIANTS, 'everything'])) {
    const verdict = await judge(ops, cut);
    if (verdict !== null) wrong.push(`seed ${SEED}, cut ${cut.after}, ${cut.variant}: ${verdict}`);
  }
  return wrong;
}

describe.runIf(haveStrace())(`after a power cut, or a kill (seed ${SEED}: set SEED to repeat it)`, () => {
  test(
    'what was acknowledged is in a volume or still in the spool, volumes are sound, and nothing anchored is forked',
    async () => {
      expect(await verdicts({}, CUTS)).toEqual([]);
    },
    rounds(90_000, 1_800_000),
  );

  test(
    'no checkpoint is over an event that the log lost, though nobody waits for the disk',
    async () => {
      expect(await verdicts({ durability: 'process', syncs: true }, CUTS / 2)).toEqual([]);
    },
    rounds(90_000, 1_800_000),
  );

  test('without the shipper’s own syncs such a checkpoint is found', async () => {
    const wrong = await verdicts({ durability: 'process' }, 6);
    expect(wrong.filter((verdict) => verdict.includes('is under a checkpoint'))).not.toEqual([]);
  }, 60_000);

  test('with synchronous=NORMAL the loss is found', async () => {
    const wrong = await verdicts({ synchronous: 'NORMAL' }, 8);
    expect(wrong.filter((verdict) => verdict.includes('are missing'))).not.toEqual([]);
  }, 60_000);
});
