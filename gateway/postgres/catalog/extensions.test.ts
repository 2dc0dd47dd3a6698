/** Operators and casts that extensions bring: whether they count as the database's own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { SharedCatalogs } from './shared-catalogs.ts';

let server: TestPostgres;
let agent: TestBackend;

beforeAll(async () => {
  server = await startPostgres();
  agent = await TestBackend.connect(server, 'postgres');
});

afterAll(async () => {
  await agent.close();
  await server.stop();
});

async function ownOperators(...names: string[]): Promise<boolean[]> {
  const catalog = await new SharedCatalogs({ now: () => 0 }).session('shop').refresh(agent);
  return names.map((name) => catalog.hasOwnOperator(name));
}

test('what an extension computes in C is no operator of the database’s own', async () => {
  for (const name of ['citext', 'hstore', 'ltree', 'pg_trgm', 'cube'])
    await agent.run(`create extension ${name}`);
  expect(await ownOperators('=', '<', '->', '%', '@>', '::')).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('what somebody makes of such a function is', async () => {
  await agent.run('create operator ==~ (function = citext_eq, leftarg = citext, rightarg = citext)');
  await agent.run('create function shout(citext) returns bool language sql as $$select true$$');
  await agent.run('create cast (citext as bool) with function shout(citext)');
  expect(await ownOperators('==~', '::', '=')).toEqual([true, true, false]);
});

test('and so is what is added to an extension on another function than its own', async () => {
  await agent.run('create function pair(text, text) returns bool language sql as $$select true$$');
  await agent.run('create operator ^^^ (function = pair, leftarg = text, rightarg = text)');
  await agent.run('alter extension citext add operator ^^^ (text, text)');
  expect(await ownOperators('^^^')).toEqual([true]);
});
