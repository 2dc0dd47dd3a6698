import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8, values } from './fixtures/recording.ts';
import recorded from './fixtures/values.json' with { type: 'json' };
import { readParameters } from './parameters.ts';
import { valueText } from './value.ts';

function unhex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/** Of types that are shown in hex: PostgreSQL's text is another. */
const SHOWN_IN_HEX: Readonly<Record<string, string>> = {
  point: 'point \\x3ff00000000000004000000000000000',
  inet: 'inet \\x020800040a000001',
  int4range: 'int4range \\x0200000004000000010000000400000005',
  int2vector: 'type 22 \\x0000000100000000000000150000000200000000000000020001000000020002',
};

test('binary values read as PostgreSQL 18 prints them', () => {
  const read = recorded.map(([type, oid, hex]) => [type, hex, valueText(unhex(String(hex)), Number(oid), 1)]);
  expect(read).toEqual(
    recorded.map(([type, , hex, text]) => [type, hex, SHOWN_IN_HEX[String(type)] ?? text]),
  );
});

test('text values are text, with bytes that are not UTF-8 written out', () => {
  expect(valueText(utf8('grüße'), 25, 0)).toBe('grüße');
  expect(valueText(new Uint8Array([0x61, 0xff, 0xe2, 0x82, 0x62, 0xc3, 0xa9]), 25, 0)).toBe(
    'a\\xff\\xe2\\x82bé',
  );
});

test('a binary value that is not whole is hex with its type named', () => {
  expect(valueText(unhex('0102'), 23, 1)).toBe('int4 \\x0102');
  expect(valueText(unhex('ff'), 16_412, 1)).toBe('type 16412 \\xff');
  const negativeSizes = `000000020000000000000017${'fffffffe00000001'.repeat(2)}${'ffffffff'.repeat(4)}`;
  expect(valueText(unhex(negativeSizes), 1007, 1)).toBe(`int4[] \\x${negativeSizes}`);
});

test('no bytes make a value throw, whatever their type', () => {
  const oids = recorded.map(([, oid]) => Number(oid));
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.constantFrom(...oids),
      fc.integer({ min: 0, max: 1 }),
      (...args) => {
        expect(typeof valueText(...args)).toBe('string');
      },
    ),
  );
});

test('parameters read by their declared types and formats', () => {
  const payload = values('42', unhex('0000002a'), null, 'x');
  expect(readParameters(payload, [23, 23, 25], [0, 1, 0, 0])).toEqual([
    { type: 'int4', typeOid: 23, text: '42' },
    { type: 'int4', typeOid: 23, text: '42' },
    { type: 'text', typeOid: 25, text: null },
    { type: 'unknown', typeOid: 0, text: 'x' },
  ]);
});

test('one format code is for every parameter, and cut parameters are none', () => {
  const payload = values(unhex('0001'), unhex('0002'));
  expect(readParameters(payload, [21, 21], [1])?.map((parameter) => parameter.text)).toEqual(['1', '2']);
  expect(readParameters(payload.subarray(0, payload.length - 1), [21, 21], [1])).toBeNull();
});
