import { expect, test } from 'vitest';
import type { SegmentRow } from '../../shared/api/session.ts';
import { SegmentPlaces } from './segment-places.ts';

/** Segments of ten events each. */
const rows: readonly SegmentRow[] = Array.from({ length: 20 }, (_, number) => ({
  number,
  firstSequence: 10 * number,
  lastSequence: 10 * number + 9,
  bytes: 1,
}));

function known(...runs: readonly (readonly [first: number, end: number])[]): SegmentPlaces {
  const places = new SegmentPlaces();
  for (const [first, end] of runs) places.put(first, rows.slice(first, end));
  return places;
}

test('positions are those among all, wherever the known ones begin', () => {
  const places = known([12, 15], [3, 5], [4, 7]);
  expect([12, 14, 3, 6, 7, 0].map((position) => places.at(position)?.number)).toEqual([
    12,
    14,
    3,
    6,
    undefined,
    undefined,
  ]);
  expect([125, 30, 69, 75, 5, 999].map((sequence) => places.positionOf(sequence))).toEqual([
    12, 3, 6, 6, -1, 14,
  ]);
  expect([125, 69, 75, 5, 999].map((sequence) => places.isKnown(sequence))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('an event is around when enough before it is known, or all of it', () => {
  const places = known([0, 2], [8, 14]);
  expect([15, 80, 85, 110, 135].map((sequence) => places.isAround(sequence, 6))).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
});

test('those that changed are told when all are known', () => {
  const places = known([0, 2], [8, 10]);
  const merged = { number: 8, firstSequence: 80, lastSequence: 99, bytes: 2 };
  expect(places.replace([merged, ...rows.slice(0, 8), ...rows.slice(10)])).toEqual([8, 9]);
  expect([places.complete, places.all.length, places.positionOf(95), places.positionOf(105)]).toEqual([
    true,
    19,
    8,
    9,
  ]);
});
