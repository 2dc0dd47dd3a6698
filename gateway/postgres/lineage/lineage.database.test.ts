/** Lineage by the catalog of a real database, as far as that is more than a catalog by hand. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { SharedCatalogs } from '../catalog/shared-catalogs.ts';
import { factsOf } from '../facts/facts-of.ts';
import { TextReader } from '../facts/text-reader.ts';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import type { Sources } from './lineage.ts';

const SCHEMA = `
  create table par (id int, a text);
  create table heir (more text) inherits (par);
  create schema hid;
  create table hid.t (x text);
  create table t (x text);
  create view seen as select x from hid.t;
  create view heirs as select a from par;
  create function fixed() returns text language sql begin atomic select x from hid.t limit 1; end;
  create function given(text) returns text language sql return $1 || 'x';
  create function loose() returns text language sql as 'select x from t limit 1';
  create domain digits as text;
  create table typed (d digits, e text[]);
  create table parted (id int, v text) partition by range (id);
  create table part partition of parted for values from (0) to (10);`;

let server: TestPostgres;
let agent: TestBackend;
let catalog: Catalog;
let reader: TextReader;

beforeAll(async () => {
  server = await startPostgres();
  agent = await TestBackend.connect(server, 'postgres');
  await agent.run(SCHEMA);
  catalog = await new SharedCatalogs({ now: () => 0 }).session('shop').refresh(agent);
  reader = await TextReader.open();
});

afterAll(async () => {
  await reader.close();
  await agent.close();
  await server.stop();
});

function shown(sources: Sources): string {
  if (sources === 'unknown') return '?';
  const names = sources.map(({ relation, column }) => {
    const found = catalog.relationByOid(relation);
    return `${found?.schema}.${found?.name}.${found?.columns.find(({ number }) => number === column)?.name}`;
  });
  return names.join('+') || '-';
}

test.each([
  ['select a from par', 'public.par.a+public.heir.a'],
  ['select a from only par', 'public.par.a'],
  ['select a from heirs', 'public.par.a+public.heir.a'],
  ['select x from seen', 'hid.t.x'],
  ['select fixed(), loose(), given(x) from t', 'hid.t.x, public.t.x, public.t.x'],
  [
    'select d, upper(d), e[1], unnest(e) from typed',
    'public.typed.d, public.typed.d, public.typed.e, public.typed.e',
  ],
  ['select v from parted', 'public.parted.v'],
  ['select rolname, count(*) from pg_roles group by 1', 'pg_catalog.pg_roles.rolname, -'],
  ['select most_common_vals::text from pg_stats', 'pg_catalog.pg_stats.most_common_vals'],
  ['select table_name from information_schema.tables', 'information_schema.tables.table_name'],
])('%s', async (sql, expected) => {
  const { facts, lineage } = factsOf(await reader.read(sql), catalog, () => null);
  expect([facts.resolved, lineage[0]?.closed, lineage[0]?.outputs?.map(shown).join(', ')]).toEqual([
    true,
    true,
    expected,
  ]);
});
