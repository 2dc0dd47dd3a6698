import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  Frontier,
  inclusionProof,
  isConsistent,
  leafHash,
  nodeHash,
  rootFromInclusion,
  rootFromSelection,
  rootOf,
  subtreesBeside,
  type Subtree,
} from './tree.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** RFC 6962 §2.1 word by word: what everything else is held to. */
function merkleTreeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(sha256, merkleTreeHash(leaves.slice(0, k)), merkleTreeHash(leaves.slice(k)));
}

const SIZES = 130;
const leaves = Array.from({ length: SIZES }, (_, i) => leafHash(sha256, Uint8Array.of(i)));
const roots = Array.from({ length: SIZES + 1 }, (_, size) => merkleTreeHash(leaves.slice(0, size)));
const hashes = new Map<string, Uint8Array>();
const hashOf = ({ height, number }: Subtree): Uint8Array => {
  const hash = hashes.get(`${height} ${number}`);
  if (hash === undefined) throw new Error(`nobody kept the subtree ${number} of height ${height}`);
  return hash;
};
const frontier = new Frontier(sha256);
const grown = [frontier.root()];
for (const leaf of leaves) {
  frontier.add(leaf, ({ height, number }, hash) => hashes.set(`${height} ${number}`, hash));
  grown.push(frontier.root());
}

describe('the tree', () => {
  it('has the roots of RFC 6962 as it grows, and from its subtrees', () => {
    expect(grown).toEqual(roots);
    expect(roots.map((_, size) => rootOf(sha256, size, hashOf))).toEqual(roots);
  });

  it('goes on from a frontier as if it had never been put away', () => {
    for (let size = 0; size <= SIZES; size++) {
      const whole = new Frontier(sha256);
      for (const leaf of leaves.slice(0, size)) whole.add(leaf);
      const taken = new Frontier(sha256, size, whole.bytes());
      for (const leaf of leaves.slice(size)) taken.add(leaf);
      expect(taken.root()).toEqual(roots[SIZES]);
    }
  });

  it('refuses a frontier of another size', () => {
    expect(() => new Frontier(sha256, 3, new Uint8Array(32))).toThrow(RangeError);
  });

  it('proves every leaf to be in every tree, and no other leaf', () => {
    for (let size = 1; size <= SIZES; size++) {
      for (let index = 0; index < size; index++) {
        const path = inclusionProof(sha256, index, size, hashOf);
        expect(rootFromInclusion(sha256, leaves[index] as Uint8Array, index, size, path)).toEqual(
          roots[size],
        );
        const other = leaves[(index + 1) % SIZES] as Uint8Array;
        expect(rootFromInclusion(sha256, other, index, size, path)).not.toEqual(roots[size]);
      }
    }
  });

  it('proves every tree to go on from every smaller one, and from no other', () => {
    for (let size = 1; size <= SIZES; size++) {
      for (let first = 1; first <= size; first++) {
        const proof = consistencyProof(sha256, first, size, hashOf);
        const now = { size, root: roots[size] as Uint8Array };
        const then = { size: first, root: roots[first] as Uint8Array };
        const fork = { size: first, root: roots[first - 1] as Uint8Array };
        expect(isConsistent(sha256, then, now, proof)).toBe(true);
        expect(isConsistent(sha256, fork, now, proof)).toBe(false);
      }
    }
  });

  it('proves a selection of leaves at once', () => {
    for (let size = 1; size <= SIZES; size++) {
      for (const step of [1, 2, 3, 7, 50]) {
        const indexes = Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
        const beside = subtreesBeside(indexes, size).map(hashOf);
        const chosen = indexes.map((index) => ({ index, hash: leaves[index] as Uint8Array }));
        expect(rootFromSelection(sha256, size, chosen, beside)).toEqual(roots[size]);
        expect(rootFromSelection(sha256, size, chosen.slice(1), beside)).not.toEqual(roots[size]);
      }
    }
  });
});
