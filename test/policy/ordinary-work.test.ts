import { execFile, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FEATURES, type Feature } from '../drivers/driver.ts';
import { PG_DRIVERS } from '../drivers/pg-driver.ts';
import { POSTGRES_DRIVER } from '../drivers/postgres-driver.ts';
import type { TestAddress } from '../gateway.ts';
import type { Agent } from './agent.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Masks a column that ordinary work does not touch. */
const MASKS = `version: 1
rules:
  - { name: numbers, effect: mask, mask: { columns: [s.people.ssn], detect: [email, card] } }
`;

const SCHEMA = `
create schema s;
create table s.people (id int primary key, ssn text);
insert into s.people values (1, '123-45-6789');
create schema work;
create table work.items (id serial primary key, name text not null, price numeric(10, 2) check (price > 0), tags text[], made timestamptz default '2026-01-01');
create index on work.items (name);
create view work.cheap as select id, name from work.items where price < 10;
create table work.parts (item int references work.items on delete cascade, part text);
insert into work.items (name, price, tags) select 'item ' || i, i, array['a', 'b'] from generate_series(1, 20) i;
create type work.color as enum ('red', 'green');
create function work.total() returns numeric language sql stable as 'select sum(price) from work.items';
comment on table work.items is 'things';
grant select on work.items to public;
`;

const installed = spawnSync('psql', ['--version']).status === 0;
if (!installed)
  process.stderr.write(
    'psql is not installed: what it says under a policy is not compared (Debian: postgresql-client)\n',
  );

let ground: PolicyGround;
let masking: PolicyGateway;
let shipped: PolicyGateway;
beforeAll(async () => {
  ground = await PolicyGround.open(SCHEMA);
  masking = await ground.gateway('masking', MASKS);
  shipped = await ground.gateway('shipped', null);
});
afterAll(() => ground[Symbol.asyncDispose]());

const POLICIES = ['masking', 'shipped'] as const;

const gatewayOf = (policy: (typeof POLICIES)[number]): PolicyGateway =>
  policy === 'masking' ? masking : shipped;

const META = [
  '\\d',
  '\\dt+ work.*',
  '\\d+ work.items',
  '\\d work.cheap',
  '\\di work.*',
  '\\ds work.*',
  '\\dv work.*',
  '\\df work.*',
  '\\df+ work.total',
  '\\dT work.*',
  '\\dn',
  '\\dp work.*',
  '\\du',
  '\\dx',
  '\\l',
  '\\sf work.total',
  '\\sv work.cheap',
  '\\z work.items',
  '\\dC',
  '\\do+ ||',
  '\\conninfo',
];

const STATEMENTS = [
  'select * from work.items order by id limit 3',
  'select count(*), sum(price), max(name) from work.items',
  'select i.name, p.part from work.items i left join work.parts p on p.item = i.id order by i.id limit 2',
  'begin; insert into work.items (name, price) values ($$new$$, 5) returning id > 0; rollback',
  'begin; update work.items set price = price + 1 where id = 1 returning price; rollback',
  'prepare q (int) as select name from work.items where id = $1; execute q (2); deallocate q',
  'begin; declare c cursor for select id from work.items order by id; fetch 3 c; close c; commit',
  'copy work.items (id, name) to stdout',
  'copy (select id, price from work.items order by id limit 3) to stdout (format csv, header)',
  'explain (costs off) select * from work.items where id = 1',
  'select * from work.cheap order by id limit 2',
  'select work.total()',
  'listen news; notify news, $$hello$$; unlisten news',
  'select current_user, current_database(), current_schema',
  'show search_path',
  "set application_name = 'tool'; show application_name",
  'select version()',
  'select now() > $$2020-01-01$$',
  'select nextval($$work.items_id_seq$$) > 0',
  'create temp table scratch (a int); insert into scratch values (1), (2); select * from scratch',
  'select table_schema, table_name from information_schema.tables where table_schema = $$work$$ order by 2',
  'select column_name, data_type from information_schema.columns where table_name = $$items$$ order by ordinal_position',
  'select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = $$work.items$$::regclass order by 1',
  'select indexdef from pg_indexes where schemaname = $$work$$ order by 1',
  'select relname from pg_class where relnamespace = $$work$$::regnamespace order by 1',
  'select pg_size_pretty(pg_relation_size($$work.items$$)) is not null',
  'select generate_series(1, 3)',
  "select jsonb_build_object('a', 1, 'b', array[1, 2]) -> 'b'",
  'with recursive r (n) as (select 1 union all select n + 1 from r where n < 5) select sum(n) from r',
  'select id, row_number() over (order by price desc) from work.items order by 2 limit 3',
  "insert into work.items (name, price) values ('bad', -1)",
  'select * from work.missing',
  'select 1 / 0',
  'selekt',
];

/** What psql prints of one command. */
function psql(address: TestAddress, command: string): Promise<string> {
  const { host, port, user, database, password } = address;
  const args = ['-X', '-w', '-h', host, '-p', String(port), '-U', user, '-d', database, '-f', '-'];
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', PGPASSWORD: password };
    const child = execFile('psql', args, { env }, (_error, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end(`${command}\n`);
  });
}

