/** A team server on a store, as `auditorium serve` starts it, with the development issuer; for tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { startDevelopmentIssuer } from '../../gateway/identity/issuer.ts';
import { LOCALHOST, ROOT_CERTIFICATE } from '../../gateway/postgres/testing/certificate.ts';
import { freePort } from '../../main/demo/free-port.ts';
import { serveTeam } from '../../main/serve.ts';
import { Visitor } from '../../main/server/testing/visitor.ts';

export interface ServedFleet extends AsyncDisposable {
  readonly origin: string;
  /** Of the gateways, PEM. */
  readonly key: string;
  /** A browser that is not signed in. */
  visitor(): Visitor;
}

/** `stores` and `rights` are YAML, as are other lines of `serve`. */
export async function serveFleet(folder: string, section: string): Promise<ServedFleet> {
  await using opened = new AsyncDisposableStack();
  const key = join(folder, 'gateway.pub');
  mkdirSync(join(folder, 'spool'), { recursive: true });
  writeFileSync(key, publicKeyPem(TEST_SIGNER.publicKey));
  writeFileSync(join(folder, 'a.crt'), LOCALHOST.cert);
  writeFileSync(join(folder, 'a.key'), LOCALHOST.key);
  const issuer = await startDevelopmentIssuer({ dir: join(folder, 'spool/issuer'), port: 0, listeners: [] });
  opened.defer(() => issuer.close());
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const config = join(folder, 'auditorium.yaml');
  writeFileSync(
    config,
    `issuers: [{ name: dev, profile: development }]
roles: { viewer: [everyone], investigator: [security, shop], admin: [ops] }
serve:
  url: ${origin}
  listen: '127.0.0.1:${port}'
  tls: { cert: a.crt, key: a.key }
${section}
`,
  );
  const served = await serveTeam(config, { ...process.env, AUDITORIUM_HOME: join(folder, 'home') });
  opened.defer(() => served.close());
  const kept = opened.move();
  return {
    origin,
    key,
    visitor: () => new Visitor(origin),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What an export of everything is, as bytes. */
export function exported({ origin }: ServedFleet, visitor: Visitor, body: object): Promise<Buffer> {
  const cookie = Array.from(visitor.cookies, ([name, value]) => `${name}=${value}`).join('; ');
  const { hostname, port, host } = new URL(origin);
  const headers = {
    host,
    cookie,
    origin,
    'sec-fetch-site': 'same-origin',
    'x-auditorium-csrf': visitor.csrf,
    'content-type': 'application/json',
  };
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path: '/api/exports', method: 'POST', ca: ROOT_CERTIFICATE, agent: false, headers },
      (response) => {
        buffer(response).then(
          (read) =>
            response.statusCode === 200
              ? resolve(read)
              : reject(new Error(`${response.statusCode}: ${read.toString()}`)),
          reject,
        );
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}
