import { expect, test } from 'vitest';
import { align } from './align.ts';
import {
  compareStatements,
  needsCloserLook,
  nextDifference,
  type Compared,
  type LookCloser,
} from './compare.ts';

function statement(fingerprint: string, change: Partial<Compared> = {}): Compared {
  return {
    statement: 1,
    ordinal: 0,
    sequence: 1,
    outcomeSequence: 2,
    time: 0,
    duration: 1_000,
    text: fingerprint,
    textTruncated: false,
    verb: 'SELECT',
    fingerprint,
    tables: [],
    rows: 1,
    status: 'completed',
    sqlstate: null,
    errorMessage: null,
    decision: null,
    rules: [],
    maskedColumns: [],
    live: false,
    imported: false,
    ...change,
  };
}

function compared(a: readonly Compared[], b: readonly Compared[], look?: LookCloser) {
  const names = (list: readonly Compared[]) => list.map(({ fingerprint }) => fingerprint);
  return compareStatements(a, b, align(names(a), names(b)), look);
}

/** In what a statement and its changed like differ. */
function differences(before: Partial<Compared>, after: Partial<Compared>) {
  return compared([statement('s', before)], [statement('s', after)]).pairs[0]?.differences;
}

test('statements are the same, changed, removed or added', () => {
  const { pairs, counts, rough } = compared(
    [statement('begin'), statement('old'), statement('count', { rows: 50 })],
    [statement('begin'), statement('count', { rows: 48 }), statement('new')],
  );
  expect([pairs.map(({ kind, differences: of }) => [kind, of]), counts, rough]).toEqual([
    [
      ['same', []],
      ['removed', []],
      ['changed', ['rows']],
      ['added', []],
    ],
    { same: 1, changed: 1, removed: 1, added: 1 },
    false,
  ]);
});

test.each<[Partial<Compared>, Partial<Compared>, string[]]>([
  [{ text: "DELETE WHERE day = '1'" }, { text: "DELETE WHERE day = '2'" }, ['text']],
  [{ status: 'completed' }, { status: 'failed', sqlstate: '42P01' }, ['outcome']],
  [{ status: 'failed', sqlstate: '40001' }, { status: 'failed', sqlstate: '42501' }, ['outcome']],
  [{ decision: null }, { decision: 'denied', rules: ['no-drops'] }, ['decision']],
  [{ decision: 'held', rules: ['a'] }, { decision: 'held', rules: ['b'] }, ['decision']],
  [{ maskedColumns: ['public.c.email'] }, { maskedColumns: [] }, ['masking']],
  [{ rows: null }, { rows: 7 }, []],
])('%j beside %j differs in %j', (before, after, expected) => {
  expect(differences(before, after)).toEqual(expected);
});

test('a duration differs beyond twice the other and 100 ms', () => {
  const apart = (a: number | null, b: number | null) => differences({ duration: a }, { duration: b })?.length;
  expect([
    apart(1_000, 100_000),
    apart(100_000, 201_000),
    apart(201_000, 100_000),
    apart(900_000, 1_700_000),
    apart(100_000, 200_000),
    apart(null, 900_000),
  ]).toEqual([0, 1, 1, 0, 0, 0]);
});

test('what a closer look found is a difference too', () => {
  const one = [statement('s')];
  const found = ([true, false] as const).flatMap((text) =>
    ([true, false] as const).map(
      (parameters) => compared(one, one, () => ({ text, parameters })).pairs[0]?.differences,
    ),
  );
  expect(found).toEqual([['text', 'parameters'], ['text'], ['parameters'], []]);
});

test('a closer look is needed at parameters and at texts that are cut', () => {
  const needs = (change: Partial<Compared>) =>
    needsCloserLook(statement('s', change), statement('s', change));
  expect([needs({ text: 'SELECT $1' }), needs({ text: 'SELECT 1' }), needs({ textTruncated: true })]).toEqual(
    [true, false, true],
  );
});

test('tables that only one of the two touched are named once, in order', () => {
  const { onlyA, onlyB } = compared(
    [statement('1', { tables: ['orders', 'customers'] }), statement('2', { tables: ['invoices', 'orders'] })],
    [statement('1', { tables: ['orders'] }), statement('3', { tables: ['refunds'] })],
  );
  expect([onlyA, onlyB]).toEqual([['customers', 'invoices'], ['refunds']]);
});

test('one walks from difference to difference, and stays at the last', () => {
  const { pairs } = compared(
    [statement('a'), statement('b'), statement('c'), statement('d')],
    [statement('a'), statement('c'), statement('d', { rows: 9 })],
  );
  expect([
    nextDifference(pairs, null, 1),
    nextDifference(pairs, 1, 1),
    nextDifference(pairs, 3, 1),
    nextDifference(pairs, null, -1),
    nextDifference(pairs, 3, -1),
    nextDifference(pairs, 1, -1),
  ]).toEqual([1, 3, null, 3, 1, null]);
});
