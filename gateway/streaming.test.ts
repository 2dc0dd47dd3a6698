import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Stage } from '../test/stage.ts';
import type { Config } from './config.ts';
import { ROOT_CERTIFICATE } from './postgres/testing/certificate.ts';
import { httpsReceiver, type HttpsReceiver } from './stream/testing/receivers.ts';

let stage: Stage;
let receiver: HttpsReceiver;
beforeEach(async () => {
  stage = await Stage.open();
  receiver = await httpsReceiver();
  writeFileSync(join(stage.folder, 'ca.pem'), ROOT_CERTIFICATE);
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

function streaming(filter: string): Config {
  return stage.configure(
    `stream: [{ name: siem, webhook: { url: '${receiver.url}', secret: s, ca: ca.pem }, format: ecs, send: [statements], filter: '${filter}', batch: { wait: 100ms } }]`,
  );
}

const texts = () =>
  receiver.taken.flatMap(({ body }) =>
    body
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          (JSON.parse(line) as { auditorium: { statement: { text: string } } }).auditorium.statement.text,
      ),
  );

test('what agents do is streamed as it comes, by the configuration as it is reloaded, and measured', async () => {
  let written = streaming('verb:create');
  const config = written;
  const gateway = await stage.start(config, { reread: async () => written });
  const client = await stage.connect(gateway, await stage.token('agent'));
  await client.query('select 1');
  await client.query('create table streamed (n int)');
  await expect.poll(texts, { timeout: 10_000 }).toEqual(['create table streamed (n int)']);
  written = streaming('verb:drop');
  expect(await stage.ask(config.gateway.control, 'POST', '/reload')).toEqual({
    status: 200,
    value: { applied: ['gateway.stream'], kept: [] },
  });
  receiver.reply = () => ({ status: 422 });
  await client.query('drop table streamed');
  const sinks = async () => (await stage.ask(config.gateway.control, 'GET', '/stream')).value;
  await expect
    .poll(sinks, { timeout: 10_000 })
    .toMatchObject({ sinks: [{ name: 'siem', lag: 0, dead: 1, failure: null }] });
  receiver.reply = () => ({ status: 200 });
  const reason = { by: 'ops', reason: 'mended' };
  expect(await stage.ask(config.gateway.control, 'POST', '/stream/siem', reason)).toEqual({
    status: 200,
    value: { sent: 1, refused: 0 },
  });
  expect(await stage.ask(config.gateway.control, 'POST', '/stream/other', reason)).toMatchObject({
    status: 404,
  });
  expect(texts()).toEqual(['create table streamed (n int)', 'drop table streamed']);
  const { value } = await stage.ask(config.gateway.control, 'GET', '/metrics');
  expect(String(value)).toMatch(/^auditorium_stream_dead_letters\{sink="siem"\} \d$/m);
}, 30_000);
