import { once } from 'node:events';
import { createSecureContext, TLSSocket } from 'node:tls';
import { assert, asyncProperty, constantFrom, oneof, record, string, uint8Array } from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { LOCALHOST } from './testing/certificate.ts';
import {
  authentication,
  failure,
  offer,
  opening,
  rawMessage as message,
  serverFirst,
} from './testing/hostile-server.ts';
import { fakeServer } from './testing/loopback.ts';
import { UpstreamError } from './upstream-error.ts';
import { connectUpstream } from './upstream.ts';
import {
  authenticationOk,
  backendKeyData,
  errorResponse,
  parameterStatus,
  readyForQuery,
} from './wire/encode.ts';

const OK = authenticationOk();
const KEY = backendKeyData(7, Buffer.from([1, 2, 3, 4]));
const READY = readyForQuery('I');
/** NegotiateProtocolVersion: 3.0, no options. */
const OLDER = message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0]));
const OFFER = offer('SCRAM-SHA-256');

const trusting = { auth: ['none'] } as const;

test('a server that is content with no proof at all is not believed', async () => {
  expect(await failure({ answers: [Buffer.concat([OK, KEY, READY])] })).toMatchObject({
    code: 'AUTHENTICATION_REFUSED',
  });
});

test.each([
  ['password', 3, ''],
  ['md5', 5, 'salt'],
])('a server cannot talk the gateway into %s', async (method, code, data) => {
  const { outcome, connections } = await opening({ answers: [authentication(code, data)] });
  await expect(outcome).rejects.toMatchObject({
    code: 'AUTHENTICATION_REFUSED',
    message: expect.stringContaining(method),
  });
  expect(connections.map((asked) => asked.length)).toEqual([1]);
});

test.each([
  ['ends the exchange before it began', [OFFER, OK]],
  ['ends the exchange without proving itself', [OFFER, (asked: string) => serverFirst(asked), OK]],
  ['asks twice', [OFFER, OFFER]],
  ['asks for 2^31 iterations', [OFFER, (asked: string) => serverFirst(asked, 'x', 2 ** 31)]],
  ['has a huge nonce', [OFFER, (asked: string) => serverFirst(asked, 'x'.repeat(60_000))]],
  ['has a nonce of its own', [OFFER, authentication(11, 'r=other,s=c2FsdA==,i=1')]],
  ['negotiates version 0.0', [message('v', Buffer.alloc(8))]],
  ['negotiates the version asked for', [message('v', Buffer.from([0, 3, 0, 2, 0, 0, 0, 0]))]],
  ['negotiates version 3.1, which never was', [message('v', Buffer.from([0, 3, 0, 1, 0, 0, 0, 0]))]],
  ['negotiates options', [message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 1]), '_pq_.a\0')]],
  ['negotiates twice', [Buffer.concat([OLDER, OLDER])]],
  ['offers channel binding where there is no TLS', [offer('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256')]],
  ['sends parameters before login', [parameterStatus('server_version', '99')]],
  ['claims a length of 1 GiB', ['R\x40\0\0\0']],
  ['speaks HTTP', ['HTTP/1.1 400 Bad Request\r\n\r\n']],
  ['claims a length below 4', ['R\0\0\0\x03']],
  ['claims a length of 2 GiB', ['R\x7f\xff\xff\xff']],
  ['sends rows before login', [message('D', 'x')]],
  ['sends an authentication message without a code', [message('R', 'x')]],
])('a server that %s does not keep to the protocol', async (_, answers) => {
  expect(await failure({ answers })).toMatchObject({ code: 'PROTOCOL_VIOLATION', sqlstate: '08P01' });
});

test('a server that signs wrongly is unproven', async () => {
  const final = authentication(12, `v=${Buffer.alloc(32).toString('base64')}`);
  const answers = [OFFER, (asked: string) => serverFirst(asked), Buffer.concat([final, OK, KEY, READY])];
  expect(await failure({ answers })).toMatchObject({ code: 'SERVER_UNPROVEN', sqlstate: '08004' });
});

test.each([
  ['another kind of SCRAM', offer('SCRAM-SHA-512')],
  ['no mechanism', authentication(10, '\0')],
  ['Kerberos', authentication(7, '')],
])('a server that offers %s is refused', async (_, request) => {
  expect(await failure({ answers: [request] })).toMatchObject({ code: 'AUTHENTICATION_REFUSED' });
});

