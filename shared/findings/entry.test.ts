import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { seedFrom, signerFrom } from '../../build/vectors/seeded.ts';
import { sha256, verifyEd25519 } from '../../gateway/archive/ed25519.ts';
import { CborWriter } from '../recording/cbor.ts';
import { CborReader } from '../recording/cbor-reader.ts';
import { bodyValue } from './body.ts';
import { readCase, writeCase } from './case-bytes.ts';
import { type CborValue, readValue, writeValue } from './cbor-value.ts';
import { EntryError, LAST_CLOCK, type NewEntry, openEntry, signEntry, type SignedEntry } from './entry.ts';
import { idOf, noteAt } from './fixtures/entries.ts';

const CRYPTO = { sha256, verify: verifyEd25519 };
const ADA = signerFrom(seedFrom(0));

const ENTRY: NewEntry = {
  chain: '01'.repeat(16),
  number: 7,
  previous: idOf(6),
  clock: 1_795_000_000_000_001,
  time: 1_795_000_000_000_000,
  name: 'Ada Ä',
  body: noteAt(3, 'why?\u0000'),
};

/** Why it is none; null where it is an entry. */
function refusalOf(signed: SignedEntry): string | null {
  try {
    openEntry(signed, CRYPTO);
    return null;
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    return error.code;
  }
}

test('an entry reads back as it was written, and says who wrote it', () => {
  const entry = openEntry(signEntry(ENTRY, ADA), CRYPTO);
  const { name, ...head } = ENTRY;
  const key = Buffer.from(sha256(ADA.publicKey)).toString('hex');
  expect(entry).toEqual({ ...head, id: entry.id, author: { key, name } });
});

test('a stranger reads it with another decoder, and finds the id as the format says', () => {
  const { bytes } = signEntry(ENTRY, ADA);
  const signed = Buffer.concat([Buffer.from('auditorium case entry\n'), bytes]);
  expect([cborgDecode(bytes), openEntry(signEntry(ENTRY, ADA), CRYPTO).id]).toEqual([
    [
      1,
      ADA.publicKey,
      new Uint8Array(16).fill(1),
      7,
      Uint8Array.from(Buffer.from(idOf(6), 'hex')),
      ENTRY.clock,
      ENTRY.time,
      ENTRY.name,
      bodyValue(ENTRY.body),
    ],
    sha256(signed).toString('hex'),
  ]);
});

test('no byte of an entry, nor of its signature, can be another', () => {
  const { bytes, signature } = signEntry({ ...ENTRY, body: noteAt(3, '') }, ADA);
  const whole = Buffer.concat([bytes, signature]);
  const taken: number[] = [];
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const [head, tail] = [changed.subarray(0, bytes.length), changed.subarray(bytes.length)];
    if (refusalOf({ bytes: head, signature: tail }) === null) taken.push(at);
  }
  expect(taken).toEqual([]);
});

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, -1), 'MALFORMED_ENTRY'],
  ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.from([0])]), 'MALFORMED_ENTRY'],
  ['of another version', () => new Uint8Array(cborgEncode([2, 'whatever'])), 'NEWER_VERSION'],
  ['nothing', () => new Uint8Array(), 'MALFORMED_ENTRY'],
  ['a million brackets', () => new Uint8Array(500_000).fill(0x81), 'MALFORMED_ENTRY'],
  ['too large', () => new Uint8Array(1_000_000), 'MALFORMED_ENTRY'],
])('bytes that are %s are no entry', (_, change, code) => {
  const { bytes, signature } = signEntry(ENTRY, ADA);
  expect(refusalOf({ bytes: change(bytes), signature })).toBe(code);
});

test('a clock at the end of what integers count is nobody’s', () => {
  expect([
    refusalOf(signEntry({ ...ENTRY, clock: LAST_CLOCK }, ADA)),
    refusalOf(signEntry({ ...ENTRY, clock: LAST_CLOCK + 1 }, ADA)),
  ]).toEqual([null, 'MALFORMED_ENTRY']);
});

const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.maxSafeInteger().map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,30}$/), tie('value')),
  ),
}));

test('values are written as any deterministic encoder writes them, and read back', () => {
  fc.assert(
    fc.property(value, (given) => {
      const writer = new CborWriter();
      writeValue(writer, given);
      const written = writer.written();
      expect(written).toEqual(new Uint8Array(cborgEncode(given, rfc8949EncodeOptions)));
      expect(readValue(new CborReader(written))).toEqual(
        cborgDecode(cborgEncode(given, rfc8949EncodeOptions)),
      );
    }),
    { numRuns: 300 },
  );
});

const FILE = writeCase([signEntry(ENTRY, ADA), signEntry({ ...ENTRY, number: 8 }, ADA)]);

test('a case as a file reads back', () => {
  expect(readCase(FILE).map((signed) => openEntry(signed, CRYPTO).number)).toEqual([7, 8]);
});

test('a file that is cut anywhere is refused in words, and so is one that goes on', () => {
  const whole = Buffer.from(FILE);
  const read = (bytes: Uint8Array) => () => readCase(bytes);
  for (let length = 0; length < whole.length; length++)
    expect(read(whole.subarray(0, length))).toThrow(/no case|cut short or damaged/);
  expect(read(Buffer.concat([whole, Buffer.from([0])]))).toThrow(/cut short or damaged/);
});

test.each([
  ['an SQLite file', Buffer.from('SQLite format 3\0'.padEnd(4096, '\0'))],
  ['text', Buffer.from('hello')],
  ['nothing', Buffer.alloc(0)],
])('%s is no case', (_, bytes) => {
  expect(() => readCase(bytes)).toThrow('this is no case: auditorium case export writes such files');
});

test('any bytes behind the first line are refused, or are entries', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const file = Buffer.concat([Buffer.from('auditorium case 1\n'), bytes]);
      try {
        for (const signed of readCase(file)) expect(refusalOf(signed)).not.toBe(null);
      } catch (error) {
        expect((error as Error).name).toBe('CaseBytesError');
      }
    }),
    { numRuns: 500 },
  );
});