/** What is another one each time: process ids, ports, and the sequence that both sides draw on. */
const MOVING = /port "\d+"|address "[^"]*"|PID \d+|\((\d+)(?=, bad)/g;

/** Commands that psql prints otherwise, and why. */
const PRINTED_OTHERWISE: Readonly<Record<(typeof POLICIES)[number], readonly string[]>> = {
  masking: [
    'df+ work.total', // source code may hold values
    'listen news', // what is notified may be a masked value
    'show search_path', // settings that hold any text may hold one
    'show application_name',
    'selekt', // with a word on the policy
  ],
  shipped: ['selekt'],
};

test.skipIf(!installed).each(POLICIES)(
  'psql prints the same as direct under the %s policy',
  async (policy) => {
    const address = await gatewayOf(policy).address();
    // One session for each list: how often it connects is not what is tested.
    const script = [...META, ...STATEMENTS.map((sql) => `${sql.replaceAll('; ', ';\n')};`)].map(
      (command, i) => `\\echo ---- ${i} ${command.replaceAll(/[\n\\]/g, ' ')}\n${command}`,
    );
    const [direct, through] = [
      await psql(ground.stage.server, script.join('\n')),
      await psql(address, script.join('\n')),
    ];
    const [wanted, got] = [partsOf(direct), partsOf(through)];
    const known = PRINTED_OTHERWISE[policy];
    const differing = Object.keys({ ...wanted, ...got }).filter(
      (part) => wanted[part] !== got[part] && !known.some((command) => part.includes(command)),
    );
    expect(differing.map((part) => [wanted[part], got[part]])).toEqual([]);
  },
);

/** Of each command apart, so that a difference says where. */
function partsOf(printed: string): Record<string, string> {
  const parts = printed.replaceAll(MOVING, '…').split(/^---- /m);
  return Object.fromEntries(parts.map((part) => [part.split('\n', 1)[0] ?? '', part]));
}

/** What drivers are told otherwise, and why; large objects are function calls by OID in some, and those are refused. */
const TOLD_OTHERWISE: Readonly<Record<(typeof POLICIES)[number], readonly Feature[]>> = {
  // Errors of COPY and notifications are told without values; what nobody can read is refused with a word of the policy's.
  masking: ['errors', 'notify', 'COPY text', 'large objects'],
  shipped: ['errors', 'large objects'],
};

const cases = POLICIES.flatMap((policy) =>
  [...PG_DRIVERS, POSTGRES_DRIVER].flatMap((driver) =>
    FEATURES.flatMap((feature) => {
      const run = driver.features[feature];
      const known = TOLD_OTHERWISE[policy].includes(feature);
      return run === undefined || known ? [] : [{ policy, name: driver.name, feature, run }];
    }),
  ),
);

test.each(cases)('$name, $feature: the same as direct under the $policy policy', async ({ policy, run }) => {
  const fresh = 'drop schema public cascade; create schema public';
  await ground.run(fresh);
  const direct = await run(ground.stage.server);
  await ground.run(fresh);
  expect(await run(await gatewayOf(policy).address())).toEqual(direct);
});

test('errors say all where no masked table is involved, and no value where one is', async () => {
  const agent = await masking.connect();
  const direct = await ground.direct();
  const told = async (by: Agent, sql: string) => {
    const [error] = (await by.query(sql)).errors;
    return [error?.['M'], error?.['D'], error?.['H'], error?.['P'], error?.['n']];
  };
  for (const sql of [
    "insert into work.items (id, name) values (1, 'twice')",
    "insert into work.parts values (999, 'of nothing')",
    "insert into work.items (name, price) values ('much', 1e20)",
    "update work.items set price = 'abc'::int",
    "select name::int from work.items where name = 'item 1'",
    "select 'abc'::int",
    'savepoint a',
    'release savepoint a',
    'close nobody',
    'deallocate nobody',
    "set role 'nobody'",
  ])
    expect(await told(agent, sql)).toEqual(await told(direct, sql));
  for (const sql of [
    "insert into s.people values (1, 'x')",
    'select ssn::int from s.people',
    'select i.id from work.items i, s.people p where p.ssn::int = i.id',
    'select i.id from work.items i where exists (select from s.people where ssn::int = 1)',
  ]) {
    const [error] = (await agent.query(sql)).errors;
    expect(error).toBeDefined();
    expect(JSON.stringify(error)).not.toContain('123-45');
    expect(error?.['D']).toBeUndefined();
  }
});

const FAILING = [
  "insert into work.items values (1, 'twice', 1)",
  "insert into work.items (name, price) values ('bad', -1)",
  'select 1/0',
  "select 'x'::int",
  'select nothing',
  'selekt',
];

test.each(POLICIES)('an error under the %s policy has the SQLSTATE that it has direct', async (policy) => {
  const codes = async (agent: Agent): Promise<unknown[]> => {
    const said = [];
    for (const sql of FAILING) said.push((await agent.query(sql)).errors.map(({ C }) => C));
    return said;
  };
  expect(await codes(await gatewayOf(policy).connect())).toEqual(await codes(await ground.direct()));
});
