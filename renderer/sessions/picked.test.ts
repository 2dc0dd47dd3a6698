import { expect, test } from 'vitest';
import { SessionId } from '../../shared/api/session.ts';
import { MOST_PICKED, readPicked, writePicked } from './picked.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, i) => SessionId.parse(i.toString(16).padStart(32, '0')));

test('a few sessions are spelled out, so that a link carries them', () => {
  expect([writePicked([]), writePicked(ids(2)), readPicked(writePicked(ids(8)))]).toEqual([
    '',
    `${'0'.repeat(32)}.${'0'.repeat(31)}1`,
    ids(8),
  ]);
});

test('many have a short word that this window knows, and no more than one export takes', () => {
  const word = writePicked(ids(MOST_PICKED + 1));
  expect([word.length < 8, readPicked(word)]).toEqual([true, ids(MOST_PICKED)]);
});

test('a word of another window, and what is no id, pick nothing', () => {
  expect([readPicked('~999'), readPicked(''), readPicked('x.<b>')]).toEqual([[], [], []]);
});

test('Back finds what was picked a hundred picks ago, and no further', () => {
  const first = writePicked(ids(9));
  const later = Array.from({ length: 100 }, () => writePicked(ids(10)));
  expect([readPicked(first), readPicked(later[0] ?? '')]).toEqual([[], ids(10)]);
});
