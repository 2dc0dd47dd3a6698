import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RequestNumbers, workerOf } from './numbers.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'numbers-'));
  file = join(folder, 'requests-0');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('numbers go on where a gateway that ended in order left off', () => {
  const first = new RequestNumbers(file, 0);
  const given = [first.take(), first.take()];
  first.close();
  const second = new RequestNumbers(file, 0);
  expect([given, second.take(), readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([
    ['1', '2'],
    '3',
    '103\n',
    0o600,
  ]);
});

test('no number is given twice after a crash, however many were', () => {
  const given = new Set<string>();
  for (let run = 0; run < 5; run++) {
    const numbers = new RequestNumbers(file, 0);
    for (let i = 0; i < 150; i++) given.add(numbers.take());
  }
  expect(given.size).toBe(5 * 150);
});

test('workers give numbers of their own', () => {
  const numbers = [0, 1, 17].map((worker) => new RequestNumbers(join(folder, `requests-${worker}`), worker));
  const ids = numbers.map((each) => each.take());
  expect([ids, ids.map(workerOf)]).toEqual([
    ['1', '1w1', '1w17'],
    [0, 1, 17],
  ]);
});

test('what is no number is nobody’s', () => {
  expect(
    ['', '0', '01', 'x', '1w0', '1w', '1w1w1', ' 1', '1\n', '1w100', '99999999999'].map(workerOf),
  ).toEqual(Array.from({ length: 11 }, () => null));
});

test('a number is known as given now, given before, or never given', () => {
  const first = new RequestNumbers(file, 0);
  first.take();
  first.close();
  const second = new RequestNumbers(file, 0);
  second.take();
  expect(['1', '2', '3', '2w1', 'x'].map((id) => second.given(id))).toEqual([
    'before',
    'now',
    'never',
    'never',
    'never',
  ]);
});

test('a damaged file is no new one', () => {
  writeFileSync(file, '12 or so\n');
  expect(() => new RequestNumbers(file, 0)).toThrow('requests-0 cannot be read; mend or remove it');
});

test('a disk that fails costs numbers when the gateway ends, and gives none before', () => {
  const numbers = new RequestNumbers(file, 0);
  numbers.take();
  rmSync(folder, { recursive: true });
  numbers.close();
  expect(() => new RequestNumbers(file, 0).take()).toThrow('ENOENT');
  folder = mkdtempSync(join(tmpdir(), 'numbers-'));
});
