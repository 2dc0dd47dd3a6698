/** Whether a real PostgreSQL's catalog is found to have changed, whatever another session changes. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RestsOn } from '../lineage/lineage.ts';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import type { CatalogSession } from './catalog-session.ts';
import { SharedCatalogs } from './shared-catalogs.ts';

let server: TestPostgres;
let agent: TestBackend;
let other: TestBackend;
let session: CatalogSession;

beforeAll(async () => {
  server = await startPostgres();
  [agent, other] = (await Promise.all([1, 2].map(() => TestBackend.connect(server, 'postgres')))) as [
    TestBackend,
    TestBackend,
  ];
});

afterAll(async () => {
  await Promise.all([agent.close(), other.close()]);
  await server.stop();
});

beforeEach(async () => {
  await other.run(`create schema app; create table people (id int, name text, ssn text,
      last text generated always as (right(ssn, 4)) stored);
    create view shown as select id, name from people;
    create view nested as select name from shown;
    create function own() returns text language sql as 'select 1::text';
    create table part (like people including generated)`);
  await agent.run('set search_path = app, public');
  session = new SharedCatalogs({ now: () => 0 }).session('shop');
  await session.refresh(agent);
});

afterEach(async () => {
  await agent.run('discard temp; reset search_path');
  await other.run('drop schema public cascade; create schema public; drop schema if exists app cascade');
});

/** What `select lower(name) || own() from nested, people` rests on. */
function restsOn(): RestsOn {
  const oidOf = (name: string) => session.catalog?.relation(null, name)?.oid ?? 0;
  return {
    relations: [oidOf('nested'), oidOf('people')],
    names: [
      { name: 'nested', relation: oidOf('nested') },
      { name: 'public.people', relation: oidOf('people') },
      { name: 'people', relation: oidOf('people') },
      { name: 'no.such', relation: 0 },
    ],
    functions: ['lower', 'own'],
    operators: ['||', '::'],
  };
}

test('nothing has changed: it is verified, and its versions are the same', async () => {
  const rests = restsOn();
  const before = await session.versions(rests, agent);
  await other.run(`insert into people values (1, 'Ada', '123-45-6789'); analyze people; create table unrelated (id int);
    create index on people (name)`);
  expect(await session.verify(rests, agent)).toBe(true);
  expect(await session.versions(rests, agent)).toBe(before);
});

const CHANGES: readonly string[] = [
  'alter table people rename column name to other',
  'alter table people rename to persons',
  'alter table people rename to persons; create table people (id int, name text, ssn text)',
  'begin; alter table people rename column name to x; alter table people rename column ssn to name; alter table people rename column x to ssn; commit',
  'alter table people add column more text',
  'alter table people drop column id cascade',
  'alter table people alter column last set expression as (left(ssn, 2))',
  'create or replace view shown as select id, ssn as name from people',
  'drop view nested; create view nested as select name from people',
  'alter view shown rename to displayed',
  'create table app.people (name text)',
  'create view app.nested as select 1 as name',
  'create schema no; create table no.such (id int)',
  'create schema secret; alter table people set schema secret',
  `create function lower(varchar) returns text language sql as 'select 1::text'`,
  `create function app.lower(name) returns text language sql as 'select 1::text'`,
  `create or replace function own() returns text language sql as 'select ssn from people'`,
  'alter function own() rename to owned',
  `create function alike(int, text) returns text language sql as 'select $2';
   create operator || (function = alike, leftarg = int, rightarg = text)`,
  `create type pair as (a int, b text); create function text(pair) returns text language sql as 'select $1.b';
   create cast (pair as text) with function text(pair)`,
  'alter table part inherit people',
  'create rule log as on insert to people do also select 1',
  'drop view nested, shown; drop table people',
];

test.each(CHANGES)('another session: %s', async (change) => {
  const rests = restsOn();
  const before = await session.versions(rests, agent);
  await other.run(change);
  expect(await session.versions(rests, agent)).not.toBe(before);
  expect(await session.verify(rests, agent)).toBe(false);
  expect(session.catalog).toBeNull();
});

test.each([
  'create temp table people (name text)',
  'set search_path = public',
  'set search_path = pg_catalog, app, public',
  `set search_path = public, app`,
])('the session itself: %s', async (change) => {
  const rests = restsOn();
  await agent.run(change);
  expect(await session.verify(rests, agent)).toBe(false);
});

test('in a transaction that sees the past nothing is verified, and nothing is dropped', async () => {
  const rests = restsOn();
  await agent.run('begin isolation level repeatable read');
  await agent.run('select 1');
  await other.run('alter table people rename column name to other');
  expect(await session.verify(rests, agent)).toBe(false);
  await agent.run('commit');
  expect(await session.verify(rests, agent)).toBe(false);
});

test('a role that may not use a schema can ask about it all the same', async () => {
  await other.run(
    `create role poor login password 'poor'; create schema closed; create table closed.t (id int)`,
  );
  const poor = await TestBackend.connect(server, 'postgres', { user: 'poor', password: 'poor' });
  try {
    const mine = new SharedCatalogs({ now: () => 0 }).session('shop');
    const catalog = await mine.refresh(poor);
    const relation = catalog.relation('closed', 't')?.oid ?? 0;
    const rests = {
      relations: [relation],
      names: [{ name: 'closed.t', relation }],
      functions: [],
      operators: [],
    };
    expect([relation > 0, await mine.verify(rests, poor)]).toEqual([true, true]);
  } finally {
    await poor.close();
    await other.run('drop schema closed cascade; drop role poor');
  }
});

test('names that look like others are told apart', async () => {
  await other.run(`create table "app.people" (id int); create table app."Odd "" name" (id int)`);
  session = new SharedCatalogs({ now: () => 0 }).session('shop');
  const catalog = await session.refresh(agent);
  const [dotted, odd] = [catalog.relation('public', 'app.people'), catalog.relation(null, 'Odd " name')];
  const rests = {
    relations: [dotted?.oid ?? 0],
    names: [
      { name: 'app.people', relation: dotted?.oid ?? 0 },
      { name: 'app.Odd " name', relation: odd?.oid ?? 0 },
      { name: 'Odd " name', relation: odd?.oid ?? 0 },
    ],
    functions: [],
    operators: [],
  };
  expect(await session.verify(rests, agent)).toBe(true);
  await other.run('create table app."app.people" (id int)');
  expect(await session.verify(rests, agent)).toBe(false);
});
