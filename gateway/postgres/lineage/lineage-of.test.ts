import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { factsOf } from '../facts/facts-of.ts';
import type { Prepared, ResolvedText } from '../facts/resolved-text.ts';
import { TextReader } from '../facts/text-reader.ts';
import { cases, SHOP, shown } from '../testing/shop-catalog.ts';
import type { Lineage, Sources } from './lineage.ts';
import { sourcesOf } from './sources-of.ts';

let reader: TextReader;
let statement: ResolvedText;
let cursor: ResolvedText;

beforeAll(async () => {
  reader = await TextReader.open();
  statement = await resolve('delete from orders where id = $1 returning note');
  cursor = await resolve('select ssn, 1 from people');
});

afterAll(() => reader.close());

const prepared: Prepared = (name, kind) => {
  if (name !== 'known') return null;
  return kind === 'statement' ? statement : cursor;
};

async function resolve(sql: string): Promise<ResolvedText> {
  return factsOf(await reader.read(sql), SHOP, prepared);
}

/** Outputs, `open` unless closed, flows as `from>to`, and uses as `#literal~column`. `-` is no column, `?` any. */
function told(lineage: Lineage | null | undefined): string {
  if (lineage === null || lineage === undefined) return 'none';
  const flows = lineage.flows.map(({ from, to }) => `${sources(from)}>${shown(to)}`);
  const uses = lineage.uses.map(
    ({ literal, parameter, column }) =>
      `${literal === undefined ? `$${parameter ?? '*'}` : `#${literal}`}~${column === 'unknown' ? '?' : shown(column)}`,
  );
  const outputs = lineage.outputs?.map(sources).join(', ') ?? 'none';
  return [outputs, ...(lineage.closed ? [] : ['open']), ...flows, ...uses].join(' ');
}

function sources(from: Sources): string {
  if (from === 'unknown') return '?';
  return from.length === 0 ? '-' : from.map(shown).join('+');
}

describe('lineage of', () => {
  test.each(cases(readFileSync(new URL('lineage-of.cases.txt', import.meta.url), 'utf8')))(
    '%s',
    async (sql, expected) => {
      expect(told((await resolve(sql)).lineage[0])).toBe(expected);
    },
  );
});

test('a column of a view, materialized view or generated column comes from base tables', () => {
  const of = (name: string) => {
    const relation = SHOP.relation(null, name);
    return relation?.columns.map(({ number }) => sources(sourcesOf(relation.oid, number, SHOP)));
  };
  expect(['people', 'v', 'w', 'mv', 'gen', 'broken'].map(of)).toEqual([
    ['people.id', 'people.name', 'people.ssn', 'people.notes'],
    ['people.id', 'people.ssn'],
    ['people.ssn', '-'],
    ['people.id', 'people.ssn'],
    ['gen.a', 'gen.b', 'gen.a+gen.b'],
    ['?'],
  ]);
  expect(sourcesOf(1, 1, SHOP)).toBe('unknown');
});

test('rests on the relations, names, functions and operators it was found by', async () => {
  const { lineage } = await resolve(
    'select upper(x) || name from v join public.people p using (id) where missing.a = 1',
  );
  const oid = (name: string) => SHOP.relation(null, name)?.oid ?? 0;
  expect(lineage[0]?.restsOn).toEqual({
    relations: [oid('v'), oid('people')],
    names: [
      { name: 'v', relation: oid('v') },
      { name: 'public.people', relation: oid('people') },
    ],
    functions: ['upper'],
    operators: ['=', '||'],
  });
});

test('COPY to the agent tells how its rows are laid out', async () => {
  const copy = async (sql: string) => (await resolve(sql)).lineage[0]?.copy;
  expect(
    await copy(`copy people (id, ssn) to stdout (format csv, delimiter ';', header, quote '|', null 'no')`),
  ).toEqual({
    format: 'csv',
    columns: [
      { name: 'id', type: 23 },
      { name: 'ssn', type: 25 },
    ],
    delimiter: ';',
    null: 'no',
    quote: '|',
    escape: '|',
    header: true,
  });
  expect(await copy('copy (select ssn, 1 as one from people) to stdout with binary')).toMatchObject({
    format: 'binary',
    columns: [
      { name: 'ssn', type: 25 },
      { name: 'one', type: null },
    ],
  });
  expect(await copy('copy people to stdout')).toMatchObject({
    format: 'text',
    delimiter: '\t',
    null: '\\N',
    header: false,
  });
  expect(await copy('copy people to stdout csv header')).toMatchObject({
    format: 'csv',
    delimiter: ',',
    null: '',
    header: true,
  });
});

test('what nests too deeply is unknown', async () => {
  const { lineage } = await resolve(
    `select ${'-'.repeat(0)}${'(1 + '.repeat(350)}id${')'.repeat(350)} from people`,
  );
  expect(told(lineage[0])).toBe('none open ?>elsewhere');
});
