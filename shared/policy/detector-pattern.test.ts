import { expect, test } from 'vitest';
import { patternFault } from './detector-pattern.ts';

test.each([
  'EMP-[0-9]{6}',
  String.raw`\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b`,
  String.raw`[\w.+-]+@[\w-]+\.[a-z]{2,10}`,
  '(?:foo|bar)+',
  String.raw`(?:\d{3}-){2}\d{4}`,
  '(?<kind>a|ab)c',
  String.raw`[\](+*]x`,
])('%s is bounded in time', (pattern) => {
  expect(patternFault(pattern)).toBeNull();
});

test.each([
  ['(a+)+b', 'repeats a group that holds a repetition: take one of the two out'],
  ['(?:a*){2,}', 'repeats a group that holds a repetition: take one of the two out'],
  ['(?:x(?:a?b))*', 'repeats a group that holds a repetition: take one of the two out'],
  ['(a|a)*b', 'repeats a group whose alternatives may begin alike: begin each with a letter of its own'],
  ['(?:a|[ab])+', 'repeats a group whose alternatives may begin alike: begin each with a letter of its own'],
  [String.raw`(a)\1`, 'refers back to a group: that cannot be bounded in time'],
  [String.raw`(?<n>a)\k<n>`, 'refers back to a group: that cannot be bounded in time'],
  ['a(?=b)', 'looks ahead or behind: write what is to be found itself'],
  ['(?i:a)', 'sets flags for a group: write [Aa] for either case'],
  ['(?<!a)b', 'looks ahead or behind: write what is to be found itself'],
  ['a?'.repeat(30) + 'a'.repeat(30), 'has 30 quantifiers that vary; 10 are the most'],
  ['.*a.*b.*c.*d', 'has 4 repetitions without a low bound; 3 are the most: write {1,20} for +'],
  ['a{5000}', 'repeats more than 1000 times'],
  ['(a', 'is no regular expression: Invalid regular expression: /(a/u: Unterminated group'],
])('%s %s', (pattern, fault) => {
  expect(patternFault(pattern)).toBe(fault);
});
