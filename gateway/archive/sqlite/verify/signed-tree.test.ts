import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { Frontier, leafHash, type Subtree } from '../../../../shared/recording/tree.ts';
import { Findings } from './findings.ts';
import { SignedTree } from './signed-tree.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A log of 1,000 leaves: its roots, and the hashes that its tiles have. */
const leaves = Array.from({ length: 1_000 }, (_, i) => leafHash(sha256, Buffer.from(`event ${i}`)));
const tiles = new Map<string, string>();
const roots: string[] = [];
const whole = new Frontier(sha256);
const frontiers: Uint8Array[] = [];
for (const leaf of leaves) {
  roots.push(text(whole.root()));
  frontiers.push(whole.bytes());
  whole.add(leaf, ({ height, number }: Subtree, hash) => tiles.set(`${height} ${number}`, text(hash)));
}
roots.push(text(whole.root()));

/** Grows a tree from `first` on, with other leaves where `other` says so, and compares it at the sizes. */
function grown(sizes: readonly number[], other: (index: number) => boolean, first = 0, stored = tiles) {
  const findings = new Findings();
  const tree = new SignedTree({
    first,
    frontier: frontiers[first] as Uint8Array,
    storedHash: (height, number) => stored.get(`${height} ${number}`) ?? null,
    findings,
    log: 'log',
    volume: 'volume',
  });
  for (let index = first; index < leaves.length; index++) {
    const leaf = other(index) ? new Uint8Array(32).fill(7) : (leaves[index] as Uint8Array);
    tree.add(new Int32Array(Uint8Array.from(leaf).buffer), 0);
    if (sizes.includes(tree.size)) tree.check(roots[tree.size] as string);
  }
  tree.finish();
  return findings
    .all()
    .map(({ message, event, lastEvent }) => (event === undefined ? message : [event, lastEvent]));
}

it('finds nothing where nothing is other, from any size on', () => {
  for (const first of [0, 1, 255, 256, 257, 700])
    expect(grown([700, 800, 1_000], () => false, first)).toEqual([]);
});

it('names the 256 events of a subtree that a tile tells apart', () => {
  expect(grown([500, 600, 1_000], (index) => index === 300)).toEqual([[256, 511]]);
  expect(grown([300, 600, 1_000], (index) => index === 310)).toEqual([[300, 511]]);
  expect(grown([600, 1_000], (index) => index === 10 || index === 700)).toEqual([
    [0, 255],
    [600, 767],
  ]);
});

it('names events between checkpoints where no tile tells them apart', () => {
  expect(grown([800, 900, 1_000], (index) => index === 850)).toEqual([[800, 899]]);
  expect(grown([800, 1_000], (index) => index === 990)).toEqual([[800, 999]]);
});

it('finds a tile that is not that of the events', () => {
  const other = new Map(tiles).set('8 1', 'y'.repeat(32));
  expect(grown([600, 1_000], () => false, 0, other)).toEqual(['tile 0 of level 1 is not that of the events']);
});
