import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { ensureBuilt } from '../../main/built.ts';
import { Casework } from '../../main/casework/casework.ts';
import { type HostileArchive, writeHostileArchive } from '../../main/exports/testing/hostile-archive.ts';
import { startWebHost, type WebHost } from '../../main/hosts/web.ts';
import { packageOf } from '../../main/package.ts';
import { visit } from './browser.ts';

let resources: AsyncDisposableStack;
let folder: string;
let host: WebHost;
let written: HostileArchive;

beforeAll(async () => {
  resources = new AsyncDisposableStack();
  const here = packageOf(import.meta.dirname);
  await ensureBuilt(here, 'window', () => {});
  folder = await mkdtemp(join(tmpdir(), 'auditorium-export-menu-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  written = writeHostileArchive(join(folder, 'archive'));
  const reader = await openArchive(join(folder, 'archive'));
  resources.defer(() => reader.close());
  const casework = new Casework({
    path: join(folder, 'case'),
    archive: reader,
    signer: TEST_SIGNER,
    name: async () => 'Ada',
    now: Date.now,
  });
  resources.defer(() => casework.close());
  host = await startWebHost({
    reader,
    casework,
    version: '0',
    port: 0,
    renderer: here.renderer,
    report: () => {},
  });
  resources.defer(() => host.close());
}, 120_000);
afterAll(() => resources.disposeAsync());

test('a replay’s menu gives a bundle of its session that verifies', async () => {
  const { page, complaints } = await visit(host.freshUrl());
  await page.getByTestId('session-row').first().waitFor();
  await page.goto(`http://127.0.0.1:${host.port}/sessions/${written.plain}`);
  await page.getByTestId('export').click();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Evidence bundle' }).click();
  const download = await coming;
  const path = join(folder, 'taken.zip');
  await download.saveAs(path);
  const { verdict, logs } = await verifyBundle({ path, keys: [TEST_SIGNER.publicKey], anchors: [] });
  expect([download.suggestedFilename(), verdict, logs.map(({ sessions }) => sessions), complaints]).toEqual([
    `auditorium-${written.plain.slice(0, 16)}.zip`,
    'VERIFIED',
    [1],
    [],
  ]);
});

test('a list’s menu says when nothing passes the filter', async () => {
  const { page } = await visit(host.freshUrl());
  await page.getByTestId('session-row').first().waitFor();
  await page.goto(`http://127.0.0.1:${host.port}/sessions?filter=verb:vacuum`);
  await page.getByTestId('export').click();
  await page.getByRole('button', { name: 'CSV' }).click();
  await expect
    .poll(() => page.getByRole('alert').innerText())
    .toBe('✕ nothing matches verb:vacuum: nothing was exported');
});
