import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Frontier, leafHash } from '../../../shared/recording/tree.ts';
import { sha256 } from '../ed25519.ts';
import { TEST_SIGNER } from '../testing.ts';
import { LogSigner } from './log-signer.ts';
import { readTreeFile, writeTreeFile } from './tree-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tree-'));
  path = join(folder, 'tree');
});
afterEach(() => rmSync(folder, { recursive: true }));

const log = new Uint8Array(16).fill(8);

function kept() {
  const tree = new Frontier(sha256);
  for (let i = 0; i < 5; i++) tree.add(leafHash(sha256, Uint8Array.of(i)));
  const opening = new LogSigner(log, { signer: TEST_SIGNER }, null).checkpoint(5, tree.root());
  return { log, number: 2, first: 5, lastTime: 77, frontier: tree.bytes(), opening };
}

test('what was written is read', () => {
  const written = kept();
  writeTreeFile(path, written);
  expect(readTreeFile(path, log)).toEqual(written);
});

test.each([
  ['is of another log', /"log": "08/, '"log": "09'],
  ['has another size than its checkpoint', /"size": 5/, '"size": 4'],
  ['has another tree than its checkpoint', /"frontier": "./, '"frontier": "Z'],
  ['was cut short', /"checkpoint"[^]*/, ''],
])('a file that %s is as good as none', (_, from, to) => {
  writeTreeFile(path, kept());
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  expect(readTreeFile(path, log)).toBeNull();
});
