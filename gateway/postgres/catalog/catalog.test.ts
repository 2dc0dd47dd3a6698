/** What is loaded of a real PostgreSQL's catalog. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import type { Catalog, Relation } from './catalog.ts';
import type { CatalogSession } from './catalog-session.ts';
import { SharedCatalogs } from './shared-catalogs.ts';

let server: TestPostgres;
let agent: TestBackend;
let session: CatalogSession;
let shared: SharedCatalogs;

const SCHEMA = `
  create table people (id int primary key, name text, ssn text, gone int, born date,
    last text generated always as (right(ssn, 4)) stored);
  alter table people drop column gone;
  create schema old;
  create table old.people (id int, ssn text);
  create view both_people as select ssn from people union all select ssn from old.people;
  create view shown as select id, ssn as secret from people;
  create view nested as select secret from shown;
  create materialized view kept as select name from people;
  create table heir (more int) inherits (people);
  create table parted (id int, at date) partition by range (at);
  create table part partition of parted for values from ('2026-01-01') to ('2027-01-01');
  create type pair as (a int, b text);
  create type mood as enum ('good', 'bad');
  create domain digits as text check (value ~ '^[0-9]+$');
  create table typed (p pair, ps pair[], m mood, d digits, ds digits[], whole people, r int4range);
  create function find(who text) returns setof people language sql as 'select * from people where name = who';
  create function fixed() returns text language sql begin atomic select ssn from people limit 1; end;
  create function elsewhere() returns text language sql set search_path = old as 'select ssn from people';
  create function hidden() returns text language plpgsql as 'begin return 1; end';
  create function alike(text, text) returns bool language sql as 'select true';
  create operator === (function = alike, leftarg = text, rightarg = text);
  create table logged (id int);
  create rule log as on insert to logged do also delete from people;
  create table quiet (id int);
  create view calm as select id as logged from quiet;
`;

beforeAll(async () => {
  server = await startPostgres();
  agent = await TestBackend.connect(server, 'postgres');
  await agent.run(SCHEMA);
});

afterAll(async () => {
  await agent.close();
  await server.stop();
});

beforeEach(() => {
  shared = new SharedCatalogs({ now: () => 0 });
  session = shared.session('shop');
});

/** A relation with the OIDs that it refers to as names. */
function told(relation: Relation | null, catalog: Catalog): unknown {
  if (relation === null) return null;
  const { schema, name, kind, columns, parents, uses, ruled } = relation;
  const nameOf = (oid: number) => {
    const found = catalog.relationByOid(oid);
    return `${found?.schema}.${found?.name}`;
  };
  return {
    name: `${schema}.${name}`,
    kind,
    columns: columns.map((column) => [column.number, column.name, column.type, column.generatedFrom]),
    parents: parents.map(nameOf),
    uses: uses.map(nameOf),
    ruled,
  };
}

test('tables have their columns but for dropped ones, and what generated ones are made of', async () => {
  const catalog = await session.refresh(agent);
  expect(told(catalog.relation(null, 'people'), catalog)).toEqual({
    name: 'public.people',
    kind: 'r',
    columns: [
      [1, 'id', 23, []],
      [2, 'name', 25, []],
      [3, 'ssn', 25, []],
      [5, 'born', 1082, []],
      [6, 'last', 25, [3]],
    ],
    parents: [],
    uses: [],
    ruled: false,
  });
});

test('children, partitions, views and rules say where they come from', async () => {
  const catalog = await session.refresh(agent);
  const facts = ['heir', 'part', 'shown', 'nested', 'kept', 'both_people', 'logged'].map((name) => {
    const { kind, parents, uses, ruled } = Object(told(catalog.relation(null, name), catalog));
    return [name, kind, parents, uses, ruled];
  });
  expect(facts).toEqual([
    ['heir', 'r', ['public.people'], [], false],
    ['part', 'r', ['public.parted'], [], false],
    ['shown', 'v', [], ['public.people'], false],
    ['nested', 'v', [], ['public.shown'], false],
    ['kept', 'm', [], ['public.people'], false],
    ['both_people', 'v', [], ['public.people', 'old.people'], false],
    ['logged', 'r', [], ['public.people'], true],
  ]);
  expect(catalog.relation(null, 'shown')?.definition?.replaceAll(/\s+/g, ' ').trim()).toBe(
    'SELECT id, ssn AS secret FROM people;',
  );
});

