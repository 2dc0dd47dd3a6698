import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openYoungArchive } from '../bench/recorded.ts';
import { mintToken } from '../main/commands/token.ts';
import type { SessionRow } from '../shared/api/session.ts';
import { EVERYTHING } from '../shared/filter/filter.ts';
import { configuration, DATABASE, freshDatabase } from '../test/gateway.ts';
import { loadGateway } from '../test/torture/killable.ts';
import { haveStrace, spoilSyncs } from '../test/torture/strace.ts';
import type { ArchiveReader } from './archive/archive.ts';
import { startPostgres } from './postgres/testing/postgres.ts';

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

type Address = pg.ClientConfig;

async function connected(address: Address, name: string): Promise<pg.Client> {
  const client = new pg.Client({ ...address, application_name: name });
  client.on('error', () => {}); // that the connection closes behind the FATAL
  await client.connect();
  opened.defer(() => client.end().catch(() => {}));
  return client;
}

describe.runIf(haveStrace())('when fdatasync of the spool', () => {
  test.each([
    ['fails with EIO', 'error=EIO', '58030'],
    ['fails with ENOSPC', 'error=ENOSPC', '53100'],
    ['does not end within the deadline', 'delay_enter=600000000', '58030'],
  ])(
    '%s, agents are cut off, nothing more reaches the database, and nobody new is let in',
    async (_, fault, code) => {
      const server = await startPostgres();
      opened.defer(() => server.stop());
      await freshDatabase(server);
      const folder = await mkdtemp(join(tmpdir(), 'auditorium-disk-'));
      opened.defer(() => rm(folder, { recursive: true, force: true }));
      const config = join(folder, 'auditorium.yaml');
      await writeFile(config, configuration('intent', server, 'enforce', '{ deadline: 1s }'));
      const gateway = opened.use(loadGateway({ PASSWORD: server.password }));
      const { port } = await gateway.start(config);
      const { host, user, password } = server;
      const direct = await connected(
        { host, port: server.port, user, password, database: DATABASE },
        'direct',
      );
      const token = await mintToken({ configPath: config, sub: 'disk' }, {});
      const address = { host, port, user, password: token, database: DATABASE };
      await direct.query('CREATE TABLE effects (what text)');
      const writer = await connected(address, 'writer');
      const sleeper = await connected(address, 'sleeper');
      await writer.query("INSERT INTO effects VALUES ('before')");
      const slept = sleeper.query('SELECT pg_sleep(60)').catch((error: unknown) => error);
      await sleeping(direct, 1);

      const spoiled = opened.use(await spoilSyncs(gateway.pid, fault));
      await expect(writer.query("INSERT INTO effects VALUES ('after')")).rejects.toMatchObject({
        severity: 'FATAL',
        code,
      });
      expect(await slept).toMatchObject({ severity: 'FATAL', code });
      await expect(connected(address, 'late')).rejects.toMatchObject({ code: '57P03' });
      await sleeping(direct, 0);
      expect((await direct.query('SELECT what FROM effects')).rows).toEqual([{ what: 'before' }]);

      await spoiled[Symbol.asyncDispose](); // what it holds back cannot be killed
      await gateway.kill();
      const { archive } = await opened.use(loadGateway({ PASSWORD: server.password })).start(config);
      const reader = await openYoungArchive(archive);
      opened.defer(() => reader.close());
      // The disk may have taken the events that close them, or not.
      for (const { outcome } of await endedSessions(reader)) expect(['failed', 'unknown']).toContain(outcome);
    },
    60_000,
  );
});

/** Waits until so many backends sleep. */
async function sleeping(direct: pg.Client, backends: number): Promise<void> {
  const sql =
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'";
  for (;;) {
    const { rows } = await direct.query<{ count: number }>(sql);
    if (rows[0]?.count === backends) return;
    await pause(50);
  }
}

async function endedSessions(archive: ArchiveReader): Promise<SessionRow[]> {
  for (;;) {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: 'started', limit: 10 });
    if (items.length >= 2 && items.every(({ outcome }) => outcome !== 'live')) return items;
    await pause(50);
  }
}
