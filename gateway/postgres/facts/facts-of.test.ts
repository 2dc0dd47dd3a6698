import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SqlFacts, TextFacts } from '../../../shared/policy/facts.ts';
import { catalogOf } from '../testing/catalog.ts';
import { cases, SHOP } from '../testing/shop-catalog.ts';
import { factsOf } from './facts-of.ts';
import { innerTexts } from './inner-texts.ts';
import type { Prepared, ResolvedText } from './resolved-text.ts';
import { TextReader } from './text-reader.ts';

let reader: TextReader;
let known: ResolvedText;

beforeAll(async () => {
  reader = await TextReader.open();
  known = factsOf(await reader.read('delete from orders where id = $1 returning note'), SHOP, () => null);
});

afterAll(() => reader.close());

const prepared: Prepared = (name, kind) => (name === 'known' && kind === 'statement' ? known : null);

const nobody: Prepared = () => null;

/** `VERB class | tables with r and w | columns | functions | features`, a line each statement. */
function told({ statements, unparsed, resolved }: TextFacts): string {
  const lines = statements.map(line);
  if (unparsed !== null) lines.push(unparsed);
  else if (!resolved) lines.push('unresolved');
  return lines.join('\n');
}

function line({ verb, class: kind, tables, columns, functions, features }: SqlFacts): string {
  const lists = [
    tables.map(({ name, resolved, reads, writes, via }) =>
      [
        resolved ? '' : '?',
        name,
        ' ',
        reads ? 'r' : '',
        writes ? 'w' : '',
        ...via.map((one) => ` < ${one}`),
      ].join(''),
    ),
    columns,
    functions.map((one) => `${one.name} ${one.kind}`),
    features,
  ];
  return [`${verb} ${kind}`, ...lists.map((list) => list.join(', '))].join(' | ').replace(/[ |]+$/, '');
}

describe('facts of', () => {
  test.each(cases(readFileSync(new URL('facts-of.cases.txt', import.meta.url), 'utf8')))(
    '%s',
    async (sql, expected) => {
      expect(told(factsOf(await reader.read(sql), SHOP, prepared).facts)).toBe(expected);
    },
  );
});

test('are the same object for texts that differ in constants only, by catalog and search path', async () => {
  const read = async (sql: string) => factsOf(await reader.read(sql), SHOP, nobody);
  await reader.read("select name from people where id = 0 and ssn = 'z'"); // what comes once is not kept
  const first = await read("select name from people where id = 1 and ssn = 'a'");
  expect(await read("select name from people where id = 27 and ssn = 'it''s'")).toBe(first);
  expect(await read("select name from people where id = 1 and ssn = 'a' ")).not.toBe(first);
  const again = await reader.read("select name from people where id = 2 and ssn = 'b'");
  expect(factsOf(again, catalogOf({ relations: [], generation: 2 }), nobody)).not.toBe(first);
  expect(factsOf(again, SHOP, nobody)).toBe(first);
});

test.each([
  ['update people set id = 1 where 1 = 1', 'update people set id = 1 where 1 = 2'],
  ["select set_config('a', 'b', true)", "select set_config('c', 'd', true)"],
  ["select 'people'::regclass", "select 'orders'::regclass"],
  ["do 'begin end'", "do 'delete from people'"],
])('are told apart where constants matter: %s', async (one, other) => {
  for (const sql of [one, other]) await reader.read(sql); // what comes once is not kept
  const [first, second] = [await reader.read(one), await reader.read(other)];
  expect((await reader.read(one)).parsed).toBe(first.parsed);
  expect(first.parsed).not.toBe(second.parsed);
});

test('without a catalog hold names as written, all columns, and resolve nothing', async () => {
  const { facts, lineage } = factsOf(
    await reader.read('select lower(name) from public.people, v'),
    null,
    nobody,
  );
  expect([told(facts), lineage]).toEqual([
    'SELECT read | ?public.people r, ?v r | public.people.*, v.* | lower pure\nunresolved',
    [null],
  ]);
});

test('of EXECUTE follow what is prepared, and what PREPARE leaves behind can be resolved later', async () => {
  const read = await reader.read('prepare gone as delete from people where ssn = $1; select 1');
  const [inner] = innerTexts(read);
  expect([inner?.statement, inner?.kind, inner?.name, innerTexts(read)[0]?.read === inner?.read]).toEqual([
    0,
    'statement',
    'gone',
    true,
  ]);
  const resolved = inner === undefined ? null : factsOf(inner.read, SHOP, nobody);
  const execute = await reader.read("execute gone ('123')");
  const found = factsOf(execute, SHOP, () => resolved);
  expect(told(found.facts)).toBe('DELETE write | public.people rw | public.people.ssn, public.people.*');
  expect(factsOf(execute, SHOP, () => resolved)).toBe(found);
  expect(told(factsOf(execute, SHOP, nobody).facts)).toBe('EXECUTE other |  |  |  | opaque');
});
