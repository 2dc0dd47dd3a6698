import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { createApp } from '../app.ts';
import { opened, temporaryFolder } from '../exports/testing/exported.ts';
import { type HostileArchive, writeHostileArchive } from '../exports/testing/hostile-archive.ts';

let written: HostileArchive;
let app: (request: Request) => Promise<Response>;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  const folder = temporaryFolder(finished);
  written = writeHostileArchive(folder);
  app = createApp({
    reader: await opened(folder, finished),
    kind: 'browser',
    version: '1.2.3',
    authorise: (request) =>
      request.headers.get('authorization') === null ? null : new Set(['archive:read']),
    closing: new AbortController().signal,
    report: () => undefined,
  });
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

function ask(body: object, signedIn = true): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(signedIn ? { authorization: 'Bearer x' } : {}) };
  return app(new Request('http://host/api/exports', { method: 'POST', headers, body: JSON.stringify(body) }));
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
