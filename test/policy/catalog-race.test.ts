import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bind, describe, execute, parse, sync } from '../../gateway/postgres/testing/messages.ts';
import type { Agent, Said } from './agent.ts';
import { PolicyGround, type PolicyGateway, REVIEWERS } from './ground.ts';
import { needlesOfNumber } from './needles.ts';

const NUMBER = '123-45-6789';

const POLICY = `version: 1
approvals: { approvers: [${REVIEWERS}] }
rules:
  - { name: numbers, effect: mask, mask: { columns: [r.people.ssn] } }
`;

const SCHEMA = `
drop schema if exists r, early cascade;
create schema r; create schema early;
create table r.people (id int primary key, note text, ssn text);
insert into r.people values (1, 'a note', '${NUMBER}');
create table r.plain (id int primary key, note text);
insert into r.plain values (1, 'plain');
create view r.v as select id, note from r.people;
create view r.vv as select id, note from r.v;
create materialized view r.mv as select id, note from r.people;
create function r.f() returns text language sql stable as 'select note from r.people';
create table r.free (id int, note text, ssn text);
insert into r.free values (7, 'free', 'not secret');
`;

let ground: PolicyGround;
let gateway: PolicyGateway;
let agent: Agent;
beforeAll(async () => {
  ground = await PolicyGround.open(SCHEMA);
  gateway = await ground.gateway('masking', POLICY);
});
afterAll(() => ground[Symbol.asyncDispose]());
beforeEach(async () => {
  await ground.run(SCHEMA);
  // What has to be approved is: masks hold all the same.
  agent = await gateway.connect('agent', 'approve');
  await agent.query('set search_path = early, r, pg_catalog');
});

afterEach(() => agent.end());

interface Race {
  readonly sql: string;
  /** What another session does meanwhile, so that the statement gives the number from then on. */
  readonly change: string;
}

/** Direct, each change makes its statement tell the number. */
const RACES: Readonly<Record<string, Race>> = {
  'a view is replaced': {
    sql: 'select id, note from r.v',
    change: 'create or replace view r.v as select id, ssn as note from r.people',
  },
  'the view behind a view is replaced': {
    sql: 'select id, note from r.vv',
    change: 'create or replace view r.v as select id, ssn as note from r.people',
  },
  'a view is dropped and made anew': {
    sql: 'select note from r.v',
    change: 'drop view r.v cascade; create view r.v as select id, ssn as note from r.people',
  },
  'a view takes the place of a table': {
    sql: 'select id, note from r.plain',
    change: 'drop table r.plain; create view r.plain as select id, ssn as note from r.people',
  },
  'a materialized view is made anew': {
    sql: 'select note from r.mv',
    change:
      'drop materialized view r.mv; create materialized view r.mv as select id, ssn as note from r.people',
  },
  'a table appears in an earlier schema': {
    sql: 'select note from plain',
    change: 'create view early.plain as select id, ssn as note from r.people',
  },
  'a function has another body': {
    sql: 'select r.f()',
    change: "create or replace function r.f() returns text language sql stable as 'select ssn from r.people'",
  },
  'a function of the same name appears in an earlier schema': {
    sql: 'select lower(note) from r.plain',
    change:
      "create function early.lower(t text) returns text language sql stable as 'select ssn from r.people'",
  },
  'a function for the type as it is appears': {
    sql: 'select abs(id) from r.plain',
    change: "create function early.abs(i int) returns text language sql stable as 'select ssn from r.people'",
  },
  'an operator appears in an earlier schema': {
    sql: "select note || 'x' from r.plain",
    change: `create function early.joined(a text, b text) returns text language sql stable as 'select ssn from r.people';
             create operator early.|| (leftarg = text, rightarg = text, function = early.joined)`,
  },
  'a table begins to inherit': {
    sql: 'select ssn from r.kid',
    change: 'create table r.kid () inherits (r.people); insert into r.kid select * from r.people',
  },
  'a column becomes one that is generated of the masked one': {
    sql: 'select note from r.people',
    change:
      'alter table r.people drop column note cascade; alter table r.people add column note text generated always as (ssn) stored',
  },
};

function tells({ bytes }: Said): string[] {
  return needlesOfNumber(NUMBER)
    .filter((needle) => needle.isIn(bytes))
    .map(({ name }) => name);
}

test.each(Object.entries(RACES))('direct, the number is told once %s', async (_, { sql, change }) => {
  const plain = await ground.direct();
  await plain.query('set search_path = early, r, pg_catalog');
  await ground.run(change);
  const said = await plain.query(sql);
  await plain.end();
  expect(tells(said)).not.toEqual([]);
});

test.each(Object.entries(RACES))('between two Queries %s: masked', async (_, { sql, change }) => {
  await agent.query(sql);
  await ground.run(change);
  expect(tells(await agent.query(sql))).toEqual([]);
});

test.each(Object.entries(RACES))('between Parse and Execute %s: masked', async (_, { sql, change }) => {
  const all = [await agent.send([parse('s', sql), describe('S', 's'), sync])];
  all.push(await agent.send([bind('', 's'), execute(''), sync]));
  await ground.run(change);
  all.push(await agent.send([bind('', 's'), execute(''), sync]));
  all.push(await agent.send([bind('', 's'), describe('P', ''), execute(''), sync]));
  expect(all.flatMap(tells)).toEqual([]);
});

test.each(Object.entries(RACES))(
  'within a transaction of the agent %s: masked',
  async (_, { sql, change }) => {
    await agent.query('begin');
    await agent.query('select 1');
    await ground.run(change);
    const said = [await agent.query(sql), await agent.query(sql)];
    await agent.query('commit');
    expect(said.flatMap(tells)).toEqual([]);
  },
);

test.each(Object.entries(RACES))('by the agent itself %s: masked or refused', async (_, { sql, change }) => {
  const all = [await agent.send([parse('s', sql), sync])];
  const deciding = await gateway.connect('owner', 'approve');
  await deciding.query(change);
  await deciding.end();
  all.push(await agent.query(sql), await agent.send([bind('', 's'), execute(''), sync]));
  expect(all.flatMap(tells)).toEqual([]);
});

test('a cursor opened before keeps its masks', async () => {
  await agent.query('begin; declare c cursor for select note, ssn from r.people');
  const said = await agent.query('fetch all from c');
  await agent.query('commit');
  expect([said.rows.map(([note]) => String(note)), tells(said)]).toEqual([['a note'], []]);
});

test('after it all, what is not masked comes through as it is', async () => {
  const { rows } = await agent.query('select id, note, ssn from r.free');
  expect(rows.map((row) => row.map(String))).toEqual([['7', 'free', 'not secret']]);
});
