import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bind, execute, parse, sync } from '../../gateway/postgres/testing/messages.ts';
import type { Agent, Said } from './agent.ts';
import { query } from './exchanges.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';

/** One string where standard_conforming_strings is on; where it is off, three statements. */
const TRAP = "select 'a\\'' ; drop table victim; --'";

const POLICY = `version: 1
rules:
  - { name: no drop, effect: deny, statement: { verb: 'DROP *' } }
`;

let ground: PolicyGround;
let gateway: PolicyGateway;
let agent: Agent;
beforeAll(async () => {
  ground = await PolicyGround.open(`
    create table flags (n int default 1);
    insert into flags values (1);
    create function loosen() returns text language sql as $$select set_config('standard_conforming_strings', 'off', false)$$;
    create function hidden() returns int language plpgsql as $$begin set standard_conforming_strings = off; return 1; end$$;
    create view flips as select hidden() as n;
    create function fired() returns trigger language plpgsql
      as $$begin set standard_conforming_strings = off; return new; end$$;
    create table triggered (n int);
    create trigger t before insert on triggered for each row execute function fired();
    create table filled (n int default hidden());
    create table checked (n int check (n = hidden()));
    create function joined(a int, b int) returns int language plpgsql as $$begin return hidden(); end$$;
    create operator ### (leftarg = int, rightarg = int, function = joined);
    create type flag as (n int);
    create function flagged(i int) returns flag language plpgsql as $$begin perform hidden(); return row(i)::flag; end$$;
    create cast (int as flag) with function flagged(int);
    create domain odd as int check (value = hidden());
    create table deferred (n int);
    create constraint trigger d after insert on deferred deferrable initially deferred
      for each row execute function fired();
    create table guarded (n int);
    insert into guarded values (1);
    alter table guarded enable row level security;
    create policy p on guarded using (n = hidden());
    create role plain login password 'plain';
    grant select on guarded to plain;
    create role loose superuser login password 'loose';
    alter role loose set standard_conforming_strings = off`);
  gateway = await ground.gateway('denying', POLICY);
});
afterAll(() => ground[Symbol.asyncDispose]());
beforeEach(async () => {
  await ground.run('create table if not exists victim (n int)');
  agent = await gateway.connect();
});

afterEach(() => agent.end());

/** SQLSTATEs of the errors. */
function errorsOf({ errors }: Said): (string | undefined)[] {
  return errors.map(({ C }) => C);
}

async function victimLives(): Promise<boolean> {
  return (await ground.run("select to_regclass('victim') is not null"))[0]?.[0] === 't';
}

test('direct, the text drops the table once the setting is off', async () => {
  const plain = await ground.direct();
  await plain.query('set standard_conforming_strings = off');
  const { tags } = await plain.query(TRAP);
  expect(tags).toEqual(['SELECT 1', 'DROP TABLE']);
});

test('with the setting on, a back slash in a string is nothing special', async () => {
  const said = await agent.query(TRAP);
  expect([said.errors, said.rows[0]?.[0]?.toString()]).toEqual([[], "a\\' ; drop table victim; --"]);
});

const FLIPS: Readonly<Record<string, string>> = {
  SET: 'set standard_conforming_strings = off',
  'SET LOCAL in a transaction': 'begin; set local standard_conforming_strings = off',
  set_config: "select set_config('standard_conforming_strings', 'off', false)",
  'set_config of a name that is put together':
    "select set_config('standard_' || 'conforming_strings', 'off', false)",
  'a function in SQL': 'select loosen()',
  'a function that nobody can see into': 'select hidden()',
  DO: 'do $$begin set standard_conforming_strings = off; end$$',
  'RESET ALL': 'set standard_conforming_strings = off; reset all; set standard_conforming_strings = off',
  'a view': 'select * from flips',
  'a trigger': 'insert into triggered values (1)',
  'a default': 'insert into filled values (default)',
  'a check': 'insert into checked values (1)',
  'an operator': 'select 1 ### 2',
  'a cast': 'select 1::flag',
  'a domain': 'select 1::odd',
  'what COMMIT runs': 'begin; insert into deferred values (1); commit',
  'a cursor':
    "begin; declare c cursor for select set_config('standard_conforming_strings', 'off', false); fetch c; commit",
  'a policy of rows': 'set role plain; select * from guarded',
  'an update of pg_settings':
    "update pg_settings set setting = 'off' where name = 'standard_conforming_strings'",
};

