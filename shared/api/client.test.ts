import { expect, test } from 'vitest';
import { createClient, type ClientOptions } from './client.ts';
import { ApiError } from './error.ts';
import type { FetchInit, FetchResponse } from './fetch.ts';
import { encodeServerSent } from './server-sent.ts';

const SESSION = '00112233445566778899aabbccddeeff';
const ARCHIVE = {
  path: '/a',
  volumes: 1,
  sessions: 2,
  statements: 3,
  events: 4,
  first: 5,
  last: 6,
  behind: 0,
  foreign: null,
};

interface Call {
  readonly url: string;
  readonly init: FetchInit;
}

/** A client whose host gives the answers in turn, and what it was asked. */
function clientOf(answers: (Response | Error)[], options: Partial<ClientOptions> = {}) {
  const calls: Call[] = [];
  const fetch = async (url: string, init: FetchInit): Promise<FetchResponse> => {
    calls.push({ url, init });
    const answer = answers.shift() ?? new Error('connection refused');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const api = createClient({
    fetch,
    base: 'http://host',
    bearer: () => 'secret',
    wait: async () => undefined,
    ...options,
  });
  return { api, calls };
}

test('a route’s input goes into path and query, with the bearer beside it', async () => {
  const { api, calls } = clientOf([Response.json({ items: [], next: null, total: null })]);
  const answer = await api.steps({ id: SESSION, limit: 2, after: 'a/b c' });
  expect({ answer, calls }).toEqual({
    answer: { items: [], next: null, total: null },
    calls: [
      {
        url: `http://host/api/sessions/${SESSION}/steps?limit=2&after=a%2Fb%20c`,
        init: { method: 'GET', headers: { authorization: 'Bearer secret' } },
      },
    ],
  });
});

test('a body goes out as JSON, without a bearer where there is none', async () => {
  const { api, calls } = clientOf([Response.json({ bearer: 'b' })], { bearer: () => null });
  expect(await api.signIn({ token: 't' })).toEqual({ bearer: 'b' });
  expect(calls).toEqual([
    {
      url: 'http://host/api/sign-in',
      init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"token":"t"}' },
    },
  ]);
});

test('a segment comes as its bytes', async () => {
  const { api } = clientOf([new Response(new Uint8Array([0, 255, 10]))]);
  expect(await api.segment({ id: SESSION, number: 1 })).toEqual(new Uint8Array([0, 255, 10]));
});

test.each([
  [
    'what the host says',
    Response.json({ code: 'BAD_FILTER', message: 'no such field', range: [0, 3] }, { status: 400 }),
    { code: 'BAD_FILTER', message: 'no such field', range: [0, 3] },
  ],
  [
    'a foreign 404',
    new Response('<h1>', { status: 404 }),
    { code: 'NOT_FOUND', message: 'the host answered with HTTP status 404' },
  ],
  [
    'a foreign 500',
    new Response('', { status: 500 }),
    { code: 'INTERNAL', message: 'the host answered with HTTP status 500' },
  ],
  [
    'no host',
    new Error('refused'),
    { code: 'UNREACHABLE', message: 'Auditorium does not answer. Is it still running?' },
  ],
  [
    'an undeclared answer',
    Response.json({ kind: 'toaster' }),
    { code: 'INTERNAL', message: 'the answer to /api/host is not as declared' },
  ],
])('%s is an ApiError', async (_, answer, expected) => {
  const { api } = clientOf([answer]);
  const error = await api.host().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject(expected);
});

test('an aborted call rejects with the reason of its signal', async () => {
  const reason = new Error('changed my mind');
  const { api } = clientOf([reason]);
  await expect(api.host({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('the live stream survives breaks, goes on where it broke, and ends with the signal', async () => {
  const news = { archive: ARCHIVE, sessions: [SESSION] };
  const stream = (...ids: string[]): Response =>
    new Response(
      ids
        .map((id) => encodeServerSent({ event: 'archive', id, data: JSON.stringify(news) }))
        .join(': heartbeat\n\n'),
    );
  const failure = encodeServerSent({
    event: 'failure',
    id: '',
    data: JSON.stringify({ code: 'ARCHIVE_UNREADABLE', message: 'gone' }),
  });
  const abort = new AbortController();
  const waits: number[] = [];
  const { api, calls } = clientOf(
    [stream('1', '2'), new Error('refused'), new Response(failure), stream('3')],
    {
      wait: async (ms) => void waits.push(ms),
    },
  );
  const seen: string[] = [];
  for await (const event of api.live({ signal: abort.signal })) {
    seen.push(event.kind === 'lost' ? event.error.code : event.kind);
    if (seen.length === 6) abort.abort();
  }
  expect(seen).toEqual(['news', 'news', 'UNREACHABLE', 'UNREACHABLE', 'ARCHIVE_UNREADABLE', 'news']);
  expect(waits).toEqual([250, 500, 1_000]);
  expect(calls.map(({ init }) => init.headers['last-event-id'])).toEqual([undefined, '2', '2', '2']);
});

test('a refused live stream throws instead of trying again', async () => {
  const { api, calls } = clientOf([
    Response.json({ code: 'NOT_SIGNED_IN', message: 'sign in' }, { status: 401 }),
  ]);
  await expect(api.live().next()).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(calls).toHaveLength(1);
});
