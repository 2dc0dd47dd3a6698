import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bind, execute, parse, sync } from '../../gateway/postgres/testing/messages.ts';
import { endedSession, recordedEvents } from '../recorded-sessions.ts';
import { type Agent, heldRequest, type Said } from './agent.ts';
import { query } from './exchanges.ts';
import { PolicyGround, type PolicyGateway, REVIEWERS } from './ground.ts';

const POLICY = (timeout: string, quorum: number) => `version: 1
approvals: { approvers: [${REVIEWERS}], timeout: ${timeout}, quorum: ${quorum} }
rules:
  - { name: changes, effect: hold, statement: { class: [write, procedure] } }
  - { name: functions, effect: hold, statement: { functions: [h.*] } }
`;

const SCHEMA = `
drop schema if exists h cascade; drop schema if exists early cascade;
create schema h; create schema early;
create table h.t (n int, note text default 'none');
create table h.other (n int);
insert into h.t values (1), (2);
create view h.v as select n from h.t;
create function h.f() returns int language sql as 'update h.t set n = n + 10 returning n';
create procedure h.p() language plpgsql as $$begin update h.t set n = n + 10; end$$;
`;

let ground: PolicyGround;
let gateway: PolicyGateway;
let agent: Agent;
/** Requests that the agent was told of. */
let held: string[];
beforeAll(async () => {
  ground = await PolicyGround.open(SCHEMA);
  gateway = await ground.gateway('holding', POLICY('1m', 1));
});
afterAll(() => ground[Symbol.asyncDispose]());
beforeEach(async () => {
  await ground.run(SCHEMA);
  agent = await gateway.connect();
  await agent.query('set search_path = early, h, pg_catalog');
});

/** Sends what is held, does `meanwhile` while it is, and resolves to the answer. */
async function whileHeld(
  messages: readonly Buffer[],
  meanwhile: (request: string) => Promise<unknown>,
  ready = 1,
  whose = agent,
): Promise<Said> {
  const answered = whose.send(messages, ready);
  await meanwhile(await requestOf(whose));
  return answered;
}