test.each([
  ['a malformed parameter', message('S', 'name\0value')],
  ['a parameter of three parts', message('S', 'name\0value\0more\0')],
  ['a version that was negotiated too late', message('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0]))],
  ['a key of 257 bytes', message('K', Buffer.alloc(4 + 257))],
  ['a key of three bytes', message('K', Buffer.alloc(4 + 3))],
  ['an encoding that nobody asked for', Buffer.concat([parameterStatus('client_encoding', 'LATIN1'), READY])],
  ['a transaction already open', readyForQuery('T')],
  ['a row', message('D', '\0\0')],
  ['notices without end', Buffer.concat(Array.from({ length: 40 }, () => message('N', 'x'.repeat(30_000))))],
])('%s after login does not keep to the protocol', async (_, bytes) => {
  expect(await failure({ answers: [Buffer.concat([OK, bytes])], target: trusting })).toMatchObject({
    code: 'PROTOCOL_VIOLATION',
  });
});

test('what a server says beside the point, and too early, is kept', async () => {
  const notice = message('N', 'SNOTICE\0Mhello\0\0');
  const bytes = Buffer.concat([OK, notice, parameterStatus('server_version', '99'), READY, notice]);
  const { outcome } = await opening({ answers: [bytes], target: trusting });
  const { socket, ...rest } = await outcome;
  expect(rest).toEqual({
    tls: false,
    protocol: '3.2',
    address: '127.0.0.1',
    parameters: new Map([['server_version', '99']]),
    processId: 0,
    key: Buffer.alloc(0),
    serverVersion: '99',
    notices: [notice],
  });
  if (socket.readableLength === 0) await once(socket, 'readable');
  expect(socket.read()).toEqual(notice);
  socket.destroy();
});

test('an error without SQLSTATE is an error all the same', async () => {
  expect(await failure({ answers: [message('E', 'Mno\0\0')] })).toMatchObject({
    code: 'REFUSED',
    sqlstate: '08P01',
    message: 'the database of connection "shop" refused the session: no',
  });
});

test('a server that is starting or stopping is not ready', async () => {
  for (const sqlstate of ['57P03', '57P01']) {
    const answers = [
      errorResponse({ severity: 'FATAL', sqlstate, message: 'the database system is starting up' }),
    ];
    expect(await failure({ answers })).toMatchObject({ code: 'NOT_READY', sqlstate: '57P03' });
  }
});

test('a server that hangs up is unreachable, one that says nothing runs out of time', async () => {
  expect(await failure({ answers: [] })).toMatchObject({ code: 'UNREACHABLE' });
  for (const sslmode of ['disable', 'prefer'] as const) {
    const silent = { answers: [''], target: { sslmode }, signal: AbortSignal.timeout(30) };
    expect(await failure(silent)).toMatchObject({ code: 'TIMEOUT', sqlstate: '08001' });
  }
  const stopping = AbortSignal.abort(new Error('stopping'));
  expect(await failure({ answers: [''], signal: stopping })).toMatchObject({
    code: 'ABORTED',
    sqlstate: '57P01',
  });
});

test.each(['prefer', 'require'] as const)(
  'an answer to the request for TLS that is neither S nor N ends it (sslmode=%s)',
  async (sslmode) => {
    for (const answer of [
      errorResponse({ severity: 'FATAL', sqlstate: '28000', message: 'lies' }),
      'G',
      Buffer.concat([Buffer.from('S'), OK]),
    ]) {
      const error = await failure({ answers: [answer], target: { sslmode } });
      expect(error).toMatchObject({
        code: 'PROTOCOL_VIOLATION',
        message: expect.not.stringContaining('lies'),
      });
    }
  },
);

test('a server without TLS is refused where TLS is demanded, before it learns anything', async () => {
  const { outcome, connections } = await opening({ answers: ['N'], target: { sslmode: 'require' } });
  await expect(outcome).rejects.toMatchObject({ code: 'TLS_REFUSED', sqlstate: '08001' });
  expect(connections.map((asked) => asked.length)).toEqual([1]);
});

test('a server is told by name which host is meant, unless the host is an address', async () => {
  const names: (string | false)[] = [];
  const server = await fakeServer((plain) => {
    plain.once('data', () => {
      plain.write('S');
      const secure = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(LOCALHOST) });
      secure.once('secure', () => {
        names.push(Object(secure).servername);
        secure.end(errorResponse({ severity: 'FATAL', sqlstate: '57P03', message: 'not now' }));
      });
    });
  });
  onTestFinished(server.close);
  for (const host of ['localhost', '127.0.0.1']) {
    const target = {
      name: 'shop',
      port: server.port,
      database: 'd',
      user: 'u',
      password: 'p',
      sslmode: 'require',
    } as const;
    const options = { signal: AbortSignal.timeout(5_000) };
    await expect(
      connectUpstream({ ...target, host }, { parameters: new Map() }, options),
    ).rejects.toMatchObject({ code: 'NOT_READY' });
  }
  expect(names).toEqual(['localhost', false]);
});

test('sslmode=prefer tries once more without TLS where TLS fails, sslmode=require does not', async () => {
  const tries = async (sslmode: 'prefer' | 'require') => {
    const first = (asked: string) =>
      asked.includes('user')
        ? errorResponse({ severity: 'FATAL', sqlstate: '57P03', message: 'not now' })
        : 'S';
    const { outcome, connections } = await opening({
      answers: [first, 'this is not TLS'],
      target: { sslmode },
    });
    await expect(outcome).rejects.toBeInstanceOf(UpstreamError);
    return connections.map(([asked = '']) => (asked.includes('user\0u\0') ? 'start-up' : 'request for TLS'));
  };
  expect(await tries('prefer')).toEqual(['request for TLS', 'start-up']);
  expect(await tries('require')).toEqual(['request for TLS']);
});

test('whatever a server sends, the gateway opens a session or says why not', async () => {
  const type = constantFrom('R', 'S', 'K', 'N', 'E', 'v', 'A', '\0');
  const any = oneof(
    uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    record({ type, body: string() }).map(({ type: of, body }) => message(of, Buffer.from(body))),
    constantFrom(OK, OFFER, READY, KEY, authentication(11, 'r=,s=,i='), authentication(12, 'v=')),
  );
  await assert(
    asyncProperty(any, any, any, async (...parts) => {
      const answers = [Buffer.concat(parts)];
      const { outcome } = await opening({ answers, target: trusting, signal: AbortSignal.timeout(20) });
      const result: unknown = await outcome.catch((error: unknown) => error);
      if (result instanceof Error)
        return result instanceof UpstreamError && !result.message.includes('secret');
      (await outcome).socket.destroy();
      return true;
    }),
    { numRuns: 60 },
  );
});
