import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Frontier, leafHash, subtreesOf, type Subtree } from '../../../shared/recording/tree.ts';
import { sha256 } from '../ed25519.ts';
import { GrowingTree } from './growing-tree.ts';

/** Some are longer than what is hashed at once. */
const EVENTS = Array.from({ length: 600 }, (_, i) =>
  randomBytes(i % 97 === 0 ? 70_000 : i % 7 === 0 ? 5_000 : 20 + i),
);

const named = ({ height, number }: Subtree, hash: Uint8Array) =>
  `${height}/${number} ${Buffer.from(hash).toString('hex')}`;

test('root, frontier and subtrees of tiles are those of RFC 6962, from whatever size the tree goes on, whenever it is asked', () => {
  for (const from of [0, 1, 2, 5, 130, 256]) {
    const oracle = new Frontier(sha256);
    for (const event of EVENTS.slice(0, from)) oracle.add(leafHash(sha256, event));
    const expected: string[] = [];
    const trees = [1, 50, EVENTS.length].map((every) => {
      const found: string[] = [];
      const tree = new GrowingTree(from, oracle.bytes(), (height, number, hash) =>
        found.push(named({ height, number }, hash)),
      );
      return { every, found, tree };
    });
    for (const [i, event] of EVENTS.slice(from).entries()) {
      oracle.add(leafHash(sha256, event), (subtree, hash) => {
        if (subtree.height > 0 && subtree.height % 8 === 0) expected.push(named(subtree, hash));
      });
      for (const { every, tree } of trees) {
        tree.add(Buffer.concat([Buffer.alloc(i % 3), event, Buffer.alloc(2)]), i % 3, (i % 3) + event.length);
        if ((i + 1) % every > 0) continue;
        expect([tree.size, new Uint8Array(tree.root()), new Uint8Array(tree.frontier())]).toEqual([
          oracle.size,
          new Uint8Array(oracle.root()),
          oracle.bytes(),
        ]);
      }
    }
    for (const { found, tree } of trees)
      expect([tree.size, new Uint8Array(tree.root()), found]).toEqual([
        oracle.size,
        new Uint8Array(oracle.root()),
        expected,
      ]);
  }
});

test('a tree without leaves has the root of nothing', () => {
  expect(Buffer.from(new GrowingTree(0, new Uint8Array(), () => {}).root())).toEqual(
    sha256(new Uint8Array()),
  );
});

test('a frontier of another size is refused', () => {
  expect(subtreesOf(0, 3).length).toBe(2);
  expect(() => new GrowingTree(3, new Uint8Array(32), () => {})).toThrow(RangeError);
});
