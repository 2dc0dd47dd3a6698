import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveError } from '../gateway/archive/archive.ts';
import { EVERYTHING as NO_FILTER } from '../shared/filter/filter.ts';
import { isRouteName, permissionOf, ROUTES } from '../shared/api/route-table.ts';
import type { Permission } from '../shared/api/permission.ts';
import { z } from '../shared/api/zod.ts';
import { createApp } from './app.ts';
import {
  FakeReader,
  INFO,
  SEGMENT_ROW,
  SESSION,
  SESSION_ROW,
  STATEMENT_ROW,
  STEP,
} from './testing/fake-reader.ts';

const EVERYTHING: ReadonlySet<Permission> = new Set<Permission>(['archive:read']);

let reader: FakeReader;
let held: ReadonlySet<Permission> | null;
let reported: unknown[];
let closing: AbortController;
let app: (request: Request) => Promise<Response>;

beforeEach(() => {
  reader = new FakeReader();
  held = EVERYTHING;
  reported = [];
  closing = new AbortController();
  app = createApp({
    reader,
    kind: 'browser',
    version: '1.2.3',
    authorise: () => held,
    exchange: (token) => (token === 'right' ? 'bearer' : null),
    closing: closing.signal,
    report: (error) => void reported.push(error),
  });
});
afterEach(() => closing.abort());

/** The whole of an answer that matters to a client. */
async function ask(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; type: string | null; body: unknown }> {
  const response = await app(new Request(`http://host${path}`, init));
  const type = response.headers.get('content-type');
  const text = await response.text();
  return { status: response.status, type, body: type === 'application/json' ? JSON.parse(text) : text };
}
const json = (status: number, body: unknown) => ({ status, type: 'application/json', body });
const post = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
});

test.each([
  ['/api/host', { kind: 'browser', version: '1.2.3' }],
  ['/api/archive', INFO],
  ['/api/sessions', { items: [SESSION_ROW], next: null, total: 1 }],
  [`/api/sessions/${SESSION}`, SESSION_ROW],
  [`/api/sessions/${SESSION}/steps`, { items: [STEP], next: null, total: 1 }],
  [`/api/sessions/${SESSION}/segments`, { first: 0, items: [SEGMENT_ROW] }],
  [`/api/sessions/${SESSION}/segments?around=70`, { first: 2, items: [SEGMENT_ROW] }],
  ['/api/statements', { items: [STATEMENT_ROW], next: 'more', total: null }],
])('GET %s answers with what the archive holds', async (path, body) => {
  expect(await ask(path)).toEqual(json(200, body));
});

test('a page is asked for with the parsed filter, its order, cursor and limit', async () => {
  await ask('/api/sessions?filter=table:orders&sort=-rows&after=x&limit=7');
  await ask(`/api/statements?session=${SESSION}`);
  await ask(`/api/sessions/${SESSION}/steps?after=y`);
  const term = { field: 'table', comparison: ':', value: 'orders', range: [0, 12] };
  expect(reader.asked).toEqual([
    {
      method: 'sessions',
      with: { filter: { root: { kind: 'term', term } }, sort: '-rows', after: 'x', limit: 7 },
    },
    { method: 'statements', with: { filter: NO_FILTER, session: SESSION, limit: 100 } },
    { method: 'steps', with: { id: SESSION, after: 'y', limit: 100 } },
  ]);
});

test('a segment is answered as its bytes, and kept by no cache', async () => {
  const response = await app(new Request(`http://host/api/sessions/${SESSION}/segments/0`));
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 255, 10]));
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store',
  });
});

const unknownSession = 'ff'.repeat(16);
test.each([
  ['/api/nothing', 404, { code: 'NOT_FOUND', message: 'there is no /api/nothing' }],
  [
    `/api/sessions/${unknownSession}`,
    404,
    { code: 'NOT_FOUND', message: `the archive holds no session ${unknownSession}` },
  ],
  [
    `/api/sessions/${unknownSession}/steps`,
    404,
    { code: 'NOT_FOUND', message: `the archive holds no session ${unknownSession}` },
  ],
  [
    `/api/sessions/${SESSION}/segments/9`,
    404,
    { code: 'NOT_FOUND', message: `session ${SESSION} has no segment 9` },
  ],
  ['/api/sessions/x', 400, { code: 'BAD_REQUEST', message: 'id: a session id has 32 hex digits' }],
  ['/api/statements?after=forged', 400, { code: 'BAD_REQUEST', message: 'this cursor is of no page' }],
])('GET %s is refused with %i', async (path, status, body) => {
  expect(await ask(path)).toEqual(json(status, body));
});

