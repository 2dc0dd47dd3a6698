import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../../../test/stage.ts';
import type { Gateway } from '../../gateway.ts';

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 5s }
rules:
  - { name: drops are denied, statement: { verb: DROP * }, effect: deny, message: nothing is dropped here }
  - { name: by name, statement: { tables: public.nothing }, effect: deny }
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE }
  - { name: people, effect: mask, mask: { columns: people.email, style: partial } }
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

  test('writes on from what is not masked, and is held where it would write what is', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    await agent.query('create table people (id int, email text, greeting text)');
    await agent.query("insert into people values (1, 'ada@example.com', 'hello')");
    await agent.query('begin');
    expect((await agent.query('update kept set id = id - $2 where id = $1', [2, 1])).rowCount).toBe(1);
    await agent.query('rollback');
    const hidden = await errorOf(agent.query('update people set greeting = greeting || email where id = 1'));
    expect(hidden?.code).toBe('42501');
    await agent.end();
  }, 20_000);

  test('is told where a text is no SQL, as by the server itself', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    const { host, port, user, password, database } = stage.server;
    const direct = new pg.Client({ host, port, user, password, database });
    await direct.connect();
    for (const text of ['delete form kept', "select 'ä' frm kept x y", 'selec']) {
      const [told, own] = [await errorOf(agent.query(text)), await errorOf(direct.query(text))];
      expect([told?.code, told?.message, told?.position]).toEqual([own?.code, own?.message, own?.position]);
    }
    await direct.end();
    await agent.end();
  });

  test('asks nothing before the snapshot of a transaction that the agent has not taken', async () => {
    const agent = await stage.connect(gateway, await stage.token('agent'));
    await agent.query('set search_path = public');
    await agent.query('begin');
    await agent.query('set transaction isolation level serializable');
    await agent.query('lock table kept in share mode');
    expect((await agent.query('show transaction_isolation')).rows).toEqual([
      { transaction_isolation: 'serializable' },
    ]);
    await agent.query('commit');
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
