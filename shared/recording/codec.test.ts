import { encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CborWriter } from './cbor.ts';
import { decodeEvent, encodeEvent, EventError, MAX_EVENT_BYTES, payloadsOf, readEnding } from './codec.ts';
import { EVENT_VERSION, EVENTS, type EventHeader, type EventKind, type FieldType } from './event.ts';

type Value = number | string | boolean | Uint8Array | readonly number[] | readonly string[] | null;

const KINDS = Object.keys(EVENTS) as EventKind[];

const integer = fc.maxSafeInteger().map((value) => (Object.is(value, -0) ? 0 : value));
const bytes = fc.uint8Array({ maxLength: 100 });

/** Any value that a field of the type may hold, as the recorder takes it. */
const VALUES: { readonly [T in FieldType]: fc.Arbitrary<Value> } = {
  integer,
  'integer?': fc.option(integer),
  text: fc.string({ unit: 'grapheme' }),
  'text?': fc.option(fc.string()),
  bytes,
  'bytes?': fc.option(bytes),
  boolean: fc.boolean(),
  integers: fc.array(integer, { maxLength: 30 }),
  texts: fc.array(fc.string(), { maxLength: 30 }),
  payload: bytes,
  'payload?': fc.option(bytes),
};

const header: fc.Arbitrary<EventHeader> = fc.record({
  log: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  index: fc.nat(),
  session: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 })),
  sequence: fc.nat(),
  time: fc.maxSafeInteger(),
  monotonic: fc.maxSafeInteger(),
});

/** Bytes as cborg writes them: the oracle. */
function encode(value: unknown): Uint8Array {
  return new Uint8Array(cborgEncode(value, rfc8949EncodeOptions));
}

function fieldsOf(kind: EventKind): fc.Arbitrary<Record<string, Value>> {
  const fields: Record<string, FieldType> = EVENTS[kind].fields;
  return fc.record(Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, VALUES[type]])));
}

const anyEvent = fc
  .constantFrom(...KINDS)
  .chain((kind) => fc.tuple(fc.constant(kind), header, fieldsOf(kind)));

/** Stands for the hash: enough to see that the right value was committed to. */
function commitment(value: Uint8Array): Uint8Array {
  return new Uint8Array(32).fill(value.length & 0xff);
}

function encoded(kind: EventKind, head: EventHeader, fields: Record<string, Value>): Uint8Array {
  const writer = new CborWriter();
  encodeEvent(writer, head, kind, fields as never, commitment);
  return writer.written();
}

/** The same event as cborg writes it: the layout said a second time. */
function itemsOf(kind: EventKind, head: EventHeader, fields: Record<string, Value>): unknown[] {
  const types: Record<string, FieldType> = EVENTS[kind].fields;
  const values = Object.entries(types).map(([name, type]) => {
    const value = fields[name] ?? null;
    return type.startsWith('payload') && value instanceof Uint8Array
      ? [value.length, commitment(value)]
      : value;
  });
  const { log, index, session, sequence, time, monotonic } = head;
  return [EVENT_VERSION, log, index, session, sequence, EVENTS[kind].code, time, monotonic, ...values];
}