async function requestOf(whose: Agent): Promise<string> {
  for (;;) {
    const notices = whose
      .heard()
      .toString('latin1')
      .matchAll(/M(held for approval \(#\d+\)[^\0]*)\0/g);
    const id = heldRequest({ M: Array.from(notices, ([, text]) => text).at(-1) ?? '' });
    if (id !== null && !held.includes(id)) {
      held.push(id);
      return id;
    }
    await pause(5);
  }
}
beforeEach(() => {
  held = [];
});

function told({ errors, tags }: Said): unknown {
  return { tags, errors: errors.map(({ C, M }) => `${C} ${M}`) };
}

const rows = (): Promise<(string | null)[][]> => ground.run('select n from h.t order by n');

test('approved, it runs as it was', async () => {
  const said = await whileHeld([query('delete from t')], (id) => gateway.decide(id, 'approve'));
  expect(told(said)).toEqual({ tags: ['DELETE 2'], errors: [] });
});

test('rejected, it is refused with who and why', async () => {
  const said = await whileHeld([query('delete from t')], (id) => gateway.decide(id, 'reject'));
  expect(told(said)).toMatchObject({
    tags: [],
    errors: [expect.stringMatching(/^42501 rejected by .*as the test says/)],
  });
  expect(await rows()).toHaveLength(2);
});

test('nobody decides: it is refused at its time', async () => {
  const brief = await ground.gateway('brief', POLICY('1s', 1));
  const waiting = await brief.connect();
  const said = await waiting.query('delete from h.t');
  expect([said.tags, said.errors.map(({ C }) => C)]).toEqual([[], ['42501']]);
  expect(await rows()).toHaveLength(2);
});

interface Change {
  readonly sql: string;
  readonly change: string;
}

/** What another session does while a statement is held, so that it would do something else once approved. */
const CHANGES: Readonly<Record<string, Change>> = {
  'a table appears in an earlier schema': { sql: 'delete from t', change: 'create table early.t (n int)' },
  'a view appears in an earlier schema': {
    sql: 'delete from t',
    change: 'create view early.t as select * from h.other',
  },
  'the table is another': {
    sql: 'delete from h.t',
    change: 'alter table h.t rename to gone; create table h.t as table h.gone',
  },
  'the view has another query': {
    sql: 'insert into h.other select n from h.v',
    change: 'create or replace view h.v as select n + 1 as n from h.t',
  },
  'the function has another body': {
    sql: 'select h.f()',
    change: "create or replace function h.f() returns int language sql as 'delete from h.t returning n'",
  },
  'the procedure has another body': {
    sql: 'call h.p()',
    change: 'create or replace procedure h.p() language plpgsql as $$begin delete from h.t; end$$',
  },
  'a function appears in an earlier schema': {
    sql: "update t set note = lower('X')",
    change: "create function early.lower(t text) returns text language sql as 'delete from h.t returning $1'",
  },
  'the table has a rule': {
    sql: 'delete from h.t where n = 1',
    change: 'create rule r as on delete to h.t do instead delete from h.other',
  },
  'the table has a trigger': {
    sql: 'delete from h.t where n = 1',
    change: `create function h.trap() returns trigger language plpgsql as $$begin delete from h.other; return old; end$$;
             create trigger trap before delete on h.t for each row execute function h.trap()`,
  },
  'a column has another meaning': {
    sql: 'delete from h.t where n = 1',
    change: 'alter table h.t rename column n to m; alter table h.t add column n int default 1',
  },
};

test.each(Object.entries(CHANGES))('approved, but meanwhile %s: refused', async (_, { sql, change }) => {
  const count = (): Promise<(string | null)[][]> => ground.run('select count(*) from h.other');
  await ground.run('insert into h.other values (1), (2), (3)');
  const said = await whileHeld([query(sql)], async (id) => {
    await ground.run(change);
    await gateway.decide(id, 'approve');
  });
  expect([said.tags, said.errors.map(({ C }) => C), await count()]).toEqual([[], ['42501'], [['3']]]);
});

test.each(Object.entries(CHANGES))(
  'by messages: approved, but meanwhile %s: refused',
  async (_, { sql, change }) => {
    const said = await whileHeld([parse('', sql), bind('', ''), execute(''), sync], async (id) => {
      await ground.run(change);
      await gateway.decide(id, 'approve');
    });
    expect([said.tags, said.errors.map(({ C }) => C)]).toEqual([[], ['42501']]);
  },
);

test('what the agent sends behind it waits, and cannot change what was approved', async () => {
  const behind = [query('set search_path = early'), query('create table early.t (n int)'), query('select 1')];
  const said = await whileHeld(
    [query('delete from t where n = 1'), ...behind],
    async (id) => {
      await pause(100);
      expect(await ground.run("select to_regclass('early.t')")).toEqual([[null]]);
      await gateway.decide(id, 'approve');
    },
    4,
  );
  expect(told(said)).toEqual({ tags: ['DELETE 1', 'SET', 'CREATE TABLE', 'SELECT 1'], errors: [] });
});

test('the parameters that run are those that were approved', async () => {
  const messages = [parse('s', 'delete from t where n = $1'), bind('', 's', '1'), execute(''), sync];
  const said = await whileHeld(messages, (id) => gateway.decide(id, 'approve'));
  expect([said.tags, await rows()]).toEqual([['DELETE 1'], [['2']]]);
  const again = await whileHeld([bind('', 's', '2'), execute(''), sync], (id) =>
    gateway.decide(id, 'reject'),
  );
  expect([again.errors[0]?.['C'], await rows()]).toEqual(['42501', [['2']]]);
});

test('an approval serves one run: the same portal again is asked for again', async () => {
  const first = await whileHeld(
    [parse('s', 'delete from t where n = 1'), bind('', 's'), execute(''), sync],
    (id) => gateway.decide(id, 'approve'),
  );
  expect(first.tags).toEqual(['DELETE 1']);
  const second = await whileHeld([bind('', 's'), execute(''), sync], (id) => gateway.decide(id, 'reject'));
  expect(second.errors[0]?.['C']).toBe('42501');
});

test('nobody approves their own, whoever is not of the reviewers does not, and nobody votes twice', async () => {
  const own = await gateway.connect('somebody');
  const said = await whileHeld(
    [query('delete from h.t')],
    async (id) => {
      const votes = [
        await gateway.decide(id, 'approve', 'somebody'),
        await gateway.decide(id, 'approve'),
        await gateway.decide(id, 'reject'),
      ];
      expect(votes).toEqual([403, 200, 409]);
    },
    1,
    own,
  );
  expect(told(said)).toEqual({ tags: ['DELETE 2'], errors: [] });
});

test('with a quorum of two one person is not enough, even twice', async () => {
  const double = await ground.gateway('double', POLICY('1m', 2));
  const asking = await double.connect();
  const said = await whileHeld(
    [query('delete from h.t')],
    async (id) => {
      const votes = [await double.decide(id, 'approve', 'ada'), await double.decide(id, 'approve', 'ada')];
      await pause(50);
      expect([votes, await rows()]).toEqual([
        [200, 409],
        [['1'], ['2']],
      ]);
      await double.decide(id, 'approve', 'bob');
    },
    1,
    asking,
  );
  expect(told(said)).toEqual({ tags: ['DELETE 2'], errors: [] });
});

test('an agent that leaves abandons it: approving it then is too late, and nothing runs', async () => {
  const leaving = await gateway.connect('leaving');
  leaving.socket.write(query('delete from h.t'));
  const id = await requestOf(leaving);
  leaving.socket.destroy();
  const archive = await ground.stage.archive(gateway.config);
  const row = await endedSession(archive, ({ identity }) => identity?.subject === 'leaving');
  expect(await gateway.decide(id, 'approve')).toBe(410);
  const ends = (await recordedEvents(archive, row.id)).flatMap(({ event }) =>
    event.kind === 'holdEnded' ? [event.fields.outcome] : [],
  );
  expect([ends, await rows()]).toEqual([['abandoned'], [['1'], ['2']]]);
});

test('held in a transaction, rejected: the transaction has failed as after an error', async () => {
  await agent.query('begin');
  await whileHeld([query('insert into t values (9)')], (id) => gateway.decide(id, 'approve'));
  const said = await whileHeld([query('delete from t')], (id) => gateway.decide(id, 'reject'));
  const end = await agent.query('commit');
  expect([said.ready, end.tags, await rows()]).toEqual(['E', ['ROLLBACK'], [['1'], ['2']]]);
});

test('each vote and each end is on the record', async () => {
  const seen = await gateway.connect('seen');
  await whileHeld([query('delete from h.t')], (id) => gateway.decide(id, 'reject'), 1, seen);
  await seen.end();
  const archive = await ground.stage.archive(gateway.config);
  const { id } = await endedSession(archive, ({ identity }) => identity?.subject === 'seen');
  const events = (await recordedEvents(archive, id)).map(({ event }) => event);
  const kinds = events
    .map(({ kind }) => kind)
    .filter((kind) => /^(decision|hold|vote|holdEnded)$/.test(kind));
  expect(kinds).toEqual(['decision', 'hold', 'vote', 'holdEnded']);
});
