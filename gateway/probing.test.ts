import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { probeConnection } from './probing.ts';

test('nothing is said to have passed that was not tried: without a password the database is not asked', async () => {
  const [connection] = parseConfig(
    `connections:
  - { name: shop, host: 127.0.0.1, port: 1, database: d, user: u, groups: [g], password: { command: ['false'] } }
`,
    '/',
  ).connections;
  if (connection === undefined) throw new TypeError('one connection is configured');
  expect(await probeConnection(connection)).toEqual([
    {
      step: 'login',
      ok: false,
      words: 'the command that prints the password of connection "shop" ended with status 1',
    },
  ]);
  expect(await probeConnection({ ...connection, password: 'x' })).toMatchObject([
    { step: 'connect', ok: false },
  ]);
});
