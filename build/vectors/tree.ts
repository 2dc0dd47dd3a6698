/** Vectors of the Merkle tree: RFC 6962 §2.1 over leaves whose events are the decimal digits of their index. */
import { createHash } from 'node:crypto';
import { sha256 } from '../../gateway/archive/ed25519.ts';
import {
  consistencyProof,
  emptyRoot,
  Frontier,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  subtreesBeside,
  type Subtree,
} from '../../shared/recording/tree.ts';

/** All trees up to this size. */
const MOST = 130;
/** Sizes whose proofs are written out: one leaf, around a power of two, and an odd one. */
const WRITTEN = [1, 2, 3, 7, 8, 9, 21];
/** Selections with the tree they are of: single events, runs, ends, all, none. */
const SELECTIONS = [
  { size: 7, indexes: [3] },
  { size: 21, indexes: [0, 5, 6, 7, 20] },
  { size: 130, indexes: [63, 64, 65, 127, 128] },
  { size: 8, indexes: [0, 1, 2, 3, 4, 5, 6, 7] },
  { size: 21, indexes: [] },
];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const leaf = (index: number): Uint8Array => leafHash(sha256, Buffer.from(String(index)));

function hashOf({ height, number }: Subtree): Uint8Array {
  if (height === 0) return leaf(number);
  const [left, right] = [2 * number, 2 * number + 1].map((half) =>
    hashOf({ height: height - 1, number: half }),
  );
  return nodeHash(sha256, left as Uint8Array, right as Uint8Array);
}

/** Roots of all sizes, proofs of some sizes in full, and a hash over the proofs of all pairs. */
export function treeVectors() {
  return {
    about:
      'The event of leaf i is the decimal digits of i in ASCII. all: SHA-256 over the hashes of every proof, one after the other, ' +
      `inclusion for size 1…${MOST} and index 0…size−1, consistency for size 1…${MOST} and first 1…size. Selections: format.md §10.`,
    roots: Array.from({ length: MOST + 1 }, (_, size) =>
      base64(size === 0 ? emptyRoot(sha256) : rootOf(sha256, size, remembered)),
    ),
    frontiers: [0, 1, 6, 7, 130].map((size) => ({ size, frontier: base64(frontierOf(size)) })),
    inclusion: WRITTEN.flatMap((size) =>
      Array.from({ length: size }, (_, index) => ({ size, index, path: inclusion(index, size).map(base64) })),
    ),
    consistency: WRITTEN.flatMap((size) =>
      Array.from({ length: size }, (_, i) => ({
        first: i + 1,
        size,
        proof: consistency(i + 1, size).map(base64),
      })),
    ),
    all: { most: MOST, inclusion: allProofs(0, inclusion), consistency: allProofs(1, consistency) },
    selections: SELECTIONS.map(({ size, indexes }) => ({
      size,
      indexes,
      beside: base64(Buffer.concat(subtreesBeside(indexes, size).map(remembered))),
    })),
  };
}

const known = new Map<string, Uint8Array>();
function remembered(subtree: Subtree): Uint8Array {
  const name = `${subtree.height}/${subtree.number}`;
  const hash = known.get(name) ?? hashOf(subtree);
  known.set(name, hash);
  return hash;
}

function inclusion(index: number, size: number): Uint8Array[] {
  return inclusionProof(sha256, index, size, remembered);
}

function consistency(first: number, size: number): Uint8Array[] {
  return consistencyProof(sha256, first, size, remembered);
}

function frontierOf(size: number): Uint8Array {
  const frontier = new Frontier(sha256);
  for (let index = 0; index < size; index++) frontier.add(leaf(index));
  return frontier.bytes();
}

/** SHA-256 over the proofs of all sizes: of the leaves from 0 on, or of the sizes from 1 on. */
function allProofs(from: 0 | 1, proof: (of: number, size: number) => Uint8Array[]): string {
  const digest = createHash('sha256');
  for (let size = 1; size <= MOST; size++) {
    for (let of = from; of < size + from; of++) for (const hash of proof(of, size)) digest.update(hash);
  }
  return digest.digest('hex');
}
