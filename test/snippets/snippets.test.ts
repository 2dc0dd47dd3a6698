/** What the gateway place gives to copy, run as it stands against a gateway. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { snippetsOf, type SnippetName } from '../../renderer/gateway/snippets.ts';
import { DATABASE, freshDatabase, startTestGateway, type TestGateway } from '../gateway.ts';

const ROOT = join(import.meta.dirname, '../..');

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  await freshDatabase(gateway.server);
}, 120_000);
afterAll(() => gateway[Symbol.asyncDispose]());

function snippet(name: SnippetName): string {
  const { host, port } = gateway.address;
  return snippetsOf({ listen: `${host}:${port}`, tls: false, connection: DATABASE, file: 'auditorium.yaml' })[
    name
  ];
}

/** What it prints; the token is where the snippets look for it. */
async function run(program: string, ...words: readonly string[]): Promise<string> {
  const env = { ...process.env, AUDITORIUM_TOKEN: gateway.address.password };
  const { stdout } = await promisify(execFile)(program, words, { cwd: ROOT, env });
  return stdout.trim();
}

/** Says why, where it cannot be run here. */
function here(program: string, ...words: readonly string[]): boolean {
  const found = spawnSync(program, words, { stdio: 'ignore' }).status === 0;
  if (!found)
    process.stdout.write(`skipped: the snippet for ${program} ${words.at(-1) ?? ''}: it is not installed\n`);
  return found;
}

const SQL = 'SELECT current_database()';

test.skipIf(!here('psql', '--version'))(
  'the line for psql, and DATABASE_URL, connect as they stand',
  async () => {
    expect(await run('sh', '-c', `${snippet('psql')} -XAtc '${SQL}'`)).toBe(DATABASE);
    expect(await run('sh', '-c', `${snippet('url')}; sh -c 'psql "$DATABASE_URL" -XAtc "${SQL}"'`)).toBe(
      DATABASE,
    );
  },
);

test('the lines for Node connect as they stand', async () => {
  const asks = `console.log((await client.query('${SQL}')).rows[0].current_database); await client.end();`;
  expect(await run(process.execPath, '--input-type=module', '-e', `${snippet('node')}\n${asks}`)).toBe(
    DATABASE,
  );
});

test.skipIf(!here('python3', '-c', 'import psycopg'))(
  'the lines for Python connect as they stand',
  async () => {
    const asks = `print(connection.execute('${SQL}').fetchone()[0])`;
    expect(await run('python3', '-c', `${snippet('python')}\n${asks}`)).toBe(DATABASE);
  },
);
