import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { ensureBuilt } from '../../main/built.ts';
import { startWebHost } from '../../main/hosts/web.ts';
import { packageOf } from '../../main/package.ts';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';
import { visit } from './browser.ts';

const here = packageOf(import.meta.dirname);

test('a browser stays where it is when a file is dropped, and the window says how another archive is opened', async () => {
  await ensureBuilt(here, 'window', () => {});
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-dropped-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  writeSmallArchive(join(folder, 'archive'));
  const reader = await openArchive(join(folder, 'archive'));
  stack.defer(() => reader.close());
  const host = await startWebHost({
    reader,
    version: here.version,
    port: 0,
    renderer: here.renderer,
    report: () => {},
  });
  stack.defer(() => host.close());
  const { page } = await visit(host.freshUrl());
  await page.locator('[data-id]').first().waitFor();
  const kept = await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'evidence.audit'));
    const told = (type: string) =>
      !document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    return [told('dragover'), told('drop')];
  });
  expect(kept).toEqual([true, true]);
  const dialog = page.getByRole('dialog', { name: 'A file was dropped' });
  await dialog.waitFor();
  expect(await dialog.getByRole('paragraph').allTextContents()).toEqual([
    'evidence.audit',
    'A browser does not tell a page where a file lies. For another archive run: auditorium open PATH',
  ]);
  await dialog.getByRole('button', { name: 'Open another archive by its path…' }).click();
  expect(new URL(page.url()).pathname).toBe('/start');
});
