import { expect, test } from 'vitest';
import { drawnHeight, ScrollRange } from './scroll-range.ts';

const ROW = 24;
const VIEW = 800;
const TEN_MILLION = 10_000_000 * ROW;

function rangeOf(total: number): ScrollRange {
  const range = new ScrollRange();
  range.resize(total, VIEW);
  return range;
}

test('a short list is scrolled as the browser says, and ends where its last row does', () => {
  const range = rangeOf(2_400);
  const tops = [100, 1_600, 5_000].map((bar) => {
    range.scrolled(bar);
    return range.top;
  });
  expect([tops, drawnHeight(2_400), range.isScaled]).toEqual([[100, 1_600, 1_600], 2_400, false]);
});

test('the bar reaches both ends and the middle of ten million rows', () => {
  const range = rangeOf(TEN_MILLION);
  const most = drawnHeight(TEN_MILLION) - VIEW;
  const tops = [most, most / 2, 0].map((bar) => {
    range.scrolled(bar);
    return Math.round(range.top);
  });
  expect([drawnHeight(TEN_MILLION) < 16_000_000, tops]).toEqual([
    true,
    [TEN_MILLION - VIEW, (TEN_MILLION - VIEW) / 2, 0],
  ]);
});

test('a wheel moves by exactly what it says anywhere in ten million rows, and the echo of that moves nothing', () => {
  const range = rangeOf(TEN_MILLION);
  range.moveTo(5_000_000 * ROW);
  const before = range.top;
  for (let i = 0; i < 10; i++) {
    range.moveBy(100);
    range.scrolled(Math.round(range.bar));
  }
  expect(range.top - before).toBe(1_000);
});

test('every row can be gone to, and its place is exact', () => {
  const range = rangeOf(TEN_MILLION);
  const rows = [0, 1, 4_999_999, 9_999_000];
  const found = rows.map((row) => {
    range.moveTo(row * ROW);
    return range.top / ROW;
  });
  expect(found).toEqual(rows);
});

test('fingers move rows by as much as the bar, which then comes to where it belongs', () => {
  const range = rangeOf(TEN_MILLION);
  range.moveTo(120_000_000);
  const bar = range.bar;
  range.scrolled(bar + 300);
  const moved = range.top;
  range.settle();
  expect([moved, range.top, range.bar - bar < 6]).toEqual([120_000_300, 120_000_300, true]);
});

test('a list that grows or shrinks keeps its place as far as there is one', () => {
  const range = rangeOf(TEN_MILLION);
  range.moveTo(1_000_000);
  range.resize(TEN_MILLION + 240, VIEW);
  const grown = range.top;
  range.resize(240_000, VIEW);
  expect([grown, range.top]).toEqual([1_000_000, 240_000 - VIEW]);
});
