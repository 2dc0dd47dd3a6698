/** What each is told when a database refuses the gateway: the agent and the record less than the operator. */
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { ended, Stage } from '../test/stage.ts';
import { openLog } from './log.ts';

test('only the operator’s log says as whom the gateway came, and how to mend it', async () => {
  await using stage = await Stage.open();
  const wrong = stage.connection('shop').replace(/user: \S+,/, 'user: shop_agent,');
  const config = stage.configure('log: { level: warn }', `connections: [${wrong}]`);
  const lines: string[] = [];
  const to = new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) });
  const gateway = await stage.start(config, { log: openLog('warn', to) });
  const said = 'the database refused the gateway\'s credentials for connection "shop"';
  await expect(stage.connect(gateway, await stage.token('agent'))).rejects.toMatchObject({
    code: '08004',
    message: said,
    detail: undefined,
    hint: undefined,
  });
  const { reason } = await ended(await stage.archive(config), 'agent');
  const logged = lines
    .map((line) => JSON.parse(line) as { readonly event: string; readonly reason?: string })
    .find(({ event }) => event === 'session.refused');
  expect([reason, logged?.reason]).toEqual([
    `CREDENTIALS_REFUSED: ${said}`,
    `CREDENTIALS_REFUSED: ${said} (user "shop_agent", SQLSTATE 28P01: see that this is the user’s password (an unknown user is refused alike), and what pg_hba.conf on the server asks of that user)`,
  ]);
  expect(lines.join('')).not.toContain(stage.server.password);
});
