import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArchiveError } from '../../gateway/archive/archive.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { Opener } from '../../gateway/opener.ts';
import { openForeign, type OpenedForeign } from '../../gateway/opening.ts';
import { Dice, rounds, seedOf } from '../torture/dice.ts';
import { type Base, makeBase } from './bases.ts';
import type { Mutation } from './mutated.ts';
import { allMutations, anyMutation } from './mutations.ts';
import { added, type Shown, shownIn } from './shown.ts';

const SEED = seedOf();
const MUTATIONS = rounds(2_000, 50_000);

/** The round to begin with, to repeat what failed: `SEED=… ROUND=… npx vitest run test/fuzz`. */
const FROM = Number(process.env['ROUND'] ?? 0);

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

/** What nobody waits for, ms; the process that hangs is ended by then, too. */
const HANGS_MS = 10_000;

/** How long all may take, ms. */
const PATIENCE_MS = MUTATIONS * 300;

let root: string;
let opener: Opener;
const bases: { readonly files: Base; readonly truth: Shown }[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'auditorium-fuzz-'));
  // Whatever is written beside the private folder is found here.
  for (const folder of ['sent', 'cache', 'tmp']) mkdirSync(join(root, folder));
  process.env['TMPDIR'] = join(root, 'tmp');
  opener = new Opener();
  const dice = new Dice(SEED);
  for (const rolled of [false, true]) {
    const files = makeBase(join(root, 'base'), dice, rolled);
    send(files);
    const opened = await open();
    expect(opened.standing.verdict).toBe('VERIFIED');
    bases.push({ files, truth: shownIn(opened.volumes) });
    rmSync(join(root, 'base'), { recursive: true });
  }
});
afterAll(() => {
  opener.close();
  rmSync(root, { recursive: true, force: true });
});

/** What came of one: how it stands, or why it was refused. */
interface Outcome {
  readonly told: string;
  /** What should not be; empty: nothing. */
  readonly wrong: readonly string[];
}

test(
  `whatever was done to an archive, what is shown of it is true, or told to be in doubt (seed ${SEED})`,
  async () => {
    const wrong: string[] = [];
    const told = new Set<string>();
    const listed = allMutations();
    for (let round = FROM; round < MUTATIONS && wrong.length === 0; round++) {
      const seed = SEED + round;
      const dice = new Dice(seed);
      const mutation = listed[round] ?? anyMutation(dice);
      const outcome = await tried(mutation, dice);
      told.add(outcome.told);
      wrong.push(...outcome.wrong.map((what) => `${mutation.name} (seed ${seed}, round ${round}): ${what}`));
    }
    expect(wrong).toEqual([]);
    if (FROM === 0) expect([...told]).toEqual(expect.arrayContaining(COMES_TO));
  },
  PATIENCE_MS,
);

async function tried(mutation: Mutation, dice: Dice): Promise<Outcome> {
  const { files, truth } = bases[dice.below(bases.length)] as (typeof bases)[number];
  send(files);
  const folder = join(root, 'sent');
  const volumes = [...files.keys()]
    .filter((name) => name.endsWith('.audit'))
    .map((name) => join(folder, name));
  mutation.mutate({ folder, volumes, dice });
  const before = listing();
  const started = performance.now();
  const outcome = await judged(mutation, truth);
  const took = performance.now() - started;
  const wrong = [...outcome.wrong];
  if (took > HANGS_MS) wrong.push(`it took ${Math.round(took)} ms`);
  if (listing() !== before) wrong.push('something was written beside the private folder');
  rmSync(join(root, 'cache'), { recursive: true, force: true });
  return { ...outcome, wrong };
}

async function judged({ trusted = false }: Mutation, truth: Shown): Promise<Outcome> {
  let opened: OpenedForeign;
  try {
    opened = await open();
  } catch (error) {
    if (!(error instanceof ArchiveError)) return { told: 'failed', wrong: [String((error as Error).stack)] };
    const clear = error.code !== 'TIMEOUT' && error.message !== '';
    return { told: error.code, wrong: clear ? [] : [`${error.code}: ${error.message}`] };
  }
  const { verdict, findings } = opened.standing;
  try {
    const shown = shownIn(opened.volumes);
    const doubted = trusted || findings.some((finding) => finding.verdict === 'UNKNOWN_KEY');
    const wrong = doubted ? [] : added(shown, truth);
    if (verdict === 'VERIFIED' && !trusted && shown.events.size !== truth.events.size)
      wrong.push('VERIFIED, and not all of it');
    return { told: verdict, wrong };
  } catch (error) {
    if (error instanceof ArchiveError) return { told: `${verdict}, then ${error.code}`, wrong: [] };
    return { told: 'unreadable', wrong: [String((error as Error).stack)] };
  }
}

function send(files: Base): void {
  rmSync(join(root, 'sent'), { recursive: true, force: true });
  rmSync(join(root, 'linked.audit'), { force: true });
  mkdirSync(join(root, 'sent'));
  for (const [name, bytes] of files) writeFileSync(join(root, 'sent', name), bytes);
}

function open(): Promise<OpenedForeign> {
  return openForeign(join(root, 'sent'), {
    cache: join(root, 'cache'),
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    now: Date.now() * 1_000,
    software: 'test',
    kind: 'volumes',
    opener,
  });
}

/** All that lies beside the private folder. */
function listing(): string {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => !name.startsWith('cache'))
    .toSorted()
    .join('\n');
}
