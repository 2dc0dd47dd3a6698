import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Dice, rounds, seedOf } from '../torture/dice.ts';
import { makeBase } from './bases.ts';
import { Lane, type Sendable } from './lane.ts';
import { allMutations, anyMutation } from './mutations.ts';

/** CI tries the same mutations each time, so that it says what a change did; the long form, and whoever gives SEED, tries others. */
const CI_SEED = 1;
const isLong = (process.env['TORTURE'] ?? '') !== '' || process.env['SEED'] !== undefined;
const SEED = isLong ? seedOf() : CI_SEED;
const MUTATIONS = rounds(1_000, 50_000);

/** The round to begin with, to repeat what failed: `SEED=… ROUND=… npx vitest run test/fuzz`. */
const FROM = Number(process.env['ROUND'] ?? 0);

/** While one is made and looked at here, another is opened by a process. */
const LANES = 2;

/** What some of them come to, whatever the seed: else mutations would not get far. */
const COMES_TO = [
  'VERIFIED',
  'CORRUPT',
  'INCOMPLETE',
  'UNKNOWN_KEY',
  'REFUSED',
  'DAMAGED',
  'NEWER_VERSION',
  'OLDER_VERSION',
];

/** How long all may take, ms. */
const PATIENCE_MS = MUTATIONS * 300;

let root: string;
const temporary = process.env['TMPDIR'];
const lanes: Lane[] = [];
const bases: Sendable[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'auditorium-fuzz-'));
  // What the processes write to where temporary files go is found here.
  mkdirSync(join(root, 'tmp'));
  process.env['TMPDIR'] = join(root, 'tmp');
  for (let i = 0; i < LANES; i++) lanes.push(new Lane(join(root, String(i))));
  const dice = new Dice(SEED);
  for (const rolled of [false, true]) {
    const files = makeBase(join(root, 'base'), dice, rolled);
    rmSync(join(root, 'base'), { recursive: true });
    bases.push(await (lanes[0] as Lane).truth(files));
  }
});
afterAll(() => {
  for (const lane of lanes) lane.close();
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  rmSync(root, { recursive: true, force: true });
});

test(
  `whatever was done to an archive, what is shown of it is true, or told to be in doubt (seed ${SEED})`,
  async () => {
    const wrong: string[] = [];
    const told = new Set<string>();
    const listed = allMutations();
    let next = FROM;
    const run = async (lane: Lane) => {
      while (next < MUTATIONS && wrong.length === 0) {
        const round = next++;
        const dice = new Dice(SEED + round);
        const mutation = listed[round] ?? anyMutation(dice);
        const outcome = await lane.tried(mutation, bases[dice.below(bases.length)] as Sendable, dice);
        told.add(outcome.told);
        wrong.push(
          ...outcome.wrong.map((what) => `${mutation.name} (seed ${SEED}, round ${round}): ${what}`),
        );
      }
    };
    await Promise.all(lanes.map(run));
    expect(wrong).toEqual([]);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    if (FROM === 0) expect([...told]).toEqual(expect.arrayContaining(COMES_TO));
  },
  PATIENCE_MS,
);
