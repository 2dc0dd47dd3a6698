import { array, assert, constantFrom, property, string, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { parseErrorResponse } from './errors.ts';

function body(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

test("a server's error is read with its untranslated severity", () => {
  expect(parseErrorResponse(body('SFEHLER\0VERROR\0C42P01\0MTabelle fehlt\0Dd\0Hh\0Fparse.c\0\0'))).toEqual({
    severity: 'ERROR',
    sqlstate: '42P01',
    message: 'Tabelle fehlt',
    detail: 'd',
    hint: 'h',
  });
});

test('an error without SQLSTATE, or with one of another shape, is a protocol violation and fatal', () => {
  const expected = { severity: 'FATAL', sqlstate: '08P01', message: 'no' };
  expect(parseErrorResponse(body('Mno\0\0'))).toEqual(expected);
  expect(parseErrorResponse(body('C28;DROP\0Mno\0\0'))).toEqual(expected);
  expect(parseErrorResponse(body('C280\0Mno'))).toEqual(expected);
});

test('an empty error still says something', () => {
  expect(parseErrorResponse(body(''))).toEqual({
    severity: 'FATAL',
    sqlstate: '08P01',
    message: 'the server sent an error without a message',
  });
});

test('no bytes make the reader fail', () => {
  const fields = array(tuple(constantFrom('S', 'V', 'C', 'M', 'D', 'H', '\0'), string())).map((parts) =>
    body(parts.map(([code, text]) => `${code}${text}\0`).join('')),
  );
  assert(property(uint8Array(), (bytes) => parseErrorResponse(Buffer.from(bytes)).sqlstate.length === 5));
  assert(property(fields, (bytes) => parseErrorResponse(bytes).sqlstate.length === 5));
});
