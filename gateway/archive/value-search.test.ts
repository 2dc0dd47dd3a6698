import { expect, test } from 'vitest';
import { blanked, ValueSearch } from './value-search.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('a value is found as it is, quoted as in SQL, and in hex', () => {
  const search = new ValueSearch("O'Brien");
  const written = "O'Brien 'O''Brien' \\x4f27427269656e O'Brie";
  const bytes = Buffer.from(written);
  expect(text(blanked(bytes, search.in(bytes)))).toBe("******* '********' \\x************** O'Brie");
});

test('a value is found wherever it is cut in two, and nothing that only looks so', () => {
  const search = new ValueSearch('4111');
  const whole = Buffer.from('aa4111bb');
  for (let at = 0; at <= whole.length; at++) {
    const [before, after] = [whole.subarray(0, at), whole.subarray(at)];
    const over = search.across(before, after);
    const left = [
      blanked(before, [...search.in(before), ...over.before]),
      blanked(after, [...search.in(after), ...over.after]),
    ];
    expect([at, text(Buffer.concat(left))]).toEqual([at, 'aa****bb']);
  }
  expect(search.across(Buffer.from('411'), Buffer.from('2'))).toEqual({ before: [], after: [] });
});
