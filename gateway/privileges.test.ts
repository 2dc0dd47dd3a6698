/** That running what is printed makes the database protect what a policy masks. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionConfig } from './config.ts';
import { parsePolicy } from './policy/reading.ts';
import { TestBackend } from './postgres/testing/backend.ts';
import { startPostgres, type TestPostgres } from './postgres/testing/postgres.ts';
import { privilegesOf } from './privileges.ts';

let server: TestPostgres;
let owner: TestBackend;
let connection: ConnectionConfig;

beforeAll(async () => {
  server = await startPostgres();
  owner = await TestBackend.connect(server, 'postgres');
  await owner.run(`create role agent login password 'agent'; create role readers; grant readers to agent;
    create table "Odd people" (id int, "the name" text, ssn text, tax text);
    create table calls (id int, ssn text);
    create view shown as select id, ssn as secret from "Odd people";
    create materialized view kept as select ssn from "Odd people";
    create function ask(n int) returns text language sql security definer return (select ssn from "Odd people" limit 1);
    create function trigger_me() returns trigger language plpgsql security definer as 'begin return new; end';
    grant all on "Odd people" to readers; grant select (id, ssn) on calls to public; grant select on shown, kept to agent`);
  const { host, port } = server;
  connection = {
    name: 'shop',
    host,
    port,
    database: 'postgres',
    user: 'agent',
    password: 'agent',
    auth: ['scram-sha-256'],
    channelBinding: 'prefer',
    sslmode: 'disable',
    sslnegotiation: 'postgres',
    groups: [],
  };
});

afterAll(async () => {
  await owner.close();
  await server.stop();
});

const POLICY = parsePolicy(
  `version: 1
rules:
  - { name: personal, effect: mask, when: { groups: nobody }, mask: { columns: ['*.ssn', '"Odd people".tax'] } }`,
  'policy.yaml',
);

test('what is printed, run by the owner, makes every column the database’s to protect', async () => {
  const before = await privilegesOf(connection, POLICY);
  expect(before.assurance.map(({ column, level }) => `${column} ${level}`).toSorted()).toEqual([
    'public.Odd people.ssn gateway',
    'public.Odd people.tax gateway',
    'public.calls.ssn gateway',
    'public.kept.ssn gateway',
    'public.shown.secret gateway',
  ]);
  expect(before.changes.map(({ reason, sql }) => [reason, sql])).toEqual(
    expect.arrayContaining([
      [
        'agent has SELECT on public.Odd people',
        [
          'REVOKE SELECT ON "public"."Odd people" FROM "readers";',
          'GRANT SELECT ("id", "the name") ON "public"."Odd people" TO "readers";',
        ],
      ],
      ['agent has TRIGGER on public.Odd people', ['REVOKE TRIGGER ON "public"."Odd people" FROM "readers";']],
      ['agent has SELECT on public.calls', ['REVOKE SELECT ("ssn") ON "public"."calls" FROM PUBLIC;']],
      [
        'agent may call public.ask(n integer), which reads as its owner does and may show it',
        ['REVOKE EXECUTE ON ROUTINE public.ask(n integer) FROM PUBLIC;'],
      ],
    ]),
  );
  for (const { sql } of before.changes) for (const statement of sql) await owner.run(statement);

  const after = await privilegesOf(connection, POLICY);
  expect(after.changes).toEqual([]);
  expect(new Set(after.assurance.map(({ level }) => level))).toEqual(new Set(['database']));
  const agent = await TestBackend.connect(server, 'postgres', { user: 'agent', password: 'agent' });
  try {
    await expect(agent.run('select ssn from "Odd people"')).rejects.toThrow('permission denied');
    await expect(agent.run('select secret from shown')).rejects.toThrow('permission denied');
    expect(await agent.run('select id, "the name" from "Odd people"')).toEqual([]);
    expect(await agent.run('select id from shown')).toEqual([]);
  } finally {
    await agent.close();
  }
});

test('a role that reads what it likes loses that role', async () => {
  await owner.run('grant pg_read_all_data to agent');
  const { changes } = await privilegesOf(connection, POLICY);
  expect(new Set(changes.flatMap(({ sql }) => sql))).toEqual(
    new Set(['REVOKE pg_read_all_data FROM "agent";']),
  );
  await owner.run('revoke pg_read_all_data from agent');
  expect((await privilegesOf(connection, POLICY)).changes).toEqual([]);
});

test('where nothing can be revoked it says so and prints nothing to run', async () => {
  await owner.run('alter role agent superuser');
  const { changes } = await privilegesOf(connection, POLICY);
  await owner.run('alter role agent nosuperuser');
  expect(changes.map(({ reason, sql }) => [reason, sql])).toEqual([['agent is a superuser', []]]);
});

test('a database that cannot be logged in to is an error of the connection', async () => {
  await expect(privilegesOf({ ...connection, password: 'wrong' }, POLICY)).rejects.toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  });
});
