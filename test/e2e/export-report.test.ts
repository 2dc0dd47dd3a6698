import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { exported } from '../../main/exports/testing/exported.ts';
import { writeHostileArchive } from '../../main/exports/testing/hostile-archive.ts';
import { visit, type Visit } from './browser.ts';

let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-report-'));
  writeHostileArchive(join(folder, 'archive'));
  const reader = await openArchive(join(folder, 'archive'));
  try {
    await writeFile(join(folder, 'report.html'), await exported(reader, 'html'));
  } finally {
    await reader.close();
  }
  url = pathToFileURL(join(folder, 'report.html')).href;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The report, with what it asked for beside itself and any dialog that a script opened. */
async function look(): Promise<Visit & { readonly acts: string[] }> {
  const acts: string[] = [];
  const shown = await visit('about:blank');
  shown.page.on('request', (request) => {
    if (request.url() !== url) acts.push(`request ${request.url()}`);
  });
  shown.page.on('dialog', (dialog) => {
    acts.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await shown.page.goto(url);
  return { ...shown, acts };
}

test('opens from a file without a network, and nothing that was recorded acts', async () => {
  const { page, complaints, acts } = await look();
  await expect.poll(() => page.locator('.bar').count()).toBe(2);
  expect([
    complaints,
    acts,
    await page.locator('img, iframe, object, link, a, form').count(),
    await page.locator('script').count(),
    (await page.getByText('<img src=x onerror=alert(1)>').count()) > 0,
  ]).toEqual([[], [], 0, 1, true]);
});

test('a script that is put into it does not run', async () => {
  const { page, complaints, acts } = await look();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'alert(1)';
    document.body.append(script);
    const image = document.createElement('img');
    image.src = 'http://127.0.0.1:9/x.png';
    document.body.append(image);
  });
  await expect.poll(() => complaints.length).toBe(2);
  expect([
    complaints.every((complaint) => complaint.includes('Content Security Policy')),
    acts.filter((act) => act.startsWith('dialog')),
  ]).toEqual([true, []]);
});

test('the replay goes by keys and by statements, and paper shows all of it', async () => {
  const { page } = await look();
  const replay = page.locator('.replay').first();
  const shown = () => replay.locator('.screen > span:not([hidden])').count();
  const all = await shown();
  await replay.focus();
  await page.keyboard.press('Home');
  const first = await shown();
  await page.keyboard.press('n');
  const marked = await replay.locator('.now').innerText();
  await page.locator('section').first().locator('tr[data-q]').nth(3).click();
  const clicked = await replay.locator('.now').innerText();
  await page.keyboard.press('Home');
  await page.emulateMedia({ media: 'print' });
  const printed = await replay.locator('.screen').innerText();
  expect([
    first,
    all > 20,
    marked,
    clicked,
    printed.includes('Session completed'),
    await page.locator('.bar').first().isVisible(),
  ]).toEqual([
    1,
    true,
    expect.stringContaining('select id, email from public.users'),
    expect.stringContaining('drop table orders'),
    true,
    false,
  ]);
});
