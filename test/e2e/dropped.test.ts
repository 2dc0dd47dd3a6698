import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';

test('a browser stays where it is when a file is dropped, and the window says how another archive is opened', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await ownFolder(stack);
  writeSmallArchive(join(folder, 'archive'));
  const reader = await readerOf(stack, join(folder, 'archive'));
  const host = await startHost(stack, { reader });
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
