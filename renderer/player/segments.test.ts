import { expect, test } from 'vitest';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import { packSegment } from '../../shared/recording/record.ts';
import type { SegmentRow } from '../../shared/api/session.ts';
import { Segments } from './segments.ts';

/** A packed segment of `ready` events with these sequences. */
function segmentOf(sequences: readonly number[]): Uint8Array {
  const writer = new CborWriter();
  const events = sequences.map((sequence) => {
    writer.reset();
    const header = {
      log: new Uint8Array(16),
      index: sequence,
      session: new Uint8Array(16),
      sequence,
      time: 1,
      monotonic: 1,
    };
    encodeEvent(writer, header, 'ready', { transaction: 'I' }, () => new Uint8Array(32));
    const bytes = writer.written();
    return [0, 0, bytes.length >> 8, bytes.length & 0xff].concat(Array.from(bytes));
  });
  return packSegment(new Uint8Array(events.flat()), new Uint8Array());
}

const row = (number: number, firstSequence: number, lastSequence: number): SegmentRow => ({
  number,
  firstSequence,
  lastSequence,
  bytes: 1,
});

/** Segments with this list, in which `segment` gives the bytes. */
function segmentsOf(list: readonly SegmentRow[], segment: (number: number) => Promise<Uint8Array>): Segments {
  return new Segments('s', { list: () => Promise.resolve(list), segment });
}

test('an event is found in its segment, and a segment is fetched once', async () => {
  const fetched: number[] = [];
  const segments = segmentsOf([row(1, 2, 5), row(0, 0, 1)], async (number) => {
    fetched.push(number);
    return segmentOf(number === 0 ? [0, 1] : [2, 5]);
  });
  const found = await Promise.all([5, 2, 0, 4].map((sequence) => segments.event(sequence)));
  expect([found.map((stored) => stored?.event.sequence), fetched]).toEqual([
    [5, 2, 0, undefined],
    [1, 0],
  ]);
});

test('a segment that grew is fetched again', async () => {
  let sequences = [0, 1];
  const segments = new Segments('s', {
    list: async () => [row(0, 0, sequences.length - 1)],
    segment: async () => segmentOf(sequences),
  });
  await segments.event(1);
  sequences = [0, 1, 2];
  await segments.refresh();
  expect((await segments.event(2))?.event.sequence).toBe(2);
});

test('few segments are kept, those used last', async () => {
  const fetched: number[] = [];
  const list = Array.from({ length: 40 }, (_, number) => row(number, number, number));
  const segments = segmentsOf(list, async (number) => {
    fetched.push(number);
    return segmentOf([number]);
  });
  await segments.ready();
  for (let number = 0; number < 40; number++) await segments.at(number);
  await segments.at(39);
  await segments.at(0);
  expect(fetched).toEqual([...Array.from({ length: 40 }, (_, number) => number), 0]);
});

test('a segment that could not be had is asked for again', async () => {
  let fails = true;
  const segments = segmentsOf([row(0, 0, 0)], async () => {
    if (fails) throw new Error('gone');
    return segmentOf([0]);
  });
  await expect(segments.event(0)).rejects.toThrow('gone');
  fails = false;
  expect((await segments.event(0))?.event.sequence).toBe(0);
});

test('a list that could not be had is asked for again', async () => {
  let fails = true;
  const segments = new Segments('s', {
    list: async () => {
      if (fails) throw new Error('gone');
      return [row(0, 0, 0)];
    },
    segment: async () => segmentOf([0]),
  });
  await expect(segments.event(0)).rejects.toThrow('gone');
  fails = false;
  expect((await segments.event(0))?.event.sequence).toBe(0);
});

test('the segment of a sequence is the one that holds it, or the last before it', async () => {
  const list = [row(0, 0, 9), row(1, 10, 19), row(2, 30, 39)];
  const segments = segmentsOf(list, () => Promise.reject(new Error('not asked for')));
  await segments.ready();
  expect([-1, 0, 9, 10, 25, 30, 99].map((sequence) => segments.indexOf(sequence))).toEqual([
    -1, 0, 0, 1, 1, 2, 2,
  ]);
});

test('an event is found with the places around it, before it is known where all lie', async () => {
  const list = Array.from({ length: 60 }, (_, number) => row(number, 2 * number, 2 * number + 1));
  const asked: string[] = [];
  const segments = new Segments('s', {
    list: async () => {
      asked.push('all');
      return list;
    },
    around: async (sequence) => {
      asked.push(`around ${sequence}`);
      const first = Math.max(0, Math.floor(sequence / 2) - 24);
      return { first, items: list.slice(first, first + 33) };
    },
    segment: async (number) => {
      asked.push(`segment ${number}`);
      return segmentOf([2 * number, 2 * number + 1]);
    },
  });
  const [first] = await segments.first();
  const [found, again] = await Promise.all([segments.event(81), segments.event(81)]);
  expect([first, found, again].map((stored) => stored?.event.sequence)).toEqual([0, 81, 81]);
  expect([segments.indexOf(81), segments.before(40, 3), segments.rows]).toEqual([40, 37, []]);
  // Far from there nothing is known: that waits for all of it.
  expect((await segments.at(2)).map(({ event }) => event.sequence)).toEqual([4, 5]);
  expect([segments.indexOf(81), segments.indexOf(5), segments.rows.length]).toEqual([40, 2, 60]);
  expect(asked).toEqual(['segment 0', 'around 81', 'segment 40', 'all', 'segment 2']);
});

test('a first segment that went on since it was read is read again', async () => {
  let sequences = [0, 1];
  const segments = new Segments('s', {
    list: async () => [row(0, 0, sequences.length - 1)],
    segment: async () => segmentOf(sequences),
  });
  await segments.first();
  sequences = [0, 1, 2];
  expect((await segments.event(2))?.event.sequence).toBe(2);
});
