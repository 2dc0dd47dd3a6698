import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFile } from './static-files.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-files-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'main-4f3a.js'), 'export {};');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function answer(path: string, method = 'GET'): Promise<unknown[]> {
  const response = await serveFile(folder, new Request(`http://host${path}`, { method }));
  const { status, headers } = response;
  return [status, headers.get('content-type'), headers.get('cache-control'), await response.text()];
}

const FOREVER = 'public, max-age=31536000, immutable';

test('files with a hash in their name may be kept for ever', async () => {
  const type = 'text/javascript; charset=utf-8';
  expect(await answer('/assets/main-4f3a.js')).toEqual([200, type, FOREVER, 'export {};']);
  expect(await answer('/assets/main-4f3a.js', 'HEAD')).toEqual([200, type, FOREVER, '']);
});

test('a place within the window is index.html, asked for anew each time', async () => {
  const page = [200, 'text/html; charset=utf-8', 'no-cache', '<!doctype html>'];
  expect(await answer('/')).toEqual(page);
  expect(await answer('/sessions/00112233445566778899aabbccddeeff?step=3')).toEqual(page);
});

test('files are read and nothing else', async () => {
  const plain = 'text/plain; charset=utf-8';
  expect(await answer('/', 'POST')).toEqual([405, plain, null, 'only GET and HEAD\n']);
  expect(await answer('/assets/absent.js')).toEqual([404, plain, null, 'there is no /assets/absent.js\n']);
  expect(await answer('/%ff')).toEqual([400, plain, null, 'a malformed path\n']);
});
