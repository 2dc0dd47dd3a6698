import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../test/stage.ts';
import { parseConfig, type Config } from './config.ts';
import { received } from './config-sent.ts';
import { HttpIssuer, json } from './identity/testing/http-issuer.ts';
import { newKey, sign } from './identity/testing/tokens.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  writeFileSync(join(stage.folder, 'password'), stage.server.password);
  writeFileSync(join(stage.folder, 'secret'), 'shh');
});
afterAll(async () => {
  // What is left of the folder must hold no secret: everything gateways leave behind is looked through.
  rmSync(join(stage.folder, 'password'));
  await stage[Symbol.asyncDispose]();
});

/** Both secrets come from commands, which run in the configuration's folder. */
function configure(issuer: string): Config {
  const { host, port, database, user } = stage.server;
  const target = `host: ${host}, port: ${port}, database: ${database}, user: ${user}, sslmode: disable`;
  return parseConfig(
    `gateway: { listen: '127.0.0.1:0', workers: 2 }
issuers:
  - name: generic
    profile: generic
    issuer: "${issuer}"
    audience: gw
    introspection: { endpoint: "${issuer}/introspect", clientId: gw, clientSecret: { command: [cat, secret] } }
connections: [{ name: shop, ${target}, password: { command: [cat, password] } }]`,
    stage.folder,
  );
}

test('a configuration that was sent is as it was before', () => {
  const config = configure('https://id.example');
  expect(received(deserialize(serialize(config)) as Config)).toStrictEqual(config);
});

describe.skipIf(process.platform !== 'linux')('several workers', () => {
  test('run the commands that print secrets, from the start and after a reload', async () => {
    const key = await newKey('k1');
    await using issuer = await HttpIssuer.start([key.jwk]);
    issuer.handlers.set('/introspect', ({ authorization }, response) =>
      json(response, { active: authorization === `Basic ${btoa('gw:shh')}` }),
    );
    const config = configure(issuer.url);
    const gateway = await stage.start(config, { reread: async () => config });
    const connectAll = () =>
      Promise.all(
        Array.from({ length: 8 }, async (_, at) => {
          const exp = Math.floor(Date.now() / 1000) + 3600;
          const claims = { iss: issuer.url, aud: 'gw', exp, sub: `agent ${at}`, jti: `token ${at}` };
          const client = await stage.connect(gateway, await sign(key, claims));
          const { rows } = await client.query<{ answer: number }>('select 1 as answer');
          return rows[0]?.answer;
        }),
      );
    const answered = Array.from({ length: 8 }, () => 1);
    expect(await connectAll()).toEqual(answered);
    await gateway.reload();
    expect(await connectAll()).toEqual(answered);
    await gateway.close();
  }, 20_000);
});
