import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { createApp } from '../app.ts';
import { opened, temporaryFolder } from '../exports/testing/exported.ts';
import { NewsFeed } from '../news-feed.ts';
import { type HostileArchive, writeHostileArchive } from '../exports/testing/hostile-archive.ts';

let written: HostileArchive;
let asked: string[];
const news = new NewsFeed();
let app: (request: Request) => Promise<Response>;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  const folder = temporaryFolder(finished);
  written = writeHostileArchive(folder);
  const reader = await opened(folder, finished);
  app = createApp({
    reader: {
      ...reader,
      segments: (id) => {
        asked.push(id);
        return reader.segments(id);
      },
    },
    news,
    kind: 'browser',
    version: '1.2.3',
    authorise: (request) =>
      request.headers.get('authorization') === null ? null : new Set(['archive:read', 'archive:export']),
    closing: new AbortController().signal,
    report: () => undefined,
  });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

function ask(body: object, signedIn = true): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(signedIn ? { authorization: 'Bearer x' } : {}) };
  return app(new Request('http://host/api/exports', { method: 'POST', headers, body: JSON.stringify(body) }));
}

function list(): Promise<Response> {
  return app(new Request('http://host/api/sessions', { headers: { authorization: 'Bearer x' } }));
}

test('an export is a file with a name of our own, and says what it leaves out', async () => {
  const response = await ask({ format: 'csv', filter: 'verb:delete' });
  const text = await response.text();
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('content-disposition')?.replace(/\d+T\d+/, '…'),
    decodeURIComponent(response.headers.get('x-auditorium-leaves-out') ?? '').startsWith('["Rows of results'),
    response.headers.get('cache-control'),
    text.split('\r\n').length,
  ]).toEqual([
    200,
    'text/csv; charset=utf-8; header=present',
    'attachment; filename="auditorium-…Z.csv"',
    true,
    'no-store',
    3,
  ]);
});

test('how far an export is goes to windows under its own word', async () => {
  const following = news.follow();
  const { items } = JSON.parse(await (await list()).text()) as { items: { statements: number }[] };
  const total = items.reduce((sum, { statements }) => sum + statements, 0);
  await (await ask({ format: 'csv', job: 'a' })).text();
  await (await ask({ format: 'csv', job: 'b', sessions: [written.plain] })).text();
  await (await ask({ format: 'csv' })).text();
  const told = following.take();
  following.close();
  expect([told.slice(0, 1), told.filter(({ data }) => 'job' in data && data.job === 'b').length > 0]).toEqual(
    [[{ kind: 'export', data: { job: 'a', done: 0, total } }], true],
  );
});

test('sessions that were picked are exported, and no others', async () => {
  await (await ask({ format: 'csv', sessions: [written.plain] })).text();
  expect([...new Set(asked)]).toEqual([written.plain]);
});

test('an export that nobody takes any more ends at the host', async () => {
  const { items } = JSON.parse(await (await list()).text()) as { items: unknown[] };
  const response = await ask({ format: 'jsonl' });
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([asked.length > 0, asked.length < items.length]).toEqual([true, true]);
});

test('a bundle verifies, and leaves nothing behind on the host', async () => {
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('auditorium-bundle-'));
  const before = left();
  const response = await ask({ format: 'bundle', session: written.plain });
  const bytes = Buffer.from(await response.arrayBuffer());
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-taken-'));
  try {
    writeFileSync(join(folder, 'b.zip'), bytes);
    const { verdict } = await verifyBundle({
      path: join(folder, 'b.zip'),
      keys: [TEST_SIGNER.publicKey],
      anchors: [],
    });
    await expect.poll(left).toEqual(before);
    expect(verdict).toBe('VERIFIED');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [{ format: 'csv', filter: 'verb:vacuum' }, true, 404, 'NOT_FOUND'],
  [{ format: 'csv', filter: 'verbs:x' }, true, 400, 'BAD_FILTER'],
  [{ format: 'docx' }, true, 400, 'BAD_REQUEST'],
  [{ format: 'csv', session: 'ff'.repeat(16) }, true, 404, 'NOT_FOUND'],
  [{ format: 'csv' }, false, 401, 'NOT_SIGNED_IN'],
])('%j is refused', async (request, signedIn, status, code) => {
  const response = await ask(request, signedIn);
  expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ code })]);
});