function refusal(broken: Uint8Array): string {
  try {
    decodeEvent(broken);
  } catch (error) {
    if (error instanceof EventError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('every kind of the table reads back as it was written', () => {
  fc.assert(
    fc.property(anyEvent, ([kind, head, fields]) => {
      const read = decodeEvent(encoded(kind, head, fields));
      const types: Record<string, FieldType> = EVENTS[kind].fields;
      const expected = Object.entries(fields).map(([name, value]) => {
        const committed = types[name]?.startsWith('payload') === true && value instanceof Uint8Array;
        return [name, committed ? { length: value.length, commitment: commitment(value) } : value];
      });
      expect(read).toEqual({ ...head, kind, fields: Object.fromEntries(expected) });
      const payloads = Object.keys(types).filter(
        (name) => types[name]?.startsWith('payload') && fields[name] !== null,
      );
      expect(payloadsOf(read).map(({ field }) => field)).toEqual(payloads);
    }),
    { numRuns: 1000 },
  );
});

test('how an outcome ended is read as with all of it', () => {
  fc.assert(
    fc.property(header, fieldsOf('outcome'), (head, fields) => {
      const { tag, sqlstate } = fields;
      expect(readEnding(encoded('outcome', head, fields))).toEqual({ tag, sqlstate });
    }),
  );
});

test('an event has the bytes of deterministic CBOR', () => {
  fc.assert(
    fc.property(anyEvent, ([kind, head, fields]) => {
      expect(encoded(kind, head, fields)).toEqual(encode(itemsOf(kind, head, fields)));
    }),
  );
});

test('codes are used once', () => {
  const codes = KINDS.map((kind) => EVENTS[kind].code);
  expect(new Set<number>(codes).size).toBe(codes.length);
});

describe('the decoder refuses', () => {
  const [head] = fc.sample(header, { numRuns: 1, seed: 1 });
  const closed = { outcome: 'failed', sqlstate: null, reason: 'x' };
  const items = itemsOf('sessionClosed', head as EventHeader, closed);
  const whole = encode(items);

  function changed(at: number, value: unknown): Uint8Array {
    return encode(items.with(at, value));
  }

  test('an event cut short at any byte, and anything after its end', () => {
    const cut = Array.from({ length: whole.length }, (_, length) => refusal(whole.subarray(0, length)));
    expect(new Set(cut)).toEqual(new Set(['MALFORMED_EVENT']));
    expect(refusal(new Uint8Array([...whole, 0]))).toBe('MALFORMED_EVENT');
    expect(refusal(whole)).toBe('accepted');
  });

  test('an older or a newer layout, and a kind that is not known, as versions', () => {
    expect(refusal(changed(0, EVENT_VERSION - 1))).toBe('OLDER_VERSION');
    expect(refusal(changed(0, EVENT_VERSION + 1))).toBe('NEWER_VERSION');
    expect(refusal(changed(5, 9999))).toBe('NEWER_VERSION');
  });

  test('fields too many or too few', () => {
    expect(refusal(encode([...items, null]))).toBe('MALFORMED_EVENT');
    expect(refusal(encode(items.slice(0, -1)))).toBe('MALFORMED_EVENT');
    expect(refusal(encode([]))).toBe('MALFORMED_EVENT');
  });

  test('what is not an array', () => {
    for (const value of [1, 'x', { a: 1 }, new Uint8Array(3), null]) {
      expect(refusal(encode(value))).toBe('MALFORMED_EVENT');
    }
  });

  test('an indefinite array, a head longer than needed, and an event of more than its limit', () => {
    expect(refusal(new Uint8Array([0x9f, ...whole.subarray(1), 0xff]))).toBe('MALFORMED_EVENT');
    expect(refusal(new Uint8Array([0x98, items.length, ...whole.subarray(1)]))).toBe('MALFORMED_EVENT');
    expect(refusal(new Uint8Array([whole[0] ?? 0, 0x18, 0x01, ...whole.subarray(2)]))).toBe(
      'MALFORMED_EVENT',
    );
    expect(refusal(new Uint8Array(MAX_EVENT_BYTES + 1))).toBe('MALFORMED_EVENT');
  });

  test('a number that is not written as an integer', () => {
    expect(refusal(changed(6, 1.5))).toBe('MALFORMED_EVENT');
    const oneAsFloat = [0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0];
    const log = items[1] as Uint8Array;
    const indexAt = 2 + 1 + log.length;
    const afterIndex = indexAt + encode(items[2]).length;
    const broken = new Uint8Array([
      ...whole.subarray(0, indexAt),
      ...oneAsFloat,
      ...whole.subarray(afterIndex),
    ]);
    expect(refusal(broken)).toBe('MALFORMED_EVENT');
  });

  test('text that is not UTF-8', () => {
    const reason = whole.length - 1;
    const broken = whole.slice();
    broken[reason] = 0xff;
    expect(refusal(broken)).toBe('MALFORMED_EVENT');
  });

  test('a value of another type in any field of any kind', () => {
    const wrong: unknown[] = [
      1,
      'x',
      true,
      null,
      new Uint8Array(2),
      [1],
      ['x'],
      [1, 'x'],
      [1, new Uint8Array(32)],
      { a: 1 },
    ];
    const fits: { readonly [T in FieldType]: (value: unknown) => boolean } = {
      integer: (value) => typeof value === 'number',
      'integer?': (value) => typeof value === 'number' || value === null,
      text: (value) => typeof value === 'string',
      'text?': (value) => typeof value === 'string' || value === null,
      bytes: (value) => value instanceof Uint8Array,
      'bytes?': (value) => value instanceof Uint8Array || value === null,
      boolean: (value) => typeof value === 'boolean',
      integers: (value) => Array.isArray(value) && value.every((item) => typeof item === 'number'),
      texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
      payload: (value) => Array.isArray(value) && value[1] instanceof Uint8Array,
      'payload?': (value) => value === null || (Array.isArray(value) && value[1] instanceof Uint8Array),
    };
    for (const kind of KINDS) {
      const [fields] = fc.sample(fieldsOf(kind), { numRuns: 1, seed: 7 });
      const right = itemsOf(kind, head as EventHeader, fields ?? {});
      Object.values<FieldType>(EVENTS[kind].fields).forEach((type, i) => {
        for (const value of wrong) {
          const answer = refusal(encode(right.with(8 + i, value)));
          expect([kind, i, value, answer]).toEqual([
            kind,
            i,
            value,
            fits[type](value) ? 'accepted' : 'MALFORMED_EVENT',
          ]);
        }
      });
    }
  });

  test('bytes of any kind without throwing anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        expect(refusal(random)).toMatch(/^(MALFORMED_EVENT|OLDER_VERSION|NEWER_VERSION)$/);
      }),
    );
  });
});