test('within a view names mean what they meant when it was made, by whatever path it is read', async () => {
  await session.refresh(agent);
  const other = await TestBackend.connect(server, 'postgres');
  try {
    await other.run('set search_path = old, public; create temp table people (id int, ssn text)');
    const catalog = await shared.session('shop').refresh(other);
    const [view, both] = ['shown', 'both_people'].map((name) => catalog.relation('public', name));
    expect(catalog.relation(null, 'people')?.schema).toMatch(/^pg_temp_/);
    if (!view || !both) return expect.unreachable('no view');
    expect(catalog.within(view).relation(null, 'people')?.schema).toBe('public');
    expect(catalog.within(both).relation(null, 'people')?.schema).toBe('public');
    expect(catalog.within(both).relation('old', 'people')?.schema).toBe('old');
    expect(catalog.within(view).relation(null, 'logged')).toBeNull();
    expect(catalog.within(view).relation(null, 'pg_class')?.schema).toBe('pg_catalog');
  } finally {
    await other.close();
  }
});

test('composites, arrays, domains, enums and ranges say what they are made of', async () => {
  const catalog = await session.refresh(agent);
  const typed = catalog.relation(null, 'typed');
  const types = (typed?.columns ?? []).map(({ name, type }) => [name, catalog.typeOf(type)]);
  const [pair, people] = ['pair', 'people'].map((name) => catalog.relation(null, name));
  const [, p] = typed?.columns ?? [];
  const domain = typed?.columns[3]?.type;
  expect(types).toEqual([
    ['p', { kind: 'composite', relation: pair?.oid, fields: [23, 25] }],
    ['ps', { kind: 'array', element: typed?.columns[0]?.type }],
    ['m', { kind: 'enum' }],
    ['d', { kind: 'domain', base: 25 }],
    ['ds', { kind: 'array', element: domain }],
    ['whole', { kind: 'composite', relation: people?.oid, fields: [23, 25, 25, 1082, 25] }],
    ['r', null],
  ]);
  expect(p?.name).toBe('ps');
});

test('functions have a body where it says what they do for whoever calls them', async () => {
  const catalog = await session.refresh(agent);
  const functions = ['find', 'fixed', 'elsewhere', 'hidden'].map((name) => {
    const [found] = catalog.functions(null, name);
    return [name, found?.language, found?.arguments, found?.body?.replaceAll(/\s+/g, ' ')];
  });
  expect(functions).toEqual([
    ['find', 'sql', 1, 'select * from people where name = who'],
    ['fixed', 'sql', 0, expect.stringContaining('SELECT people.ssn FROM people')],
    ['elsewhere', 'sql', 0, undefined],
    ['hidden', 'plpgsql', 0, undefined],
  ]);
  expect(catalog.functions(null, 'find')[0]?.returnsRelation).toBe(catalog.relation(null, 'people')?.oid);
  expect(catalog.functions('old', 'find')).toEqual([]);
});

test('own operators and casts are known by name', async () => {
  const catalog = await session.refresh(agent);
  expect(['===', '=', '::'].map((name) => catalog.hasOwnOperator(name))).toEqual([true, false, false]);
});

test('PostgreSQL’s own relations are known, and TOAST tables are not', async () => {
  const catalog = await session.refresh(agent);
  expect(catalog.relation(null, 'pg_authid')?.columns.map(({ name }) => name)).toContain('rolpassword');
  expect(catalog.relation('information_schema', 'tables')?.definition).toBeNull();
  const [toast] = (await agent.run(
    `select relname from pg_class where relkind = 't' and oid >= 16384 limit 1`,
  )) as readonly { readonly relname: string }[];
  expect(catalog.relation('pg_toast', toast?.relname ?? '')).toBeNull();
});

