import { expect, test } from 'vitest';
import { wrapWords } from './wrap.ts';

test('a line breaks between words, by the columns that they take', () => {
  expect(wrapWords('the gateway made the server fail', 24)).toEqual(['the gateway made the', 'server fail']);
  expect(wrapWords('exactly twenty chars next', 20)).toEqual(['exactly twenty chars', 'next']);
  expect(wrapWords('世界世界世界 世界世界', 20)).toEqual(['世界世界世界', '世界世界']);
});

test('only a word that is longer than a line is left to the terminal', () => {
  const long = 'x'.repeat(30);
  expect(wrapWords(`a ${long} b`, 20)).toEqual(['a', long, 'b']);
});

test('nothing breaks where there is no width, or hardly any', () => {
  expect(wrapWords('the gateway made the server fail', null)).toHaveLength(1);
  expect(wrapWords('the gateway made the server fail', 5)).toHaveLength(1);
});
