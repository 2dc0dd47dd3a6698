import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LogOrder } from './log-order.ts';

interface Told {
  readonly events: number[];
  readonly missing: [number, number][];
  readonly twice: number[];
}

/** Tells runs, which are given in any order. */
function order(first: number, end: number, runs: readonly (readonly number[])[]): Told {
  const told: Told = { events: [], missing: [], twice: [] };
  const merged = new LogOrder<{ readonly indexes: readonly number[] }>(first, {
    onEvents: ({ indexes }, from, to) => told.events.push(...indexes.slice(from, to)),
    onMissing: (from, to) => told.missing.push([from, to]),
    onTwice: (index) => told.twice.push(index),
  });
  for (const indexes of runs.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)))
    merged.add({ indexes }, indexes[0] ?? 0);
  merged.finish(end);
  return told;
}

it('brings events of any runs into one order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 200 }), (owners) => {
      const runs = Array.from({ length: 7 }, (_, owner) =>
        owners.flatMap((of, index) => (of === owner ? [index + 10] : [])),
      ).filter((run) => run.length > 0);
      const events = owners.map((_, index) => index + 10);
      expect(order(10, 10 + owners.length, runs)).toEqual({ events, missing: [], twice: [] });
    }),
  );
});

it('tells what is missing, before, between and behind', () => {
  expect(order(0, 12, [[2, 3, 7], [5]])).toEqual({
    events: [2, 3, 5, 7],
    missing: [
      [0, 2],
      [4, 5],
      [6, 7],
      [8, 12],
    ],
    twice: [],
  });
});

it('tells an event that is there twice once for each that is too many', () => {
  expect(
    order(0, 5, [
      [0, 1, 2],
      [1, 3],
      [1, 4],
    ]),
  ).toEqual({
    events: [0, 1, 2, 3, 4],
    missing: [],
    twice: [1, 1],
  });
});
