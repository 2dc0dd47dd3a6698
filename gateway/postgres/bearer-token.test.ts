import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tokenSource, verifyBearerToken } from './bearer-token.ts';
import { StartupError } from './startup-error.ts';
import { socketPair } from './testing/loopback.ts';
import { message } from './testing/messages.ts';
import { SocketReader } from './wire/handshake.ts';

const SOURCE = { discovery: 'https://issuer.example/.well-known/openid-configuration', scope: 'openid' };
const OFFER = 'R \0\0\0\x0aOAUTHBEARER\0\0';
const CHALLENGE = `R \0\0\0\x0b{"status":"invalid_token","openid-configuration":"${SOURCE.discovery}","scope":"openid"}`;

class Refused extends Error {}

/** Takes the token `good` alone. */
function verify(token: string): Promise<string> {
  return token === 'good' ? Promise.resolve('it is me') : Promise.reject(new Refused(token));
}

async function exchange(...answers: readonly Buffer[]) {
  const { client, server, close } = await socketPair();
  onTestFinished(close);
  const verified = verifyBearerToken(server, SOURCE, AbortSignal.timeout(5_000), verify);
  verified.catch(() => {});
  const heard: string[] = [];
  for (const answer of answers) {
    heard.push(await hear(client));
    client.write(answer);
  }
  return { heard, client, verified };
}

async function hear(client: Socket): Promise<string> {
  const reader = new SocketReader(client, AbortSignal.timeout(5_000));
  const { type, body } = await reader.message(1024);
  await reader.release();
  return `${type} ${body.toString('latin1')}`;
}

function initial(response: string | null, mechanism = 'OAUTHBEARER'): Buffer {
  return message(
    'p',
    mechanism,
    response === null ? -1 : response.length,
    Buffer.from(response ?? '', 'latin1'),
  );
}

const response = (text: string) => message('p', Buffer.from(text, 'latin1'));
const bearer = (token: string) => `n,,\x01auth=Bearer ${token}\x01\x01`;

async function failure(verified: Promise<unknown>): Promise<object> {
  const error: unknown = await verified.catch((reason: unknown) => reason);
  if (!(error instanceof StartupError)) throw new Error('was not refused', { cause: error });
  return { code: error.code, sqlstate: error.postgres?.sqlstate };
}

test('a token that holds is taken with the first message', async () => {
  const { heard, verified } = await exchange(initial(bearer('good')));
  expect([heard, await verified]).toEqual([[OFFER], 'it is me']);
});

test('a client may wait to be asked a second time', async () => {
  const { heard, verified } = await exchange(initial(null), response(bearer('good')));
  expect([heard, await verified]).toEqual([[OFFER, 'R \0\0\0\x0b'], 'it is me']);
});

test('a token that does not hold is refused once the client knows where to get another', async () => {
  const { heard, verified } = await exchange(initial(bearer('bad')), response('\x01'));
  expect(heard).toEqual([OFFER, CHALLENGE]);
  await expect(verified).rejects.toThrow(new Refused('bad'));
});

test('a client without a token is told where to get one', async () => {
  const { heard, verified } = await exchange(initial('n,,\x01auth=\x01\x01'), response('\x01'));
  expect([heard, await failure(verified)]).toEqual([
    [OFFER, CHALLENGE],
    { code: 'NO_TOKEN', sqlstate: '28000' },
  ]);
});

test.each([
  [
    'anything but the separator after the challenge',
    [initial(bearer('bad')), response('\x01\x01')],
    'MALFORMED',
    '08P01',
  ],
  ['another mechanism', [initial(bearer('good'), 'SCRAM-SHA-256')], 'MALFORMED', '08P01'],
  ['an authorization identity', [initial('n,a=root,\x01auth=Bearer good\x01\x01')], 'UNSUPPORTED', '0A000'],
  ['a password', [message('p', 'good')], 'MALFORMED', '08P01'],
  ['a statement', [message('Q', 'select 1')], 'MALFORMED', '08P01'],
  ['a message over 64 KiB', [initial(bearer('x'.repeat(70_000)))], 'MALFORMED', '08P01'],
  ['Terminate', [message('X')], 'CLOSED', undefined],
])('%s is refused', async (_, answers, code, sqlstate) => {
  const { verified } = await exchange(...answers);
  expect(await failure(verified)).toEqual({ code, sqlstate });
});

test('a client that vanishes instead of taking note is gone, not refused', async () => {
  const { client, verified } = await exchange(initial(bearer('bad')));
  await hear(client);
  client.destroy();
  expect(await failure(verified)).toEqual({ code: 'CLOSED', sqlstate: undefined });
});

test('over a network nothing is offered in the clear', async () => {
  const { client, server, close } = await socketPair();
  onTestFinished(close);
  Object.defineProperty(server, 'remoteAddress', { value: '192.0.2.7' });
  const heard: Buffer[] = [];
  client.on('data', (chunk: Buffer) => heard.push(chunk));
  const verified = verifyBearerToken(server, SOURCE, AbortSignal.timeout(5_000), verify);
  expect(await failure(verified)).toEqual({ code: 'INSECURE', sqlstate: '28000' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard).toEqual([]);
});

test('agents are sent to the chosen issuer, or else the first', () => {
  const issuers = [
    { name: 'ci', issuer: 'https://ci.example' },
    { name: 'okta', issuer: 'https://okta.example/oauth2/default/' },
  ];
  expect([
    tokenSource(issuers, { scope: 'openid' }),
    tokenSource(issuers, { issuer: 'okta', scope: 'openid groups' }),
  ]).toEqual([
    { discovery: 'https://ci.example/.well-known/openid-configuration', scope: 'openid' },
    {
      discovery: 'https://okta.example/oauth2/default/.well-known/openid-configuration',
      scope: 'openid groups',
    },
  ]);
});