test('a session that comes later asks only for its path, and gets the same catalog', async () => {
  const first = await session.refresh(agent);
  const before = agent.asked.length;
  expect(await shared.session('shop').refresh(agent)).toBe(first);
  expect(agent.asked.length - before).toBe(1);
});

test('sessions that come at once load it once', async () => {
  const others = await Promise.all([1, 2, 3].map(() => TestBackend.connect(server, 'postgres')));
  try {
    const catalogs = await Promise.all(others.map((each) => shared.session('shop').refresh(each)));
    expect(new Set(catalogs).size).toBe(1);
    expect(others.map(({ asked }) => asked.length).toSorted((a, b) => a - b)).toEqual([1, 1, 5]);
  } finally {
    await Promise.all(others.map((each) => each.close()));
  }
});

test('what is loaded again and is the same stays the same object', async () => {
  let now = 0;
  shared = new SharedCatalogs({ now: () => now });
  session = shared.session('shop');
  const first = await session.refresh(agent);
  now = 60_000;
  expect(session.fresh).toBe(false);
  const again = agent.asked.length;
  expect(await session.refresh(agent)).toBe(first);
  expect(agent.asked.length - again).toBe(3);
  expect(session.fresh).toBe(true);
});

test('in a transaction one sees one’s own changes, and nobody else does', async () => {
  await session.refresh(agent);
  await agent.run('begin');
  try {
    await agent.run(
      'alter table people rename column ssn to hidden_ssn; create view mine as select 1 as one',
    );
    shared.invalidate('shop');
    const mine = await session.refresh(agent);
    expect(mine.relation(null, 'mine')).toMatchObject({ kind: 'v', definition: null });
    expect(mine.relation(null, 'calm')?.definition).toContain('logged');
    expect(mine.relation(null, 'people')?.columns[2]?.name).toBe('hidden_ssn');
    const other = await TestBackend.connect(server, 'postgres');
    const theirs = await shared.session('shop').refresh(other);
    await other.close();
    expect(theirs.relation(null, 'people')?.columns[2]?.name).toBe('ssn');
  } finally {
    await agent.run('rollback');
  }
  shared.invalidate('shop');
  expect((await session.refresh(agent)).relation(null, 'people')?.columns[2]?.name).toBe('ssn');
});

test('a view of a table that somebody has locked is loaded without its definition, at once', async () => {
  const migration = await TestBackend.connect(server, 'postgres');
  await migration.run('begin');
  await migration.run('lock table people in access exclusive mode');
  try {
    const since = performance.now();
    const catalog = await session.refresh(agent);
    expect(catalog.relation(null, 'shown')?.definition).toBeNull();
    expect(catalog.relation(null, 'shown')?.columns.map(({ name }) => name)).toEqual(['id', 'secret']);
    expect(performance.now() - since).toBeLessThan(5_000);
  } finally {
    await migration.run('rollback');
    await migration.close();
  }
});

test('a role without any privilege loads it under whatever settings', async () => {
  await agent.run(`create role poor login password 'poor'; create schema evil; grant usage on schema evil to poor;
    create function evil.count(anyelement) returns bigint language sql as 'select 1/0::bigint';
    create operator evil.= (function = pg_catalog.texteq, leftarg = text, rightarg = text)`);
  const poor = await TestBackend.connect(server, 'postgres', { user: 'poor', password: 'poor' });
  try {
    await poor.run(`set search_path = evil, pg_catalog; set standard_conforming_strings = off;
      set quote_all_identifiers = on; set transform_null_equals = on; set default_transaction_read_only = on`);
    const catalog = await session.refresh(poor);
    expect(catalog.relation('public', 'people')?.columns).toHaveLength(5);
    expect(catalog.searchPath).toEqual(['evil', 'pg_catalog']);
  } finally {
    await poor.close();
    await agent.run('drop schema evil cascade; drop role poor');
  }
});
