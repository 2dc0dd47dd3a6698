import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial } from 'node:net';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../shared/filter/filter.ts';
import type { ArchiveReader } from './archive/archive.ts';
import type { Config } from './config.ts';
import { LiveSessionList, Readiness } from './control-schema.ts';
import type { Gateway } from './gateway.ts';
import { cancelPacket } from '../test/cancel-packet.ts';
import { Stage } from '../test/stage.ts';

/** With two workers and so many agents, chance puts all on one worker once in 2^15 runs. */
const AGENTS = 16;

let stage: Stage;
let config: Config;
let gateway: Gateway;
let archive: ArchiveReader;
let clients: pg.Client[];

beforeAll(async () => {
  stage = await Stage.open();
  config = stage.configure('workers: 2');
  gateway = await stage.start(config);
  archive = await stage.archive(config);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function sessions() {
  const { value } = await stage.ask(config.gateway.control, 'GET', '/sessions');
  return LiveSessionList.parse(value).sessions;
}

async function workers() {
  const { value } = await stage.ask(config.gateway.control, 'GET', '/ready');
  return Readiness.parse(value).workers;
}

describe.skipIf(process.platform !== 'linux')('several workers', () => {
  test('share one port, and one list, one scrape and one archive show the sessions of all', async () => {
    clients = await Promise.all(
      Array.from({ length: AGENTS }, async (_, at) =>
        stage.connect(gateway, await stage.token(`agent ${at}`)),
      ),
    );
    await Promise.all(clients.map((client) => client.query('select 1')));
    const live = await sessions();
    expect([live.length, new Set(live.map(({ worker }) => worker))]).toEqual([AGENTS, new Set([0, 1])]);
    const { value } = await stage.ask(config.gateway.control, 'GET', '/metrics');
    const counts = [...String(value).matchAll(/^auditorium_statements_total\{worker="([01])"\} (\d+)$/gm)];
    expect([
      counts.map(([, worker]) => worker),
      counts.reduce((sum, [, , count]) => sum + Number(count), 0),
    ]).toEqual([['0', '1'], AGENTS]);
    await expect
      .poll(
        async () => {
          const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 });
          return items.map(({ id, statements }) => `${id} ${statements}`).toSorted();
        },
        { timeout: 10_000 },
      )
      .toEqual(live.map(({ id }) => `${id} 1`).toSorted());
  });

  test('cancel each other’s statements: a CancelRequest may reach any of them', async () => {
    const codes = await Promise.all(
      clients.map(async (client) => {
        const failed = client.query('select pg_sleep(60)').catch(({ code }: { code: string }) => code);
        await new Promise((resolve) => setTimeout(resolve, 500));
        const request = dial({ host: '127.0.0.1', port: gateway.listen.port });
        request.resume().end(cancelPacket(client));
        await once(request, 'close');
        return failed;
      }),
    );
    expect(codes).toEqual(clients.map(() => '57014'));
  });

  test('are told of a kill by the one that serves the session', async () => {
    const [session] = await sessions();
    const { status } = await stage.ask(config.gateway.control, 'DELETE', `/sessions/${session?.id}`, {
      by: 'ops',
      reason: 'no longer needed',
    });
    expect(status).toBe(200);
    await expect.poll(sessions).toHaveLength(AGENTS - 1);
  });

  test('go on when one dies, and it is started again on its own log', async () => {
    const [, victim] = await workers();
    const lost = (await sessions()).filter(({ worker }) => worker === 1).map(({ id }) => id);
    process.kill(victim?.pid as number, 'SIGKILL');
    await expect
      .poll(async () => (await workers())[1], { timeout: 15_000 })
      .toMatchObject({ problem: null, pid: expect.not.toSatisfy((pid) => pid === victim?.pid) as number });
    const live = await sessions();
    expect(live.every(({ worker }) => worker === 0)).toBe(true);
    expect(live.length).toBe(AGENTS - 1 - lost.length);
    // The sessions of the dead read "unknown" once their log was recovered.
    await expect
      .poll(
        async () => {
          const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 });
          return items
            .filter(({ outcome }) => outcome === 'unknown')
            .map(({ id }) => id)
            .toSorted();
        },
        { timeout: 10_000 },
      )
      .toEqual(lost.toSorted());
    expect(readdirSync(config.archive).filter((name) => name.endsWith('.audit'))).toHaveLength(2);
  });

  test('end with their gateway, and what they recorded is in the archive whatever number comes next', async () => {
    await gateway.close();
    const live = (outcome: string) => outcome === 'live';
    const one = await stage.start(stage.configure('workers: 1'));
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 });
    expect([items.length, items.filter(({ outcome }) => live(outcome))]).toEqual([AGENTS, []]);
    const left = ['0', '1'].flatMap((name) => readdirSync(join(config.gateway.spool.dir, name)));
    expect(left.filter((name) => name.endsWith('.spool'))).toEqual([]);
    const client = await stage.connect(one, await stage.token('single'));
    await client.query('select 1');
    await one.close();
    const two = await stage.start(stage.configure('workers: 2'));
    expect(readdirSync(config.gateway.spool.dir).filter((name) => name.endsWith('.spool'))).toEqual([]);
    const again = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 });
    expect(again.items.length).toBe(AGENTS + 1);
    await two.close();
    expect(existsSync(config.gateway.control)).toBe(false);
  });

  test('do not join the port of a stranger', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as { port: number };
    const taken = { ...config, gateway: { ...config.gateway, listen: { host: '127.0.0.1', port } } };
    await expect(stage.start(taken)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    stranger.close();
  });

  test('that cannot start say why, as one alone would', async () => {
    const nowhere = { ...config, archive: join(config.gateway.spool.dir, 'boots') };
    writeFileSync(nowhere.archive, '');
    await expect(stage.start(nowhere)).rejects.toMatchObject({
      name: 'ArchiveError',
      code: 'NOT_AN_ARCHIVE',
    });
  });
});
