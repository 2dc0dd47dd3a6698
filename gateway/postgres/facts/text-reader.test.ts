import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHOP } from '../testing/shop-catalog.ts';
import { factsOf } from './facts-of.ts';
import type { ReadText } from './read-text.ts';
import { TextReader } from './text-reader.ts';

let reader: TextReader;

beforeAll(async () => {
  reader = await TextReader.open();
});

afterAll(() => reader.close());

const read = async (sql: string): Promise<ReadText> => reader.read(sql);

const literals = async (sql: string) =>
  (await read(sql)).literals.map(({ start, end }) => sql.slice(start, end));

describe('constants of a text are', () => {
  test.each([
    [
      "select 'a', 'it''s', 1, -2, .5, 1e3, 0x1f, null, true, $1",
      ["'a'", "'it''s'", '1', '2', '.5', '1e3', '0x1f'],
    ],
    ["select E'a\\'b', b'01', x'ff', N'n', U&'\\0061'", ["E'a\\'b'", "b'01'", "x'ff'", "'n'", "U&'\\0061'"]],
    ['select $$a$$, $x$ b $$ $x$, "no", t1 from a1', ['$$a$$', '$x$ b $$ $x$']],
    ["select 'é😀' /* 'no' */ , 'a'\n'b' -- 'no'\n, 3", ["'é😀'", "'a'\n'b'", '3']],
  ])('found where they stand: %s', async (sql, expected) => {
    expect(await literals(sql)).toEqual(expected);
  });

  test('those that the tree means, however many bytes stand before them', async () => {
    const sql = "select 'é😀', note from orders where note = 'ü' and total = -7 and id in (1, 2)";
    const { lineage } = factsOf(await read(sql), SHOP, () => null);
    const used = lineage[0]?.uses.map(({ literal }) => literal);
    expect([await literals(sql), used]).toEqual([
      ["'é😀'", "'ü'", '7', '1', '2'],
      [1, 2, 3, 4],
    ]);
  });

  test('found in texts long enough for a thread, too', async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `(${i}, 'ä${i}')`);
    const sql = `insert into log values ${rows.join(', ')}`;
    const found = await read(sql);
    const uses = factsOf(found, SHOP, () => null).lineage[0]?.uses ?? [];
    const texts = uses
      .filter(({ column }) => column !== 'unknown' && column.column === 2)
      .map(({ literal = -1 }) => found.literals[literal]);
    expect(texts.map((span) => sql.slice(span?.start, span?.end))).toEqual(rows.map((_, i) => `'ä${i}'`));
  });
});

test.each([
  ["select 'a\\'", true],
  ["select 'a\\b' from t", true],
  ["select E'a\\'b'", false],
  ['select $$a\\b$$', false],
  ['select "a\\b"', false],
  ["select 1 -- '\\'", false],
  ["select 'a\\", true],
  ["select 'a", false],
  [`select '${'x'.repeat(2 << 20)}'`, true],
  [`select '${'x'.repeat(9000)}\\'`, true],
  [`select '${'x'.repeat(9000)}'`, false],
])('%.30s depends on standard_conforming_strings: %s', async (sql, expected) => {
  expect((await read(sql)).dependsOnBackslash).toBe(expected);
});

test('texts of one shape are parsed twice and no more, whatever their constants hold', async () => {
  const once = await read("select name from people where ssn = 'z' and id = 0");
  const first = await read("select name from people where ssn = 'a' and id = 1");
  expect(first.parsed).not.toBe(once.parsed);
  for (const [text, id] of [
    ["'; drop table people; --'", '99999999999999'],
    ["'it''s'", '1.5e3'],
    ["'é\n😀'", '0x1f'],
  ]) {
    const other = await read(`select name from people where ssn = ${text} and id = ${id}`);
    expect(other.parsed).toBe(first.parsed);
    expect(other.literals).toHaveLength(2);
  }
});

test.each([
  "select name from people where ssn = 'a' and id = $1",
  "select name from people where ssn = 'a' and id = -1",
  "select name from people where ssn = 'a' and id = 1abc",
  "select name from people where ssn = 1 and id = 'a'",
  "select name from people where ssn = E'a' and id = 1",
  "select name from people where ssn = 'a' 'b' and id = 1",
  "select name from people where ssn = 'a' and id = 1; select 2",
  'select name from people where ssn = \u0001 and id = \u0002',
])('%s is of another shape', async (sql) => {
  const text = "select name from people where ssn = 'a' and id = 1";
  await read(text);
  const first = await read(text);
  expect((await read(text)).parsed).toBe(first.parsed);
  await read(sql);
  expect((await read(sql)).parsed).not.toBe(first.parsed);
});

test.each([
  ['nesting', `select ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, 'it nests too deeply'],
  ['operators', `select ${'1+'.repeat(100_000)}1`, 'it nests too deeply'],
  ['CASE', `select ${'case when true then '.repeat(20_000)}1${' end'.repeat(20_000)}`, 'it nests too deeply'],
  ['length', `select '${'x'.repeat(16 << 20)}'`, 'it is longer than 1048576 characters'],
  ['syntax', 'selec 1', 'it is not SQL that PostgreSQL reads'],
  ['syntax in a thread', `selec '${'x'.repeat(10_000)}'`, 'it is not SQL that PostgreSQL reads'],
])(
  'a text that goes too far in %s is not read, with a reason that quotes nothing',
  async (_, sql, expected) => {
    const found = await read(sql);
    expect([found.unparsed, found.parsed.statements]).toEqual([expected, []]);
    expect(factsOf(found, SHOP, () => null)).toEqual({
      facts: { statements: [], unparsed: expected, resolved: false },
      lineage: [],
    });
  },
);

test('long texts that are sane are read', async () => {
  const list = Array.from({ length: 20_000 }, (_, i) => i).join(', ');
  const { facts, lineage } = factsOf(
    await read(`select ssn from people where id in (${list})`),
    SHOP,
    () => null,
  );
  expect([facts.statements[0]?.columns, lineage[0]?.uses.length]).toEqual([
    ['public.people.id', 'public.people.ssn'],
    20_000,
  ]);
});

test('what takes too long is given up, and the next is read', async () => {
  const hasty = await TextReader.open({ budget: 1 });
  const slow = `select ${Array.from({ length: 8000 }, (_, i) => `a${i}`).join(', ')}`;
  const long = (await hasty.read(slow)).unparsed;
  expect(long).toBe('it took longer than 1 ms to parse');
  await hasty.close();
  expect((await hasty.read(slow)).unparsed).toBe('the gateway is closing');
  expect((await read(slow)).unparsed).toBeNull();
});

test('a bomb in one session does not hold up short texts of others', async () => {
  const bombs = Array.from({ length: 4 }, (_, i) =>
    read(`select ${Array.from({ length: 60_000 }, (_v, j) => `a${i}x${j}`).join(', ')}`),
  );
  const took: number[] = [];
  let open = true;
  const done = Promise.all(bombs).then(() => (open = false));
  for (let i = 0; open && i < 500; i++) {
    const start = performance.now();
    await read(`select name from people where id = ${i} and ${'id'.padEnd(3 + (i % 7))}> 2`);
    took.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await done;
  const sorted = took.toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(1);
});