test('a wrong filter is refused with the place of the fault', async () => {
  const { status, body } = await ask('/api/facets?filter=table:orders%20rows%3Emany');
  expect({ status, body }).toEqual({
    status: 400,
    body: { code: 'BAD_FILTER', message: '"many" is not a whole number', range: [18, 22] },
  });
});

test.each(['limit=0', 'limit=501', 'sort=name', `filter=${'x'.repeat(4001)}`])(
  '?%s is refused',
  async (query) => {
    const { status, body } = await ask(`/api/sessions?${query}`);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
  },
);

test.each([
  [new ArchiveError('OLDER_VERSION', 'older'), 422, { code: 'ARCHIVE_OLDER', message: 'older' }],
  [new ArchiveError('NEWER_VERSION', 'newer'), 422, { code: 'ARCHIVE_NEWER', message: 'newer' }],
  [new ArchiveError('DAMAGED', 'torn'), 422, { code: 'ARCHIVE_UNREADABLE', message: 'torn' }],
  [new ArchiveError('BUSY', 'locked'), 504, { code: 'TIMEOUT', message: 'locked' }],
  [new ArchiveError('TIMEOUT', 'too long'), 504, { code: 'TIMEOUT', message: 'too long' }],
])('what the archive refuses is said with its own code: %s', async (failure, status, body) => {
  reader.failure = failure;
  expect([await ask('/api/archive'), reported]).toEqual([json(status, body), []]);
});

test('a failure nobody foresaw is INTERNAL and reported', async () => {
  reader.failure = new TypeError('x is undefined');
  const body = { code: 'INTERNAL', message: 'something failed inside Auditorium: x is undefined' };
  expect([await ask('/api/archive'), reported]).toEqual([json(500, body), [reader.failure]]);
});

const paths = Object.keys(ROUTES)
  .filter(isRouteName)
  .map((name) => ({ name, route: ROUTES[name] }))
  .map(({ name, route }) => ({
    name,
    method: route.method.toUpperCase(),
    path: route.path.replace('{id}', SESSION).replace('{number}', '0'),
  }));
const closed = paths.filter(({ name }) => permissionOf(name) !== 'public');

test.each(closed)('$method $path needs a sign-in, and the permission', async ({ name, method, path }) => {
  held = null;
  expect(await ask(path, { method })).toEqual(
    json(401, { code: 'NOT_SIGNED_IN', message: 'this needs a sign-in' }),
  );
  held = new Set();
  const message = `this needs the permission ${permissionOf(name)}`;
  expect(await ask(path, { method })).toEqual(json(403, { code: 'FORBIDDEN', message }));
  if (method !== 'GET') return;
  const head = await app(new Request(`http://host${path}`, { method: 'HEAD' }));
  expect(head.status).toBe(403);
});

test('only the host’s name and the sign-in need none', () => {
  expect(paths.filter((route) => !closed.includes(route)).map(({ name }) => name)).toEqual([
    'signIn',
    'host',
  ]);
});

test('the OpenAPI document holds every declared route', async () => {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse((await ask('/api/openapi.json')).body);
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const declared = Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`);
  expect(documented.toSorted()).toEqual(declared.toSorted());
});

test('a right token gives a bearer, a wrong one says what to do', async () => {
  expect(await ask('/api/sign-in', post('{"token":"right"}'))).toEqual(json(200, { bearer: 'bearer' }));
  const message =
    'this link was used before or is of an earlier start; take a fresh one from the terminal that runs Auditorium';
  expect(await ask('/api/sign-in', post('{"token":"wrong"}'))).toEqual(
    json(401, { code: 'NOT_SIGNED_IN', message }),
  );
});

test.each([
  ['no JSON', post('token=right')],
  ['a form', { method: 'POST', body: new URLSearchParams({ token: 'right' }) }],
  ['no token', post('{}')],
  ['a body without end', post(`{"token":"${'x'.repeat(70_000)}"}`)],
])('a sign-in with %s is refused', async (_, init) => {
  const { status, body } = await ask('/api/sign-in', init);
  expect({ status, body }).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
});