test.each(Object.entries(FLIPS))('switched off by %s, the text is refused', async (_, flip) => {
  await agent.query(flip);
  expect(errorsOf(await agent.query(TRAP))).toEqual(['42501']);
  expect(await victimLives()).toBe(true);
});

test.each(Object.entries(FLIPS))(
  'switched off by %s in the same write, the text is refused',
  async (_, flip) => {
    const said = await agent.send([query(flip), query(TRAP)], 2);
    expect(errorsOf(said)).toEqual(['42501']);
    expect(await victimLives()).toBe(true);
  },
);

test.each(Object.entries(FLIPS))(
  'switched off by %s in one pipeline, the text is refused',
  async (_, flip) => {
    const steps = flip.startsWith('do') ? [flip] : flip.split('; ');
    const said = await agent.send([
      ...steps.flatMap((step) => [parse('', step), bind('', ''), execute('')]),
      parse('', TRAP),
      bind('', ''),
      execute(''),
      sync,
    ]);
    expect(errorsOf(said)).toEqual(['42501']);
    expect(await victimLives()).toBe(true);
  },
);

test('a prepared statement that switches it off is seen through', async () => {
  await agent.send([parse('flip', 'set standard_conforming_strings = off'), sync]);
  const said = await agent.send([bind('', 'flip'), execute(''), sync, query(TRAP)], 2);
  expect(errorsOf(said)).toEqual(['42501']);
  expect(await victimLives()).toBe(true);
});

test('a portal that switches it off when it runs is seen through', async () => {
  await agent.query('begin');
  await agent.send([parse('', FLIPS['set_config'] ?? ''), bind('p', ''), sync]);
  const said = await agent.send([execute('p'), sync, query(TRAP)], 2);
  expect(errorsOf(said)).toEqual(['42501']);
  await agent.query('commit');
  expect(await victimLives()).toBe(true);
});

test('a cursor that switches it off when it is fetched from is seen through', async () => {
  await agent.query(
    "begin; declare c cursor for select set_config('standard_conforming_strings', 'off', false)",
  );
  const said = await agent.send([query('fetch c'), query(TRAP)], 2);
  expect(errorsOf(said)).toEqual(['42501']);
  await agent.query('commit');
  expect(await victimLives()).toBe(true);
});

test('a text without a back slash goes on while it is off', async () => {
  await agent.query(FLIPS['SET'] ?? '');
  const said = await agent.query("select 'a', E'b\\\\c', $$d\\e$$");
  expect(errorsOf(said)).toEqual([]);
});

test('switched on again, the text passes once the server has said so', async () => {
  await agent.query(FLIPS['SET'] ?? '');
  await agent.query('set standard_conforming_strings = on');
  await agent.query('select 1');
  expect(errorsOf(await agent.query(TRAP))).toEqual([]);
});

/** In SJIS the last byte of Á and the back slash are one character, so that the string ends: three statements again. */
const SJIS_TRAP = "select E'Á\\'; drop table victim; --'";

test('direct, a text in another encoding drops the table', async () => {
  const plain = await ground.direct();
  await plain.query("set client_encoding = 'SJIS'");
  expect((await plain.query(SJIS_TRAP)).tags).toEqual(['SELECT 1', 'DROP TABLE']);
});

test.each([
  "set client_encoding = 'SJIS'",
  "set names 'SJIS'",
  "select set_config('client_encoding', 'SJIS', false)",
])('with another encoding by %s, no text is understood otherwise than by the server', async (sql) => {
  await agent.query(sql);
  await agent.query(SJIS_TRAP);
  const again = await gateway.connect();
  await again.send([query(sql), query(SJIS_TRAP)], 2);
  expect(await victimLives()).toBe(true);
});

test('where the role has it off from the start, the text is refused', async () => {
  const loose = await ground.gateway('loose', POLICY, 'loose');
  const other = await loose.connect();
  expect((await other.query('show standard_conforming_strings')).rows.map(String)).toEqual(['off']);
  expect(errorsOf(await other.query(TRAP))).toEqual(['42501']);
  expect(await victimLives()).toBe(true);
});
