import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, dataRow, errorResponse, message, rowDescription, utf8 } from './fixtures/recording.ts';
import { messageFields, placedMessages } from './wire-fields.ts';

test('messages are told with where they stand', () => {
  const bytes = concat(rowDescription(['id', 23]), dataRow('7'), utf8('D\0'));
  expect(placedMessages(bytes)).toEqual({
    messages: [
      { type: 'T', name: 'RowDescription', at: 0, length: 28 },
      { type: 'D', name: 'DataRow', at: 28, length: 12 },
    ],
    rest: 2,
  });
  expect(placedMessages(utf8('just a value'))).toEqual({ messages: [], rest: 12 });
});

test('fields have names, values and bytes', () => {
  const fields = [
    rowDescription(['id', 23]),
    dataRow('Ada'),
    errorResponse('E', { C: '42601', M: 'no' }),
  ].map((bytes) =>
    messageFields(bytes).map(({ name, value, at, length }) => `${at}+${length} ${name}: ${value}`),
  );
  expect(fields).toEqual([
    [
      '0+1 type: T RowDescription',
      '1+4 length: 27',
      '5+2 columns: 1',
      '7+3 1 name: id',
      '10+4 1 table OID: 16384',
      '14+2 1 attribute: 1',
      '16+4 1 type OID: 23 int4',
      '20+2 1 type size: -1',
      '22+4 1 type modifier: -1',
      '26+2 1 format: 0 text',
    ],
    ['0+1 type: D DataRow', '1+4 length: 13', '5+2 columns: 1', '7+4 1 length: 3', '11+3 1 value: Ada'],
    [
      '0+1 type: E ErrorResponse',
      '1+4 length: 16',
      '5+1 field: C',
      '6+6 SQLSTATE: 42601',
      '12+1 field: M',
      '13+3 message: no',
      '16+1 end: ',
    ],
  ]);
});

test('every byte of any message belongs to exactly one field, whatever it says of itself', () => {
  const types = fc.constantFrom(...'TDENASntHGWdcfFVC'.split(''));
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 60 }), (type, body) => {
      const bytes = message(type, body);
      const ends = messageFields(bytes).reduce((at, field) => (field.at === at ? at + field.length : -1), 0);
      expect(ends).toBe(bytes.length);
    }),
  );
});
