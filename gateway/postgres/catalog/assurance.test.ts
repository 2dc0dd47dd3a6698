/** What the privileges of a real PostgreSQL say of masked columns. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MaskRule } from '../../../shared/policy/mask-rule.ts';
import { sourcesOf } from '../lineage/sources-of.ts';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { SharedCatalogs } from './shared-catalogs.ts';

let server: TestPostgres;
let owner: TestBackend;

beforeAll(async () => {
  server = await startPostgres();
  owner = await TestBackend.connect(server, 'postgres');
});

afterAll(async () => {
  await owner.close();
  await server.stop();
});

const MASKS: readonly MaskRule[] = [{ rule: 'ssn', columns: ['people.ssn'], detectors: [], style: 'redact' }];

/** The assurance of people.ssn for a role `agent` after the owner ran this in a schema of its own. */
async function assured(setUp: string, masks = MASKS): Promise<readonly string[]> {
  await owner.run(`create role agent login password 'agent';
    create table people (id int, name text, ssn text); ${setUp}`);
  const agent = await TestBackend.connect(server, 'postgres', { user: 'agent', password: 'agent' });
  try {
    const session = new SharedCatalogs({ now: () => 0 }).session('shop');
    const columns = await session.assurance(masks, sourcesOf, agent);
    return columns.map(({ column, level, reason }) => `${column} ${level}: ${reason}`);
  } finally {
    await agent.close();
    await owner.run(`drop owned by agent cascade; drop schema public cascade; create schema public;
      grant usage, create on schema public to public; drop role agent`);
  }
}

test.each([
  ['', 'public.people.ssn database: no privilege to read it'],
  ['grant select (id, name) on people to agent', 'public.people.ssn database: no privilege to read it'],
  ['grant insert, update, delete on people to agent', 'public.people.ssn database: no privilege to read it'],
  ['grant select on people to agent', 'public.people.ssn gateway: agent has SELECT on public.people'],
  ['grant select (ssn) on people to public', 'public.people.ssn gateway: agent has SELECT on public.people'],
  ['alter table people owner to agent', 'public.people.ssn gateway: agent owns public.people, and 2 more'],
  ['alter role agent superuser', 'public.people.ssn gateway: agent is a superuser'],
  ['grant pg_read_all_data to agent', 'public.people.ssn gateway: agent has SELECT on public.people'],
  [
    'grant pg_read_server_files to agent',
    'public.people.ssn gateway: pg_read_server_files gives access to the server’s files',
  ],
  ['alter role agent replication', 'public.people.ssn gateway: agent may replicate the database'],
  ['grant trigger on people to agent', 'public.people.ssn gateway: agent has TRIGGER on public.people'],
  [
    `create function ask() returns text language sql security definer return (select ssn from people limit 1)`,
    'public.people.ssn gateway: agent may call public.ask(), which reads as its owner does and may show it',
  ],
  [
    `create function ask() returns text language sql security definer return (select ssn from people limit 1);
     revoke execute on function ask() from public`,
    'public.people.ssn database: no privilege to read it',
  ],
  [
    `create function ask() returns text language sql return (select ssn from people limit 1)`,
    'public.people.ssn database: no privilege to read it',
  ],
  [
    `create table asked (id int); grant insert on asked to agent;
     create rule tell as on insert to asked do also select ssn from people`,
    'public.people.ssn gateway: agent may change public.asked, whose rules read it',
  ],
])('%j gives: %s', async (setUp, expected) => {
  expect(await assured(setUp)).toEqual([expected]);
});

test('a role that the agent may become counts as the agent', async () => {
  await owner.run('create role reader');
  try {
    expect(
      await assured('grant select on people to reader; grant reader to agent with inherit false'),
    ).toEqual(['public.people.ssn gateway: reader has SELECT on public.people']);
  } finally {
    await owner.run('drop role reader');
  }
});

test('a view shows a column with its owner’s rights, or with the agent’s own', async () => {
  const view = (options: string) =>
    `create view v ${options} as select id, ssn from people; grant select on v to agent`;
  expect(await assured(view(''))).toEqual([
    'public.people.ssn gateway: agent has SELECT on public.v, which shows it',
    'public.v.ssn gateway: agent has SELECT on public.v',
  ]);
  expect(await assured(view('with (security_invoker)'))).toEqual([
    'public.people.ssn database: no privilege to read it',
    'public.v.ssn database: no privilege to read it',
  ]);
});

test('a view of which nobody can say what it shows may show it', async () => {
  const view = `create function spell(text) returns text language plpgsql as 'begin return $1; end';
    create view v as select spell(ssn) as spelled, name from people; grant select on v to agent`;
  expect(await assured(view)).toEqual([
    'public.people.ssn gateway: agent has SELECT on public.v, which may show it',
  ]);
});

test('partitions and generated columns are masked with what they are made of', async () => {
  const levels = await assured(`create table heir () inherits (people);
    alter table heir add column last text generated always as (right(ssn, 4)) stored;
    grant select on heir to agent`);
  expect(levels).toEqual([
    'public.people.ssn database: no privilege to read it',
    'public.heir.ssn gateway: agent has SELECT on public.heir',
    'public.heir.last gateway: agent has SELECT on public.heir',
  ]);
});

test('a rule by detectors protects by what values look like', async () => {
  const masks: readonly MaskRule[] = [{ rule: 'mail', columns: [], detectors: ['email'], style: 'redact' }];
  expect(await assured('', masks)).toEqual(['* detector: found by what values look like']);
});
