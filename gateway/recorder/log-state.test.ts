import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countBoot, noteKey, recordedKey, removeLogState } from './log-state.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auditorium-log-state-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const log = new Uint8Array(16).fill(1);
const at = (nextIndex: number, of = log) => ({ log: of, nextIndex });
const key = (byte: number) => new Uint8Array(32).fill(byte);

it('counts the openings of a log from 1', () => {
  expect([countBoot(dir, at(0)), countBoot(dir, at(10)), countBoot(dir, at(11))]).toEqual([1, 2, 3]);
});

it('counts an opening again whose event was lost with a power cut', () => {
  expect([
    countBoot(dir, at(0)),
    countBoot(dir, at(10)),
    countBoot(dir, at(10)), // event 10, which said that this is the second opening, is not there
    countBoot(dir, at(7)), // nor are those before it
    countBoot(dir, at(12)),
  ]).toEqual([1, 2, 2, 2, 3]);
  removeLogState(dir);
  expect([countBoot(dir, at(0)), countBoot(dir, at(0)), countBoot(dir, at(1))]).toEqual([1, 1, 2]);
});

it('begins anew with another log', () => {
  countBoot(dir, at(0));
  countBoot(dir, at(10));
  noteKey(dir, at(11), { key: key(1), previous: null });
  const other = new Uint8Array(16).fill(2);
  expect([countBoot(dir, at(0, other)), recordedKey(dir, at(5, other))]).toEqual([1, null]);
});

it('knows the key that the log names last', () => {
  const known = [recordedKey(dir, at(1))];
  noteKey(dir, at(1), { key: key(1), previous: null });
  known.push(recordedKey(dir, at(1)), recordedKey(dir, at(2)));
  noteKey(dir, at(20), { key: key(2), previous: key(1) });
  known.push(recordedKey(dir, at(19)), recordedKey(dir, at(21)));
  expect(known).toEqual([null, null, key(1), key(1), key(2)]);
});
