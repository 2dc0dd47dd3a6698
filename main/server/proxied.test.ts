/** A team server behind a proxy: HTTP, from those alone that it trusts. */
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestTeam, startTestTeam } from './testing/test-team.ts';

const teams: TestTeam[] = [];
beforeAll(async () => {
  teams.push(
    await startTestTeam({ serve: { tls: null, trustProxy: ['127.0.0.1'] } }),
    await startTestTeam({ serve: { tls: null, trustProxy: ['10.0.0.0/8'] } }),
  );
});
afterAll(async () => {
  for (const team of teams) await team[Symbol.asyncDispose]();
});

/** What a proxy on this machine is answered. */
function ask(team: TestTeam | undefined, headers: Record<string, string>): Promise<[unknown, string]> {
  const { promise, resolve, reject } = Promise.withResolvers<[unknown, string]>();
  const { port = 0, origin = '' } = team ?? {};
  const all = { host: new URL(origin).host, ...headers };
  const request = httpRequest({ host: '127.0.0.1', port, path: '/api/host', headers: all }, (response) => {
    text(response).then((body) => resolve([response.statusCode, body]), reject);
  });
  request.on('error', reject);
  request.end();
  return promise;
}

test('what a trusted proxy passes on from HTTPS is answered, and nothing else', async () => {
  const [trusting, other] = teams;
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '1.2.3.4' };
  const answers = [
    await ask(trusting, https),
    await ask(trusting, { ...https, 'x-forwarded-proto': 'http' }),
    await ask(trusting, {}),
    await ask(trusting, { ...https, host: 'evil.example' }),
    await ask(trusting, {
      ...https,
      host: 'evil.example',
      'x-forwarded-host': new URL(trusting?.origin ?? '').host,
    }),
    await ask(other, https),
  ];
  const unsafe = 'its proxy does not say that it came over HTTPS (X-Forwarded-Proto)';
  const expected = [
    [200, '{"kind":"server"'],
    [403, unsafe],
    [403, unsafe],
    [403, 'its Host is not this host'],
    [403, 'its Host is not this host'],
    [403, 'it did not come by a proxy that this server trusts'],
  ] as const;
  expect(answers.map(([status, body], i) => [status, body.includes(expected[i]?.[1] ?? '')])).toEqual(
    expected.map(([status]) => [status, true]),
  );
});
