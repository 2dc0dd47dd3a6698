import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import { z } from '../../shared/api/zod.ts';
import { FakeReader, INFO } from '../testing/fake-reader.ts';
import { startWebHost, type WebHost } from './web.ts';

let folder: string;
let host: WebHost;
let base: string;
const reported: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-web-'));
  const renderer = join(folder, 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html>');
  await writeFile(join(renderer, 'assets', 'main-4f3a.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(renderer, 'assets', 'link.txt'));
  host = await startWebHost({
    reader: new FakeReader(),
    version: '1.2.3',
    port: 0,
    renderer,
    report: (error) => void reported.push(error),
  });
  base = `http://127.0.0.1:${host.port}`;
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
  expect(reported).toEqual([]);
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request as written: no client normalises its path or fills in its headers. */
function send(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: host.port,
      path,
      method,
      headers: { host: `127.0.0.1:${host.port}`, ...headers },
    };
    const request = httpRequest(options, (response) => {
      const { statusCode: status, headers: answered } = response;
      text(response).then((read) => resolve({ status, headers: answered, body: read }), reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** A signed-in bearer, and the one-time token it was given for. */
async function signIn(): Promise<{ token: string; bearer: string }> {
  const token = new URL(host.freshUrl()).hash.replace('#token=', '');
  const { status, body } = await send(
    '/api/sign-in',
    { origin: base, 'content-type': 'application/json' },
    'POST',
    JSON.stringify({ token }),
  );
  expect(status).toBe(200);
  const { bearer } = z.object({ bearer: z.string() }).parse(JSON.parse(body));
  return { token, bearer };
}

const refused = (reason: string) => ({ code: 'FORBIDDEN', message: `this request is refused: ${reason}` });

test('the window is served with every security header', async () => {
  const { status, headers, body } = await send('/');
  const { date: _date, connection: _connection, 'keep-alive': _alive, ...told } = headers;
  expect({ status, headers: told, body }).toEqual({
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': '15',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; style-src-elem 'self' 'unsafe-inline'; style-src-attr 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    },
    body: '<!doctype html>',
  });
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '//secret.txt',
  '/assets/link.txt',
  '/assets/main-4f3a.js%00.html',
  '/%ff',
  '/assets/absent.js',
])('GET %s gives nothing from outside the window', async (path) => {
  const { status, body, headers } = await send(path);
  expect([400, 404]).toContain(status);
  expect(body).not.toContain('secret\n');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

test.each([
  'evil.example',
  'evil.example:80',
  '127.0.0.1',
  'localhost',
  '127.0.0.1:1',
  '[::1]:80',
  '0.0.0.0:80',
  '127.0.0.1.evil.example:80',
])('a Host of %s, as after DNS rebinding, is refused', async (name) => {
  const { bearer } = await signIn();
  const answers = [
    await send('/', { host: name.replace(':80', `:${host.port}`) }),
    await send('/api/archive', {
      host: name.replace(':80', `:${host.port}`),
      authorization: `Bearer ${bearer}`,
    }),
  ];
  expect(answers.map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
    [403, refused('its Host is not this host')],
    [403, refused('its Host is not this host')],
  ]);
});

test('localhost is this host too, with its own origin', async () => {
  const { bearer } = await signIn();
  const name = `localhost:${host.port}`;
  const headers = { host: name, origin: `http://${name}`, authorization: `Bearer ${bearer}` };
  const { status, body } = await send('/api/archive', headers);
  expect([status, JSON.parse(body)]).toEqual([200, INFO]);
  expect((await send('/api/archive', { ...headers, origin: base })).status).toBe(403);
});

test.each(['null', 'http://evil.example', 'https://127.0.0.1', 'http://localhost:3000'])(
  'an Origin of %s is refused, whatever it asks',
  async (origin) => {
    const { bearer } = await signIn();
    const read = await send('/api/archive', { origin, authorization: `Bearer ${bearer}` });
    const write = await send(
      '/api/sign-in',
      { origin, 'content-type': 'application/json' },
      'POST',
      '{"token":""}',
    );
    expect([read, write].map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
      [403, refused('its Origin is another site')],
      [403, refused('its Origin is another site')],
    ]);
  },
);

test('a POST without an Origin is refused and leaves the token unused', async () => {
  const token = new URL(host.freshUrl()).hash.replace('#token=', '');
  const body = JSON.stringify({ token });
  const json = { 'content-type': 'application/json' };
  const without = await send('/api/sign-in', json, 'POST', body);
  expect([without.status, JSON.parse(without.body)]).toEqual([
    403,
    refused('it changes state and has no Origin'),
  ]);
  expect((await send('/api/sign-in', { ...json, origin: base }, 'POST', body)).status).toBe(200);
});

test('nothing becomes a WebSocket, and one that is asked for from elsewhere is refused', async () => {
  const { bearer } = await signIn();
  const asked = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const authorization = `Bearer ${bearer}`;
  const answers = [
    await send('/api/live', { ...asked, origin: 'https://evil.example', authorization }),
    await send('/api/live', { ...asked, origin: 'null', authorization }),
    await send('/api/live', asked),
    await send('/api/archive', { ...asked, origin: base, authorization }),
  ];
  expect(answers.map(({ status, headers }) => [status, headers['sec-websocket-accept']])).toEqual([
    [403, undefined],
    [403, undefined],
    [401, undefined],
    [200, undefined],
  ]);
});

test('a form cannot sign in', async () => {
  const token = new URL(host.freshUrl()).hash.replace('#token=', '');
  const headers = { origin: base, 'content-type': 'application/x-www-form-urlencoded' };
  expect((await send('/api/sign-in', headers, 'POST', `token=${token}`)).status).toBe(400);
  const plain = { origin: base, 'content-type': 'text/plain' };
  expect((await send('/api/sign-in', plain, 'POST', JSON.stringify({ token }))).status).toBe(400);
});

test('a foreign page may open the window, and nothing else', async () => {
  const { bearer } = await signIn();
  const opens = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };
  const authorization = `Bearer ${bearer}`;
  const answers = [
    await send('/', opens),
    await send('/', { ...opens, 'sec-fetch-dest': 'iframe' }),
    await send('/assets/main-4f3a.js', {
      'sec-fetch-site': 'same-site',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'script',
    }),
    await send('/api/archive', { ...opens, authorization }),
    await send('/api/archive', { 'sec-fetch-site': 'same-origin', authorization }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403, 200]);
});

test('a one-time token works once; a wrong one never', async () => {
  const { token, bearer } = await signIn();
  const again = await send(
    '/api/sign-in',
    { origin: base, 'content-type': 'application/json' },
    'POST',
    JSON.stringify({ token }),
  );
  expect([again.status, JSON.parse(again.body)]).toMatchObject([401, { code: 'NOT_SIGNED_IN' }]);
  const statuses = [
    await send('/api/archive', { authorization: `Bearer ${bearer}` }),
    await send('/api/archive', { authorization: `bearer ${bearer}x` }),
    await send('/api/archive', { authorization: `Bearer ${token}` }),
    await send('/api/archive', { cookie: `bearer=${bearer}` }),
    await send(`/api/archive?bearer=${bearer}`),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 401, 401, 401, 401]);
});

test('no answer sets a cookie or allows another origin', async () => {
  const { bearer } = await signIn();
  const answers = [
    await send('/'),
    await send('/api/archive', { origin: base, authorization: `Bearer ${bearer}` }),
    await send('/api/archive', { origin: base, 'access-control-request-method': 'GET' }, 'OPTIONS'),
  ];
  const names = answers.flatMap(({ headers }) => Object.keys(headers));
  expect(names.filter((name) => name === 'set-cookie' || name.startsWith('access-control-'))).toEqual([]);
});

test('closing ends the live streams and frees the port', async () => {
  const other = await startWebHost({
    reader: new FakeReader(),
    version: '0',
    port: 0,
    renderer: folder,
    report: () => undefined,
  });
  const url = new URL(other.freshUrl());
  let bearer: string | null = null;
  const client = createClient({
    fetch: (path, { headers, ...init }) =>
      fetch(path, { ...init, headers: { ...headers, origin: url.origin } }),
    base: url.origin,
    bearer: () => bearer,
    wait: async () => undefined,
  });
  ({ bearer } = await client.signIn({ token: url.hash.replace('#token=', '') }));
  const live = client.live();
  expect((await live.next()).value).toEqual({ kind: 'news', news: { archive: INFO, sessions: [] } });
  const next = live.next();
  await other.close();
  expect((await next).value).toMatchObject({ kind: 'lost', error: { code: 'UNREACHABLE' } });
  const again = await startWebHost({
    reader: new FakeReader(),
    version: '0',
    port: other.port,
    renderer: folder,
    report: () => undefined,
  });
  await again.close();
  await expect(
    startWebHost({
      reader: new FakeReader(),
      version: '0',
      port: host.port,
      renderer: folder,
      report: () => undefined,
    }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
