import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toBase64 } from '../shared/recording/base64.ts';
import { originOf, printCheckpoint } from '../shared/recording/checkpoint.ts';
import { readAnchors } from './anchor-file.ts';

const origin = originOf(new Uint8Array(16).fill(5));
const checkpoint = (size: number) => ({ origin, size, root: new Uint8Array(32).fill(size) });
const note = (size: number) =>
  `${printCheckpoint(checkpoint(size))}\n— ${origin} ${toBase64(new Uint8Array(68))}\n`;

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'auditorium-anchors-')), 'anchors');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

const read = (text: string) => {
  writeFileSync(path, text);
  return readAnchors(path);
};
const anchor = (size: number) => ({ checkpoint: checkpoint(size), from: path, expected: true });

test('notes one after the other are anchors, with line ends of any kind', () => {
  expect(read(note(7) + note(9))).toEqual([anchor(7), anchor(9)]);
  expect(read(note(7).replaceAll('\n', '\r\n'))).toEqual([anchor(7)]);
});

test('lines of a log are anchors, whatever stands around them', () => {
  const line = `{"message":"auditorium checkpoint ${origin} 7 ${toBase64(checkpoint(7).root)}"}`;
  expect(read(`build 1 started\n${line}\nbuild 1 ended\n`)).toEqual([anchor(7)]);
});

test('a file without any is refused, and so is one that is not there', () => {
  expect(() => read('nothing of the kind\n')).toThrow(/holds no checkpoint/);
  expect(() => readAnchors(`${path}-none`)).toThrow(/cannot be read/);
});
