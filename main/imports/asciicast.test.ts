import { expect, test } from 'vitest';
import { importBytes, MODIFIED, storyOf } from './testing/imported.ts';

const lines = (...values: readonly unknown[]) =>
  `${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')}\n`;

const HEADER2 = {
  version: 2,
  width: 80,
  height: 24,
  timestamp: MODIFIED / 1_000_000,
  command: 'psql',
  title: 'a look',
};
const BEGUN = [
  '1.0 09:00:00.000000 opened terminal||a look||0',
  '1.1 09:00:00.000000 imported',
  '1.2 09:00:00.000000 line 1',
  '1.3 09:00:00.000000 resized 80x24',
];

test('version 2 counts time from the beginning', () => {
  const file = lines(
    HEADER2,
    [1, 'o', 'ż\u001b[1m'],
    [1.5, 'i', 'q'],
    [2, 'r', '100x30'],
    '',
    [3.25, 'm', 'here'],
    [4, 'z', 'later'],
  );
  expect(storyOf(importBytes(file))).toEqual([
    ...BEGUN,
    '1.4 09:00:01.000000 line 2',
    '1.5 09:00:01.000000 terminalOutput "ż\\u001b[1m"',
    '1.6 09:00:01.500000 line 3',
    '1.7 09:00:01.500000 terminalInput "q"',
    '1.8 09:00:02.000000 line 4',
    '1.9 09:00:02.000000 resized 100x30',
    '1.10 09:00:03.250000 line 6',
    '1.11 09:00:03.250000 marked here',
    '1.12 09:00:04.000000 line 7',
    '1.13 09:00:04.000000 closed completed the recording ends',
  ]);
});

test('version 3 counts it from the event before, has comments, and may tell how it ended', () => {
  const { width: cols, height: rows, ...rest } = HEADER2;
  const file = lines(
    { ...rest, version: 3, term: { cols, rows } },
    [1, 'o', 'a'],
    '# more',
    [0.5, 'o', 'b'],
    [0.25, 'x', '2'],
  );
  expect(storyOf(importBytes(file)).slice(4)).toEqual([
    '1.4 09:00:01.000000 line 2',
    '1.5 09:00:01.000000 terminalOutput "a"',
    '1.6 09:00:01.000000 line 3',
    '1.7 09:00:01.500000 line 4',
    '1.8 09:00:01.500000 terminalOutput "b"',
    '1.9 09:00:01.750000 line 5',
    '1.10 09:00:01.750000 closed completed exit status 2',
  ]);
});

test('version 1 is one document', () => {
  const document = {
    version: 1,
    width: 80,
    height: 24,
    title: 'a look',
    stdout: [[1, 'a'], [0.5, 'b'], ['x']],
  };
  const imported = importBytes(JSON.stringify(document, null, 1));
  expect(storyOf(imported)).toEqual([
    ...BEGUN,
    '1.4 09:00:01.000000 terminalOutput "a"',
    '1.5 09:00:01.500000 terminalOutput "b"',
    '1.6 09:00:01.500000 closed completed the recording ends',
  ]);
  expect([imported.tally.lines, imported.tally.listed]).toEqual([
    imported.lines,
    [{ line: 1, problem: 'item 3 of stdout is no delay and text' }],
  ]);
});

test.each([
  ['lol!', 'no event: not a JSON array'],
  ['[1, "o", "a", ""]', 'no event: 4 items, not 3'],
  ['[-1, "o", "a"]', 'no event: its time cannot be'],
  ['["1", "o", "a"]', 'no event: its time cannot be'],
  ['[1, 5, "a"]', 'no event: its code or data is no text'],
  ['[1, "r", "-1x0"]', 'no event: a size that no terminal has'],
  ['[1, "r", "9999x9999"]', 'no event: a size that no terminal has'],
])('%s is kept with what is wrong with it', (line, problem) => {
  const imported = importBytes(lines(HEADER2, [1, 'o', 'a'], line));
  expect(storyOf(imported)[6]).toBe(`log 09:00:01.000000 line 3 (${problem})`);
});
