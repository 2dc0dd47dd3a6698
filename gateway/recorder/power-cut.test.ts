import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBody } from '../../shared/recording/record.ts';
import { runAgents } from '../../test/torture/agents.ts';
import { Dice, rounds, seedOf } from '../../test/torture/dice.ts';
import { type Honesty, loggedDisk, QUICK_DISK } from '../../test/torture/logged-disk.ts';
import { type Cut, cutsOf, type Op } from '../../test/torture/power-cut.ts';
import { bodiesOf, openRun } from '../../test/torture/spool-run.ts';
import type { Durability } from './recorder.ts';
import { listSpoolFiles } from './spool-file.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'power-cut-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const SEED = seedOf();
const CUTS = rounds(200, 5_000);

/** What a recorder did and promised, and the bytes of every event it numbered. */
interface Recorded {
  readonly ops: readonly Op[];
  readonly events: readonly Buffer[];
}

/** Agents at work, a store that takes half of it, a crash in the middle of a write, and all of it again until the log is closed. */
async function record(durability: Durability, honesty: Honesty): Promise<Recorded> {
  const dir = join(root, 'spool');
  const ops: Op[] = [];
  const ack = (index: number) => ops.push({ kind: 'ack', index: index - 1 });
  const promises = { forwarded: ack, answered: durability === 'full' ? ack : () => {} };
  const events: Buffer[] = [];
  mkdirSync(dir);
  for (const end of ['crash', 'close']) {
    const { spool, recorder } = await openRun(dir, durability, loggedDisk(ops, honesty));
    await runAgents(recorder, { agents: 3, statements: 30, promises });
    const shipped = spool.durable;
    for (const body of bodiesOf(dir, shipped)) events[readBody(body).event.index] = body;
    ops.push({ kind: 'shipped', index: events.length });
    await spool.release(shipped);
    await runAgents(recorder, { agents: 3, statements: 10, promises });
    if (end === 'close') await recorder.close();
    for (const body of bodiesOf(dir, spool.written)) events[readBody(body).event.index] = body;
    if (end === 'crash') tear(dir, ops);
  }
  return { ops, events };
}

/** A write that a crash broke off: the length of a record, and no more of it. */
function tear(dir: string, ops: Op[]): void {
  const path = listSpoolFiles(dir).at(-1)?.path ?? '';
  const bytes = Buffer.from([0, 0, 1, 0, 7, 7]);
  ops.push({ kind: 'write', path, at: statSync(path).size, bytes });
  appendFileSync(path, bytes);
}

/** What is wrong with what recovery makes of an image; null when nothing is. */
async function judge({ ops, events }: Recorded, { image, after }: Cut): Promise<string | null> {
  const dir = join(root, 'image');
  mkdirSync(dir);
  for (const [path, bytes] of image) writeFileSync(join(dir, basename(path)), bytes);
  try {
    const before = ops.slice(0, after + 1);
    const acknowledged = Math.max(-1, ...before.map((op) => (op.kind === 'ack' ? op.index : -1)));
    const shipped = Math.max(0, ...before.map((op) => (op.kind === 'shipped' ? op.index : 0)));
    const { spool, recorder } = await openRun(dir, 'intent', QUICK_DISK);
    const found = bodiesOf(dir, spool.written);
    const next = spool.state.nextIndex;
    await recorder.close();
    const kept = found.filter((body) => readBody(body).event.index < next);
    const first = kept[0] === undefined ? next : readBody(kept[0]).event.index;
    if (first > shipped) return `begins with event ${first}, the archive has only those before ${shipped}`;
    if (acknowledged >= next) return `ends before event ${next}, ${acknowledged} was acknowledged`;
    const altered = kept.findIndex((body, i) => events[first + i]?.equals(body) !== true);
    return altered < 0 ? null : `event ${first + altered} is another than was recorded`;
  } catch (error) {
    return String(error);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function verdicts(durability: Durability, honesty: Honesty, cuts: number): Promise<string[]> {
  const recorded = await record(durability, honesty);
  const dice = new Dice(SEED);
  const at = Array.from({ length: cuts }, () => dice.below(recorded.ops.length));
  const wrong: string[] = [];
  for (const cut of cutsOf(recorded.ops, at, dice)) {
    const verdict = await judge(recorded, cut);
    if (verdict !== null) wrong.push(`seed ${SEED}, cut ${cut.after}, ${cut.variant}: ${verdict}`);
  }
  return wrong;
}

describe(`after a power cut (seed ${SEED}: set SEED to repeat it)`, () => {
  test.each<Durability>(['intent', 'full'])(
    'in mode %s no acknowledged event is lost or altered, and the spool can always be read',
    async (durability) => {
      expect(await verdicts(durability, 'honest', CUTS / 2)).toEqual([]);
    },
    rounds(60_000, 1_800_000),
  );

  test('on a disk that lies about syncing, the loss is found', async () => {
    const wrong = await verdicts('intent', 'lying', 20);
    expect(wrong.filter((verdict) => verdict.endsWith('was acknowledged'))).not.toEqual([]);
  }, 60_000);
});
