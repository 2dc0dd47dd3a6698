import { expect, test } from 'vitest';
import { OptionsError, parseOptions } from './options.ts';

test.each([
  ['', []],
  [' \t\n', []],
  ['-c a=b', [['a', 'b']]],
  [
    '-ca=b --c=d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['--Search-Path=x', [['search_path', 'x']]],
  ['-c a=b=c', [['a', 'b=c']]],
  ['-c a=', [['a', '']]],
  [
    '-c\ta=b\v\f-c\rc=d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [String.raw`-c a=b\ c`, [['a', 'b c']]],
  [
    String.raw`-c a=b\\ -c c=\-`,
    [
      ['a', 'b\\'],
      ['c', '-'],
    ],
  ],
  [String.raw`\-\c a=b`, [['a', 'b']]],
  ['-c a=b\\', [['a', 'b']]],
  // Only what C's isspace knows separates words.
  ['-c a=b\u00a0-c\u2003c=d', [['a', 'b\u00a0-c\u2003c=d']]],
])('%j sets %j', (options, settings) => {
  expect(parseOptions(options)).toEqual(settings);
});

test.each([
  ['-d 5', '-d'],
  ['-c', '-c'],
  ['-c geqo', '-c'],
  ['-c geqo=on off', 'off'],
  ['--', '--'],
  ['-ec role=x', '-ec'],
  ['\\', ''],
])('%j is refused for %j', (options, word) => {
  expect(() => parseOptions(options)).toThrow(new OptionsError(word));
});
