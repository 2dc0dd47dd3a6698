/** Rows of no table that are compared with a column tell it, however the conditions are written. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { factsOf } from '../facts/facts-of.ts';
import { TextReader } from '../facts/text-reader.ts';
import { SHOP, shown } from '../testing/shop-catalog.ts';

let reader: TextReader;
beforeAll(async () => {
  reader = await TextReader.open();
});
afterAll(() => reader.close());

/** Whether each column of a result may tell of people.ssn. */
async function tells(sql: string): Promise<readonly boolean[]> {
  const { lineage } = factsOf(await reader.read(sql), SHOP, () => null);
  const outputs = lineage[0]?.outputs ?? [];
  return outputs.map((from) => from === 'unknown' || from.map(shown).includes('people.ssn'));
}

const SERIES = 'generate_series(1, 40) g';
const TERMS = ['c.id = 3', 'g = length(c.ssn)', 'c.name is not null', 'g < 30'];

function permutations(items: readonly string[]): string[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((one, i) => permutations(items.toSpliced(i, 1)).map((rest) => [one].concat(rest)));
}

const ORDERS = permutations(TERMS);
const WAYS = ORDERS.flatMap((terms) => {
  const [a = '', b = '', c = '', d = ''] = terms;
  const made = terms.toSorted((left, right) => Number(left.includes('g')) - Number(right.includes('g')));
  return [
    `select g from ${SERIES}, people c where ${terms.join(' and ')}`,
    `select g from people c, ${SERIES} where (${a} and ${b}) and (${c} and ${d})`,
    `select g from people c, ${SERIES} where not (not (${a}) or not (${b} and ${c} and ${d}))`,
    `select g from ${SERIES} join people c on ${a} and ${b} where ${c} and ${d}`,
    `select g from people c cross join ${SERIES} join orders o on ${terms.join(' and ')}`,
    `select g from ${SERIES} left join people c on ${a} where ${b} and ${c} and ${d}`,
    `select g from ${SERIES}, people c where ${a} group by g, c.id, c.name having bool_and(${b} and ${c} and ${d})`,
    `select g from (select * from ${SERIES}, people c where ${a} and ${b}) t (g, id, name, ssn, notes), people c where ${c} and ${d} and t.ssn = c.ssn`,
    `select g from ${SERIES} where exists (select from people c where ${terms.join(' and ')})`,
    `select g from ${SERIES} where (select ${b} and ${c} and ${d} from people c where ${a} limit 1)`,
    `select g from ${SERIES}, lateral (select from people c where ${terms.join(' and ')}) t`,
    `with n as (select g from ${SERIES}), k as (select g from n, people c where ${terms.join(' and ')}) select g from k`,
    `select g from (select g + 0 * o.id as g from ${SERIES}, orders o) n, people c where ${terms.join(' and ')}`,
    `select g from ${SERIES}, people c where ${a} and ${b} and ${c} and ${d} order by ${made.join(', ')}`,
  ];
});

test(`one term of an AND is as good as another`, async () => {
  const silent: string[] = [];
  for (const sql of new Set(WAYS)) if (!(await tells(sql)).includes(true)) silent.push(sql);
  expect(silent).toEqual([]);
});

test.each([
  "select w from (values ('SECRET3'), ('b')) v (w), people c where c.id = 3 and w = c.ssn",
  "select w from people c, (values ('SECRET3'), ('b')) v (w) where c.id = 3 and position(w in c.ssn) > 0",
  'select u from unnest(array[1, 2, 3]) u, people c where c.id = 3 and u = length(c.ssn)',
  'select u + 1 from unnest(array[1, 2, 3]) u, people c where c.id = 3 and u = get_byte(c.ssn::bytea, 0)',
  "select string_agg(chr(n.g), '' order by p.i) from generate_series(1, 24) p (i), generate_series(32, 126) n (g), people c where c.id = 5 and n.g = ascii(substr(c.ssn, p.i, 1))",
  "select c.id, string_agg(chr(n.g), '' order by p.i) from people c cross join generate_series(1, 24) p (i) join generate_series(32, 126) n (g) on c.id <= 2 and n.g = ascii(substr(c.ssn, p.i, 1)) group by c.id",
  "select v.n from (values ('x', 1), ('y', 2)) v (ssn, n) join people using (ssn)",
  "select v.n from people natural join (values ('x', 1), ('y', 2)) v (ssn, n)",
  'select g, (select 1 from people c where c.id = 3 and length(c.ssn) = g) from generate_series(1, 40) g',
  'select g, (select count(*) from people c where c.id = 3 and length(c.ssn) = g) from generate_series(1, 40) g',
  'select hit from generate_series(1, 40) g, lateral (select 1 as hit from people c where c.id = 3 and length(c.ssn) = g) t',
  'select g from people c, generate_series(1, 40) g, generate_series(g, length(c.ssn)) h where c.id = 3',
  'select max(n) from people c, unnest(string_to_array(c.ssn, null)) with ordinality t (l, n) where c.id = 3',
  'select g from (select generate_series(1, 40) + 0 * id as g from orders) n, people c where c.id = 3 and g = length(c.ssn)',
  "select 'a' from people where id = 3 and ssn like 'a%' union all select 'b' from people where id = 3 and ssn like 'b%'",
  'select count(*) from generate_series(1, 40) g, people c where c.id = 3 and g <= length(c.ssn)',
  'select distinct on (c.id) g from people c, generate_series(1, 40) g order by c.id, g = length(c.ssn) desc',
  'copy (select g from generate_series(1, 40) g, people c where c.id = 3 and g = length(c.ssn)) to stdout',
  'with recursive n (g) as (select 1 union all select g + 1 from n where g < 40) select g from n, people c where c.id = 3 and g = length(c.ssn)',
  'update orders set total = g from generate_series(1, 40) g, people c where c.id = 3 and g = length(c.ssn) returning g',
  'select v from (select g, o.total from generate_series(1, 9) g, orders o) v, people c where c.id = 3 and v.g = length(c.ssn)',
])('tells of what chooses it: %s', async (sql) => {
  expect(await tells(sql)).toContain(true);
});

test.each([
  'select g, count(o.id) from generate_series(1, 9) g left join orders o on o.id = g group by g',
  'select g, (select count(*) from people c where c.id = g) from generate_series(1, 9) g',
  'select p.name, t.n from people p join (select person_id, count(*) as n from orders group by 1) t on t.person_id = p.id where p.ssn = $1',
  'select o.id, o.total from orders o join people p on p.id = o.person_id where p.ssn = $1 and o.total > 5',
  "select name, 'person' as kind from people where id > 3 union all select note, 'order' from orders where total > 3",
])('tells nothing of a column that chose rows of tables: %s', async (sql) => {
  expect(await tells(sql)).not.toContain(true);
});
