import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../../../test/stage.ts';
import type { Gateway } from '../../gateway.ts';

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 5s }
rules:
  - { name: drops are denied, statement: { verb: DROP * }, effect: deny, message: nothing is dropped here }
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE }
`;

async function errorOf(query: Promise<unknown>): Promise<pg.DatabaseError | null> {
  return query.then(
    () => null,
    (error: unknown) => error as pg.DatabaseError,
  );
}

describe('a session under a policy', () => {
  let stage: Stage;
  let gateway: Gateway;

  beforeAll(async () => {
    stage = await Stage.open();
    await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
    const rest = `connections: [${stage.connection('shop')}]\npolicy: ./policy.yaml`;
    gateway = await stage.start(stage.configure('', rest));
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  test('runs what no rule is about', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    await agent.query('create table kept (id int)');
    await agent.query('insert into kept values ($1), ($2)', [1, 2]);
    expect((await agent.query('select id from kept order by id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
    await agent.end();
  });

  test('is told of a denial as of an error of the server', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    const simple = await errorOf(agent.query('drop table kept'));
    const extended = await errorOf(agent.query({ text: 'drop table kept', name: 'd' }));
    expect([simple, extended].map((error) => [error?.code, error?.message, error?.detail])).toEqual([
      ['42501', 'denied by policy: nothing is dropped here', expect.stringContaining('drops are denied: ')],
      ['42501', 'denied by policy: nothing is dropped here', expect.stringContaining('drops are denied: ')],
    ]);
    expect((await agent.query('select count(*)::int as n from kept')).rows).toEqual([{ n: 2 }]);
    await agent.end();
  });

  test('loses what its transaction did before a denial', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    await errorOf(agent.query('insert into kept values (3); drop table kept'));
    await agent.query('begin');
    await agent.query('insert into kept values (4)');
    await errorOf(agent.query('drop table kept'));
    expect((await errorOf(agent.query('select 1')))?.code).toBe('25P02');
    await agent.query('commit');
    expect((await agent.query('select count(*)::int as n from kept')).rows).toEqual([{ n: 2 }]);
    await agent.end();
  });

  test('is held, told so, and refused when nobody decides', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    const notices: string[] = [];
    agent.on('notice', ({ message }) => notices.push(message ?? ''));
    const error = await errorOf(agent.query('delete from kept'));
    expect(error?.code).toBe('42501');
    expect(notices).toEqual([expect.stringMatching(/^held for approval \(#\d+\): no WHERE$/)]);
    expect((await agent.query('select count(*)::int as n from kept')).rows).toEqual([{ n: 2 }]);
    await agent.end();
  }, 20_000);
});
