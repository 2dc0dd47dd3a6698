import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openYoungArchive } from '../../bench/recorded.ts';
import { mintToken } from '../../main/commands/token.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { clearAway } from '../../test/leftovers.ts';
import { type GatewayRun, runGateway } from '../../test/secrets/run-gateway.ts';
import { ROOT_CERTIFICATE } from '../postgres/testing/certificate.ts';
import { startPostgres } from '../postgres/testing/postgres.ts';
import { httpsReceiver } from './testing/receivers.ts';
import { idOf } from './testing/sample.ts';

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

test('a gateway that is killed in the middle sends every statement of its archive, twice rather than never, under the same id', async () => {
  const server = await startPostgres();
  opened.defer(() => server.stop());
  const folder = await mkdtemp(join(tmpdir(), 'stream-killed-'));
  opened.defer(() => clearAway(folder));
  const receiver = opened.use(await httpsReceiver());
  let asked = 0;
  receiver.reply = () => ({ status: ++asked % 3 === 0 ? 503 : 200 });
  await writeFile(join(folder, 'ca.pem'), ROOT_CERTIFICATE);
  const config = join(folder, 'auditorium.yaml');
  const { host, port, database, user } = server;
  await writeFile(
    config,
    `gateway:
  listen: '127.0.0.1:0'
  stream:
    - { name: siem, webhook: { url: '${receiver.url}', secret: { env: WEBHOOK }, ca: ca.pem }, send: [sessions, statements], batch: { events: 25, wait: 100ms } }
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: ${host}, port: ${port}, database: ${database}, user: ${user}, password: { env: PASSWORD }, sslmode: disable }]`,
  );
  const env = { ...process.env, PASSWORD: server.password, WEBHOOK: 'a secret', AUDITORIUM_LOG: 'fatal' };
  let last: GatewayRun | null = null;
  for (let run = 0; run < 2; run++) {
    last = opened.use(await runGateway(config, env));
    await statements(last.port, await mintToken({ configPath: config, sub: 'agent' }, {}), 60, run < 1);
    if (run < 1) await last.end('SIGKILL');
  }
  const archive = await openYoungArchive(last?.archive ?? '');
  opened.defer(() => archive.close());
  const recorded = async () => {
    const { items } = await archive.statements({ filter: EVERYTHING, limit: 500 });
    return items.map(({ session, statement, ordinal }) => `${session}/${statement}/${ordinal}`).toSorted();
  };
  const taken = () =>
    receiver.taken
      .flatMap(({ body }) => body.trimEnd().split('\n').map(idOf))
      .filter((id) => id.split('/').length === 3);
  await expect.poll(async () => (await recorded()).length, { timeout: 10_000 }).toBeGreaterThan(110);
  await expect
    .poll(async () => [...new Set(taken())].toSorted(), { timeout: 15_000, interval: 250 })
    .toEqual(await recorded());
}, 60_000);

/** So many statements of one agent, and one more that nobody sees the end of where it goes on. */
async function statements(port: number, token: string, count: number, goesOn: boolean): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'agent', database: 'shop', password: token });
  client.on('error', () => {});
  await client.connect();
  for (let i = 0; i < count; i++) await client.query(`select ${i} as n`);
  if (goesOn) void client.query('select pg_sleep(2)').catch(() => {});
  else await client.end();
}
