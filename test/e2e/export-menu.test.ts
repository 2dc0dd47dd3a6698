import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBundle } from '../../gateway/archive/bundle/verify-bundle.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { type HostileArchive, writeHostileArchive } from '../../main/exports/testing/hostile-archive.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { visit } from './browser.ts';
import { caseOf, ownFolder, readerOf, startHost } from './hosted.ts';

let resources: AsyncDisposableStack;
let folder: string;
let host: WebHost;
let written: HostileArchive;

beforeAll(async () => {
  resources = new AsyncDisposableStack();
  folder = await ownFolder(resources);
  written = writeHostileArchive(join(folder, 'archive'));
  const reader = await readerOf(resources, join(folder, 'archive'));
  const casework = caseOf(resources, join(folder, 'case'), reader);
  host = await startHost(resources, { reader, casework });
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
