import { expect, test } from 'vitest';
import { typedRows, type RowTypes } from './typed-rows.ts';

interface Row {
  readonly size: number;
  readonly note: string;
  readonly hash: Uint8Array;
}

const TYPES: RowTypes<Row> = { size: 'integer', note: 'text', hash: 'blob' };

/** A row as SQLite gives it, whatever the types say. */
const given = (size: unknown, note: unknown, hash: unknown) => ({ size, note, hash }) as Row;

test('rows with values of other types are left out, and each is told', () => {
  const hash = Buffer.from([1]);
  const rows = [
    given(1, 'a', hash),
    given('1', 'a', hash),
    given(1.5, 'a', hash),
    given(2, null, hash),
    given(3, 7, hash),
    given(4, 'b', 'text'),
    given(5, 'c', hash),
  ];
  let others = 0;
  const kept = Array.from(typedRows(rows, TYPES, () => others++));
  expect([kept.map(({ size }) => size), others]).toEqual([[1, 5], 5]);
});
