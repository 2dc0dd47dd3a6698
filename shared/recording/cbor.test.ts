import { encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CborWriter } from './cbor.ts';

type Item = number | boolean | null | string | Uint8Array | Item[];

/** Around every length of head, and anywhere between. */
const boundaries = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(
    ...boundaries.flatMap((value) => [value, -value, Math.max(-value - 1, Number.MIN_SAFE_INTEGER)]),
  ),
);

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ minLength: 40, maxLength: 60 }),
);

const { item } = fc.letrec<{ item: Item }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    integer.map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.boolean(),
    fc.constant(null),
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('item'), { maxLength: 30 }),
  ),
}));

/** Bytes as cborg writes them: the oracle. */
function encode(value: unknown): Uint8Array {
  return new Uint8Array(cborgEncode(value, rfc8949EncodeOptions));
}

function write(writer: CborWriter, value: Item): void {
  if (value === null) writer.null();
  else if (typeof value === 'number') writer.integer(value);
  else if (typeof value === 'boolean') writer.boolean(value);
  else if (typeof value === 'string') writer.text(value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else {
    writer.array(value.length);
    for (const inner of value) write(writer, inner);
  }
}

test('writes the bytes of RFC 8949 deterministic encoding, as cborg does', () => {
  const writer = new CborWriter();
  fc.assert(
    fc.property(item, (value) => {
      writer.reset();
      write(writer, value);
      expect(writer.written()).toEqual(encode(value));
    }),
    { numRuns: 1000 },
  );
});

test('grows over its first buffer in the middle of any item', () => {
  const writer = new CborWriter();
  const long = 'x'.repeat(47);
  for (let filled = 4080; filled <= 4100; filled++) {
    writer.reset();
    const value: Item[] = [new Uint8Array(filled), long, 'é'.repeat(5000), 2 ** 40];
    write(writer, value);
    expect(writer.written()).toEqual(encode(value));
  }
});
