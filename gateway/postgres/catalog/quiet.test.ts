/** Which tables bring no code into what reads or changes them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { SharedCatalogs } from './shared-catalogs.ts';

let server: TestPostgres;
let agent: TestBackend;

beforeAll(async () => {
  server = await startPostgres();
  agent = await TestBackend.connect(server, 'postgres');
  await agent.run('create function f(int default 0) returns int language sql immutable as $$select 1$$');
  await agent.run('create function t() returns trigger language plpgsql as $$begin return new; end$$');
  await agent.run("create type color as enum ('red')");
  await agent.run('create domain positive as int check (value > f(0))');
});

afterAll(async () => {
  await agent.close();
  await server.stop();
});

async function quiet(name: string): Promise<boolean> {
  const catalog = await new SharedCatalogs({ now: () => 0 }).session('shop').refresh(agent);
  return catalog.relation('public', name)?.quiet === true;
}

test('tables with keys, plain defaults, checks and enums are quiet', async () => {
  await agent.run(`create table plain (id serial primary key, at timestamptz default now(), day date default current_date,
    price numeric(10, 2) check (price > 0), hue color default 'red', key uuid default gen_random_uuid(),
    twice numeric generated always as (price * 2) stored, name text unique default 'x' || 'y')`);
  await agent.run('create index on plain (lower(name)) where price > 1');
  await agent.run('create table refers (plain int references plain, n int generated always as identity)');
  expect([await quiet('plain'), await quiet('refers')]).toEqual([true, true]);
});

test('whose rows go with those of a quiet table is known', async () => {
  await agent.run('create table above (a int primary key)');
  await agent.run('create table below (a int references above on delete set null)');
  const catalog = await new SharedCatalogs({ now: () => 0 }).session('shop').refresh(agent);
  const found = ['above', 'below'].map((name) => catalog.relation('public', name));
  expect(found.map((each) => [each?.quiet, each?.cascades])).toEqual([
    [true, true],
    [true, false],
  ]);
});

test.each([
  ['a default that calls', 'create table loud1 (a int default f())'],
  ['a check that calls', 'create table loud2 (a int check (a > f(0)))'],
  ['an index that calls', 'create table loud3 (a int); create index on loud3 (f(a))'],
  ['a domain', 'create table loud4 (a positive)'],
  ['a trigger', 'create table loud5 (a int); create trigger t before insert on loud5 execute function t()'],
  ['policies', 'create table loud6 (a int); alter table loud6 enable row level security'],
  ['rules', 'create table loud7 (a int); create rule r as on insert to loud7 do also select 1'],
  ['reading', "create table loud8 (a text default query_to_xml('select 1', true, true, '')::text)"],
  ['settings', "create table loud9 (a text default current_setting('a.b'))"],
  [
    'cascades',
    'create table loud10 (a int primary key); create table c (a int references loud10 on update cascade)',
  ],
  ['children', 'create table loud11 (a int); create table child () inherits (loud11)'],
  ['queries', 'create view loud12 as select 1 as a'],
  ['temporary names', 'create temp table loud13 (a int)'],
])('%s: not quiet', async (_what, sql) => {
  for (const one of sql.split('; ')) await agent.run(one);
  expect(await quiet(/loud\d+/.exec(sql)?.[0] ?? '')).toBe(false);
});
