import { writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedEvents } from '../../../test/recorded-sessions.ts';
import { ended, Stage } from '../../../test/stage.ts';
import type { ArchiveReader } from '../../archive/archive.ts';
import type { Config } from '../../config.ts';
import type { Gateway } from '../../gateway.ts';

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 20s }
rules:
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE, hold: { estimate: true } }
  - { name: gone, statement: { verb: [DROP *, GRANT] }, effect: hold, hold: { estimate: true } }
  - { name: many, statement: { tables: public.many, rows: { estimated: '>1000' } }, effect: hold, message: many rows }
  - { name: views, statement: { tables: public.shown, verb: [SELECT, UPDATE] }, effect: hold }
`;

type Decided = 'approve' | 'reject';

describe('a held statement', () => {
  let stage: Stage;
  let config: Config;
  let gateway: Gateway;
  let archive: ArchiveReader;
  let reviewer: string;
  let direct: pg.Client;

  beforeAll(async () => {
    stage = await Stage.open();
    await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
    const rest = `connections: [${stage.connection('shop')}]\npolicy: ./policy.yaml\nroles: { reviewer: [dbas] }`;
    config = stage.configure('', rest);
    gateway = await stage.start(config);
    archive = await stage.archive(config);
    reviewer = await stage.token('ada', undefined, ['dbas']);
    const { host, port, user, password, database } = stage.server;
    direct = new pg.Client({ host, port, user, password, database });
    await direct.connect();
    const agent = await connect('setup');
    await agent.query('create table held (id int); create view shown as select id from held');
    await agent.end();
  });
  afterAll(async () => {
    await direct.end();
    await stage[Symbol.asyncDispose]();
  });

  async function connect(sub: string): Promise<pg.Client & { readonly notices: string[] }> {
    const agent = await stage.connect(gateway, await stage.token(sub));
    const notices: string[] = [];
    agent.on('notice', ({ message }) => notices.push(message ?? ''));
    return Object.assign(agent, { notices });
  }

  /** Waits for the agent to be told that its statement is held; returns the request's number. */
  async function held(agent: { readonly notices: string[] }): Promise<string> {
    for (;;) {
      const id = agent.notices
        .map((notice) => /#(\d+)/.exec(notice)?.[1])
        .find((found) => found !== undefined);
      if (id !== undefined) return id;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  function decide(id: string, verdict: Decided, reason = 'as agreed', token = reviewer) {
    return stage.ask(config.gateway.control, 'POST', `/approvals/${id}`, { verdict, reason }, token);
  }

  async function kinds(sub: string): Promise<string[]> {
    const { id } = await ended(archive, sub);
    const told = new Set([
      'statement',
      'decision',
      'hold',
      'vote',
      'holdEnded',
      'gatewayStatement',
      'outcome',
    ]);
    const events = await recordedEvents(archive, id);
    return events.map(({ event }) => event.kind).filter((kind) => told.has(kind));
  }

  test('runs once it is approved, simple and extended, and all of it is on the record in order', async () => {
    for (const parameters of [undefined, [7]]) {
      const sub = `approved ${parameters === undefined ? 'simple' : 'extended'}`;
      const agent = await connect(sub);
      await agent.query('insert into held values (1), (2)');
      const sql = parameters === undefined ? 'update held set id = 7' : 'update held set id = $1';
      const running = agent.query(sql, parameters);
      const id = await held(agent);
      expect((await decide(id, 'approve')).status).toBe(200);
      expect((await running).rowCount).toBeGreaterThanOrEqual(2);
      await agent.end();
      expect(await kinds(sub)).toEqual([
        'statement',
        'outcome',
        'statement',
        'decision',
        'hold',
        'vote',
        'holdEnded',
        'outcome',
      ]);
    }
  });

  test('shows who decides its text, parameters, facts and the planner’s estimate', async () => {
    const agent = await connect('shown');
    const running = agent.query('update held set id = $1', [9]);
    const id = await held(agent);
    const { value } = await stage.ask(config.gateway.control, 'GET', `/approvals/${id}`);
    expect(value).toMatchObject({
      id,
      text: 'update held set id = $1',
      parameters: ['9'],
      rules: ['every row'],
      message: 'no WHERE',
      resolved: true,
    });
    expect((value as { readonly estimate: string }).estimate).toContain('"Plan Rows"');
    await decide(id, 'reject', 'not today');
    await expect(running).rejects.toMatchObject({ code: '42501', message: 'rejected by ada: not today' });
    expect((await agent.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await agent.end();
    expect(await kinds('shown')).toEqual([
      'statement',
      'decision',
      'hold',
      'vote',
      'holdEnded',
      'gatewayStatement',
      'outcome',
      'statement',
      'outcome',
    ]);
  });

  test('is held for the rows that it would change, not for those of what it asks or answers beside', async () => {
    const agent = await connect('many');
    await direct.query('create table many (id int)');
    for (const sql of [
      'delete from many where id <> (select 1)',
      'with gone as (delete from many where id <> 1) select 1',
      'with gone as (delete from many where id <> (select 1) returning id) select count(*) from gone',
    ]) {
      agent.notices.length = 0;
      const running = agent.query(sql);
      await decide(await held(agent), 'approve');
      expect([sql, (await running).rowCount]).toEqual([sql, sql.startsWith('with') ? 1 : 0]);
    }
    await agent.end();
  });

  test('leaves its session as it was where the planner cannot tell what it would do', async () => {
    const agent = await connect('unexplained');
    await agent.query('create table dropped (id int)');
    for (const [sql, verdict, outcome] of [
      ['drop table dropped', 'approve', 'DROP'],
      ['grant select on held to public', 'approve', 'GRANT'],
      ['delete from nowhere', 'reject', '42501'],
      ['delete from nowhere', 'approve', '42P01'],
      ['drop table if exists dropped; drop table if exists dropped', 'reject', '42501'],
    ] as const) {
      agent.notices.length = 0;
      const running = agent.query(sql).then(
        ({ command }) => command,
        (error: unknown) => (error as pg.DatabaseError).code,
      );
      await decide(await held(agent), verdict, 'so be it');
      expect([sql, await running]).toEqual([sql, outcome]);
      expect((await agent.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    }
    await agent.end();
  });

  test('is not held where the server refuses it anyway, in a failed transaction', async () => {
    const agent = await connect('failed');
    await agent.query('begin');
    await agent.query('select 1 / 0').catch(() => {});
    await expect(agent.query('delete from held')).rejects.toMatchObject({ code: '25P02' });
    await agent.query('rollback');
    expect(agent.notices).toEqual([]);
    await agent.end();
  });

  test('is refused when what it would run has changed meanwhile', async () => {
    const agent = await connect('changed');
    const running = agent.query('select * from shown');
    const id = await held(agent);
    await direct.query('create or replace view shown as select id + 1 as id from held');
    await decide(id, 'approve');
    await expect(running).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('what was approved is no longer what would run') as string,
    });
    await agent.end();
  });

  test('is not decided on by who asked for it, nor by who may not', async () => {
    const own = await stage.token('own', undefined, ['dbas']);
    const agent = await stage.connect(gateway, own);
    const notices: string[] = [];
    agent.on('notice', ({ message }) => notices.push(message ?? ''));
    const running = agent.query('delete from held').catch((error: unknown) => error);
    const id = await held({ notices });
    const statuses = [
      await decide(id, 'approve', '', own),
      await decide(id, 'approve', '', await stage.token('eve')),
      await stage.ask(config.gateway.control, 'POST', `/approvals/${id}`, { verdict: 'approve', reason: '' }),
      await decide(id, 'reject', 'no'),
      await decide(id, 'approve'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403, 401, 200, 409]);
    await running;
    await agent.end();
  });

  test('is given up when its agent leaves, and never runs', async () => {
    const agent = await connect('left');
    await agent.query('insert into held values (77)');
    agent.query('delete from held').catch(() => {});
    const id = await held(agent);
    (agent as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
    const { outcome } = await ended(archive, 'left');
    expect(outcome).toBe('disconnected');
    expect((await decide(id, 'approve')).status).toBe(410);
    expect((await direct.query('select count(*)::int as n from held where id = 77')).rows).toEqual([
      { n: 1 },
    ]);
    expect(await kinds('left')).toEqual([
      'statement',
      'outcome',
      'statement',
      'decision',
      'hold',
      'holdEnded',
      'outcome',
    ]);
  });

  test('is given up when its agent cancels it', async () => {
    const agent = await connect('cancelled');
    const running = agent.query('delete from held');
    const { processID, secretKey } = agent as unknown as {
      readonly processID: number;
      readonly secretKey: number;
    };
    const id = await held(agent);
    const canceller = connectSocket(gateway.listen.port, '127.0.0.1');
    const request = Buffer.alloc(16);
    for (const [at, value] of [16, 80877102, processID, secretKey].entries())
      request.writeInt32BE(value, at * 4);
    canceller.end(request);
    await expect(running).rejects.toMatchObject({
      code: '57014',
      message: 'canceling statement due to user request',
    });
    expect((await decide(id, 'approve')).status).toBe(410);
    expect((await agent.query('select 3 as three')).rows).toEqual([{ three: 3 }]);
    await agent.end();
  });

  test('keeps what comes behind it in the pipeline waiting, and only its own session', async () => {
    const agent = await connect('pipeline');
    const other = await connect('other');
    const order: string[] = [];
    const first = agent.query('delete from held').then(() => order.push('held'));
    const second = agent.query('select 1').then(() => order.push('behind'));
    const id = await held(agent);
    expect((await other.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
    expect(order).toEqual([]);
    await decide(id, 'approve');
    await Promise.all([first, second]);
    expect(order).toEqual(['held', 'behind']);
    await agent.end();
    await other.end();
  });
});
