import { expect, test } from 'vitest';
import { authentication } from './testing/hostile-server.ts';
import { logIn, type Credentials, type Wire } from './upstream-login.ts';
import type { HandshakeMessage } from './wire/handshake.ts';

/** A server that says these messages, whatever it is told. */
function wire(confidential: boolean, ...messages: readonly Buffer[]): Wire & { readonly sent: Buffer[] } {
  const sent: Buffer[] = [];
  const left = messages.map((message): HandshakeMessage => {
    return { type: message.toString('latin1', 0, 1), body: message.subarray(5) };
  });
  return {
    sent,
    receive: async () => left.shift() ?? expect.unreachable('it was asked for more'),
    send: (message) => void sent.push(message),
    tls: false,
    endPoint: null,
    confidential,
  };
}

const CREDENTIALS: Credentials = { name: 'shop', user: 'u', password: 'secret', auth: ['password', 'md5'] };
const OK = authentication(0, '');
const CLEARTEXT = authentication(3, '');

test('a cleartext password is sent only where nobody can listen in', async () => {
  const open = wire(false, CLEARTEXT, OK);
  await expect(logIn(open, CREDENTIALS)).rejects.toMatchObject({
    code: 'AUTHENTICATION_REFUSED',
    message: 'the server of connection "shop" asks for the password without TLS',
  });
  const closed = wire(true, CLEARTEXT, OK);
  await logIn(closed, CREDENTIALS);
  expect([open.sent, closed.sent]).toEqual([[], [Buffer.from('p\0\0\0\x0bsecret\0')]]);
});

test('an MD5 answer is what PostgreSQL computes', async () => {
  const server = wire(false, authentication(5, 'salt'), OK);
  await logIn(server, CREDENTIALS);
  // printf secretu | md5sum, and of that, 'salt' behind it, once more.
  expect(server.sent.map(String)).toEqual(['p\0\0\0(md5f0e7c406521852962c8b0cf264d8bcbd\0']);
});

test.each([
  ['cleartext', CLEARTEXT, 'password'],
  ['MD5', authentication(5, 'salt'), 'md5'],
  ['SCRAM', authentication(10, 'SCRAM-SHA-256\0\0'), 'scram-sha-256'],
] as const)('a connection without a password does not answer %s', async (_, request, method) => {
  const server = wire(true, request);
  await expect(logIn(server, { name: 'shop', user: 'u', auth: ['none', method] })).rejects.toMatchObject({
    code: 'AUTHENTICATION_REFUSED',
    message: 'the server of connection "shop" asks for a password; there is none',
  });
  expect(server.sent).toEqual([]);
});
