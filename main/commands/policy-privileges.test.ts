/** `auditorium policy privileges` against a real PostgreSQL. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';

const CLI = join(import.meta.dirname, '../cli.ts');

let folder: string;
let server: TestPostgres;
let owner: pg.Client;

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), 'auditorium-privileges-'));
  const { host, port, user, password, database } = server;
  owner = new pg.Client({ host, port, user, password, database });
  await owner.connect();
  await owner.query(`create role agent login password 'agent'; create table people (id int, ssn text);
    grant select on people to agent`);
  writeFileSync(
    join(folder, 'policy.yaml'),
    `version: 1\nrules:\n  - { name: personal, effect: mask, mask: { columns: [people.ssn] } }\n`,
  );
  const connection = { host, port, database, user: 'agent', password: 'agent' };
  writeFileSync(
    join(folder, 'auditorium.yaml'),
    JSON.stringify({
      gateway: { listen: '127.0.0.1:0', spool: { dir: './spool' } },
      archive: './archive',
      issuers: [{ name: 'dev', profile: 'development' }],
      connections: [
        { name: 'shop', ...connection },
        { name: 'lost', ...connection, password: 'wrong' },
      ],
    }),
  );
});

afterAll(async () => {
  await owner.end();
  await server.stop();
  rmSync(folder, { recursive: true });
});

function run(...words: string[]) {
  const given = ['policy', 'privileges', 'policy.yaml', '--config', 'auditorium.yaml', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...given], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

test('prints SQL that the owner can run, after which there is nothing left to print', async () => {
  const { status, stdout } = run('--connection', 'shop');
  expect([status, stdout.trimEnd().split('\n')]).toEqual([
    0,
    [
      '-- connection shop: database postgres, logged in as agent',
      'BEGIN;',
      '-- public.people.ssn: agent has SELECT on public.people',
      'REVOKE SELECT ON "public"."people" FROM "agent";',
      'GRANT SELECT ("id") ON "public"."people" TO "agent";',
      'COMMIT;',
    ],
  ]);
  await owner.query(stdout);
  expect(run('--connection', 'shop').stdout.trimEnd().split('\n')).toEqual([
    '-- connection shop: database postgres, logged in as agent',
    '-- public.people.ssn (personal): the database protects it',
  ]);
});

test('for a superuser it says what role agents need, which then protects what is masked', async () => {
  await owner.query('alter role agent superuser');
  const { status, stdout } = run('--connection', 'shop');
  await owner.query('alter role agent nosuperuser');
  const lines = stdout.trimEnd().split('\n');
  expect([status, lines]).toEqual([
    0,
    [
      '-- connection shop: database postgres, logged in as agent',
      '-- public.people.ssn: agent is a superuser',
      '-- nothing keeps a superuser from reading it: let the gateway log in as a role of its own for agents, such as',
      "--   CREATE ROLE auditorium_agents LOGIN PASSWORD 'choose one';",
      '--   GRANT USAGE ON SCHEMA "public" TO auditorium_agents;',
      '--   GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "public" TO auditorium_agents;',
      '--   GRANT USAGE ON ALL SEQUENCES IN SCHEMA "public" TO auditorium_agents;',
      '--   REVOKE SELECT ON "public"."people" FROM auditorium_agents;',
      '--   GRANT SELECT ("id") ON "public"."people" TO auditorium_agents;',
      '-- and make auditorium_agents the user of this connection in the configuration; this command then prints what else it could read',
    ],
  ]);
  for (const line of lines.filter((each) => each.startsWith('--   '))) await owner.query(line.slice(5));
  await owner.query('set role auditorium_agents');
  await expect(owner.query('select ssn from people')).rejects.toThrow('permission denied');
  expect((await owner.query('select id from people')).rows).toEqual([]);
  await owner.query('reset role');
});

test('--json gives one value for each connection', () => {
  const { stdout } = run('--connection', 'shop', '--json');
  expect(JSON.parse(stdout)).toEqual({
    connection: 'shop',
    assurance: [expect.objectContaining({ column: 'public.people.ssn', rule: 'personal' })],
    changes: expect.any(Array),
  });
});

test('a database that does not let it in, and a connection that is not there, are errors', () => {
  expect(run('--connection', 'lost')).toMatchObject({
    status: 11,
    stderr: expect.stringContaining('DATABASE_FAILED'),
  });
  expect(run('--connection', 'shopp')).toMatchObject({ status: 2 });
});
