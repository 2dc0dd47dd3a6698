import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { originOf } from '../shared/recording/checkpoint.ts';
import { VerifiedHeads } from './verified-heads.ts';

const origin = originOf(new Uint8Array(16).fill(5));
const head = (size: number) => ({ origin, size, root: new Uint8Array(32).fill(size) });
const anchor = (size: number, expected = true) => ({
  checkpoint: head(size),
  expected,
  from: 'what was verified here on 1970-01-01T00:00:01.000Z',
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-heads-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was verified is remembered, and expected where it was', () => {
  new VerifiedHeads(folder).remember('/archive', [head(7)], 1_000, false);
  const heads = new VerifiedHeads(folder);
  expect(heads.anchors('/archive')).toEqual([anchor(7)]);
  expect(heads.anchors('/a-part-of-it.audit')).toEqual([anchor(7, false)]);
});

test('a smaller log takes the place of a larger one only when that is to be forgotten', () => {
  const heads = new VerifiedHeads(folder);
  heads.remember('/archive', [head(7)], 1_000, false);
  heads.remember('/archive', [head(3)], 1_000, false);
  expect(heads.anchors('/archive')).toEqual([anchor(7)]);
  heads.remember('/archive', [head(3)], 1_000, true);
  expect(heads.anchors('/archive')).toEqual([anchor(3)]);
});

test('a file that cannot be read remembers nothing', () => {
  writeFileSync(join(folder, 'verified-heads.json'), '{"a": 1}');
  expect(new VerifiedHeads(folder).anchors('/archive')).toEqual([]);
});
