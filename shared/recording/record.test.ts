import { expect, test } from 'vitest';
import { CborWriter } from './cbor.ts';
import { encodeEvent, EventError } from './codec.ts';
import type { EventInput, EventKind } from './event.ts';
import {
  packSegment,
  PAYLOAD_HEAD_BYTES,
  readBody,
  readPackedSegment,
  readSegment,
  REDACTED,
  eventPartOf,
  type StoredEvent,
} from './record.ts';
import { writeTold } from './told-redaction.ts';

const header = {
  log: new Uint8Array(16).fill(1),
  index: 0,
  session: new Uint8Array(16).fill(2),
  sequence: 0,
  time: 1_795_338_840_000_000,
  monotonic: 5,
};

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** The body of a spool record, its payloads in the event's order; those named in `redacted` are gone. */
function bodyOf<K extends EventKind>(
  kind: K,
  fields: EventInput<K>,
  redacted: readonly Uint8Array[] = [],
): Uint8Array {
  const writer = new CborWriter();
  const payloads: number[] = [];
  encodeEvent(writer, header, kind, fields, (value) => {
    if (redacted.includes(value)) payloads.push(...uint32(REDACTED));
    else payloads.push(...uint32(value.length), ...new Uint8Array(16).fill(9), ...value);
    return new Uint8Array(32).fill(value.length);
  });
  const event = writer.written();
  return new Uint8Array([...uint32(event.length), ...event, ...payloads]);
}

const text = new TextEncoder().encode('SELECT $1');
const parameters = new Uint8Array([0, 1, 0, 0, 0, 1, 0x78]);
const statement: EventInput<'statement'> = {
  statement: 1,
  protocol: 'extended',
  name: '',
  portal: '',
  text,
  parsedAt: null,
  boundAt: null,
  parameterTypes: [25],
  parameterFormats: [],
  parameters,
  resultFormats: [],
  maxRows: 0,
  sync: true,
  masked: false,
};

const bodies = [
  bodyOf('ready', { transaction: 'I' }),
  bodyOf('statement', statement),
  bodyOf('statement', statement, [parameters]),
  bodyOf('parse', { name: 's', text: new Uint8Array(), parameterTypes: [], masked: false }),
];

function segmentOf(parts: readonly Uint8Array[]): { events: Uint8Array; payloads: Uint8Array } {
  const split = parts.map((body) => ({ body, at: eventPartOf(body) }));
  return {
    events: new Uint8Array(Buffer.concat(split.map(({ body, at }) => body.subarray(0, at)))),
    payloads: new Uint8Array(Buffer.concat(split.map(({ body, at }) => body.subarray(at)))),
  };
}

/** What reading came to: the events, or the code it was refused with. */
function outcomeOf(read: () => Iterable<StoredEvent> | StoredEvent): unknown {
  try {
    const stored = read();
    return Symbol.iterator in stored ? [...stored] : [stored];
  } catch (error) {
    if (error instanceof EventError) return error.code;
    throw error;
  }
}

test('a record gives its event, the event’s own bytes and the payloads by name back', () => {
  const [, body = new Uint8Array()] = bodies;
  const read = readBody(body);
  expect(read.payloads).toEqual({ text, parameters });
  expect(read.event.fields).toMatchObject({
    text: { length: text.length },
    parameters: { length: parameters.length },
  });
  expect(read.bytes).toEqual(
    body.subarray(4, body.length - 2 * PAYLOAD_HEAD_BYTES - text.length - parameters.length),
  );
});

test('a redacted payload is null and an absent one is not there', () => {
  expect(bodies.map((body) => readBody(body).payloads)).toEqual([
    {},
    { text, parameters },
    { text, parameters: null },
    { text: new Uint8Array() },
  ]);
});

test('a segment gives back what its records gave, packed and not', () => {
  const { events, payloads } = segmentOf(bodies);
  const expected = bodies.map(readBody);
  expect([...readSegment(events, payloads)]).toEqual(expected);
  expect([...readPackedSegment(packSegment(events, payloads))]).toEqual(expected);
  expect([...readPackedSegment(packSegment(new Uint8Array(), new Uint8Array()))]).toEqual([]);
});

test('who redacted a payload, and what was kept of it, may stand in its place on the wire alone', () => {
  const [, whole = new Uint8Array()] = bodies;
  const { events } = segmentOf([whole]);
  const told = { time: 1_795_338_840_000_000, by: 'ada', reason: 'a card “number”' };
  const kept = new Uint8Array([1, 2, 3]);
  const payloads = new Uint8Array([...writeTold(told, kept), ...writeTold(told, null)]);
  expect([...readPackedSegment(packSegment(events, payloads))]).toEqual([
    {
      ...readBody(whole),
      payloads: { text: kept, parameters: null },
      redactions: { text: told, parameters: told },
    },
  ]);
  expect(outcomeOf(() => [...readSegment(events, payloads)])).toBe('MALFORMED_EVENT');
  for (let length = 0; length < payloads.length; length++) {
    const cut = packSegment(events, payloads.subarray(0, length));
    expect(outcomeOf(() => [...readPackedSegment(cut)])).toBe('MALFORMED_EVENT');
  }
});

test('a record cut at any byte, or with a byte more, is refused', () => {
  for (const body of bodies) {
    const cut = Array.from({ length: body.length }, (_, length) =>
      outcomeOf(() => readBody(body.subarray(0, length))),
    );
    expect(cut).toEqual(cut.map(() => 'MALFORMED_EVENT'));
    expect(outcomeOf(() => readBody(new Uint8Array([...body, 0])))).toBe('MALFORMED_EVENT');
  }
});

test('a packed segment cut at any byte, or with a byte more, is refused', () => {
  const { events, payloads } = segmentOf(bodies);
  const packed = packSegment(events, payloads);
  const cut = Array.from({ length: packed.length }, (_, length) =>
    outcomeOf(() => readPackedSegment(packed.subarray(0, length))),
  );
  expect(cut).toEqual(cut.map(() => 'MALFORMED_EVENT'));
  expect(outcomeOf(() => readPackedSegment(new Uint8Array([...packed, 0])))).toBe('MALFORMED_EVENT');
});

test('a payload of another length than its event says is refused', () => {
  const [, body = new Uint8Array()] = bodies;
  const broken = body.slice();
  const lengthAt = body.length - parameters.length - PAYLOAD_HEAD_BYTES;
  broken.set(uint32(parameters.length - 1), lengthAt);
  expect(outcomeOf(() => readBody(broken))).toBe('MALFORMED_EVENT');
});

test('a length beyond the end does not read beyond it', () => {
  expect(outcomeOf(() => readBody(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0])))).toBe('MALFORMED_EVENT');
});
