import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from './postgres.ts';

const MODULE = new URL('postgres.ts', import.meta.url).href;

test('a test server is PostgreSQL 18, asks for SCRAM, and is gone with its data once stopped', async () => {
  const server = await startPostgres({ settings: { work_mem: '1MB' } });
  const client = new Client({ ...server });
  await client.connect();
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('work_mem') as memory,
            (select left(rolpassword, 13) from pg_authid where rolname = current_user) as verifier`,
  );
  await client.end();
  expect(rows).toEqual([{ major: 18, memory: '1MB', verifier: 'SCRAM-SHA-256' }]);
  await server.stop();
  expect(existsSync(server.socketFolder)).toBe(false);
  await expect(new Client({ ...server }).connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a server that cannot start says why and leaves nothing', async () => {
  await expect(startPostgres({ settings: { shared_buffers: 'much' } })).rejects.toThrow('shared_buffers');
});

test('a server ends with the process that started it, however that ends', async () => {
  const code = `const { startPostgres } = await import(${JSON.stringify(MODULE)});
    process.send(await startPostgres());`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const [server] = await once(owner, 'message');
  expect(existsSync(server.socketFolder)).toBe(true);
  owner.kill('SIGKILL');
  await expect.poll(() => existsSync(server.socketFolder), { timeout: 10_000 }).toBe(false);
  await expect(new Client({ ...server }).connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
