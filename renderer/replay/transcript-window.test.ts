import { expect, test } from 'vitest';
import { LINE, lastTop, moved, seenLines, shareOf, START, topAt, topOfShare } from './transcript-window.ts';

/** Blocks of so many lines, all of them here. */
function source(...counts: readonly number[]) {
  return {
    blocks: counts.length,
    count: (block: number) => counts[block] ?? 0,
    lines: (block: number) =>
      Array.from({ length: counts[block] ?? 0 }, (_, line) => ({ sequence: line, text: `${block}.${line}` })),
  };
}

const HEIGHT = 4 * LINE;
const three = source(3, 1, 10);

test('places go from block to block, both ways, and stop at either end', () => {
  const down = moved(three, START, 4 * LINE + 5, HEIGHT);
  expect([
    down,
    moved(three, down, -2 * LINE, HEIGHT),
    moved(three, down, -1e6, HEIGHT),
    moved(three, down, 1e6, HEIGHT),
    lastTop(three, HEIGHT),
  ]).toEqual([
    { block: 2, line: 0, shift: 5 },
    { block: 0, line: 2, shift: 5 },
    START,
    { block: 2, line: 6, shift: 0 },
    { block: 2, line: 6, shift: 0 },
  ]);
});

test('what is shorter than the view stays where it is', () => {
  expect(moved(source(2), START, 100, HEIGHT)).toEqual(START);
  expect([moved(source(), START, 9, HEIGHT), seenLines(source(), START, HEIGHT)]).toEqual([START, []]);
});

test('the lines that are seen, a line in the middle, and its place on a scroll bar', () => {
  const top = topAt(three, 2, 1, LINE, HEIGHT);
  expect([
    seenLines(three, { ...top, shift: 3 }, HEIGHT).map(({ content }) => content?.text),
    shareOf(three, top, HEIGHT),
    topOfShare(three, 0.4, HEIGHT),
    topOfShare(three, 1, HEIGHT),
  ]).toEqual([['2.0', '2.1', '2.2', '2.3', '2.4'], { at: 0.4, seen: 4 / 14 }, top, lastTop(three, HEIGHT)]);
});
