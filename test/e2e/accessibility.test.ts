/** Every view, light and dark, before axe-core: WCAG 2.2 A and AA, and its best practices. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { userFolder } from '../../gateway/config.ts';
import type { Shown } from '../../main/show.ts';
import { ensureBuilt } from '../../main/built.ts';
import { packageOf } from '../../main/package.ts';
import { visit } from './browser.ts';
import { writeDecidedArchive } from './decided-archive.ts';
import { showArchive, urlOf } from './shown.ts';

let opened: AsyncDisposableStack;
let shown: Shown;
let session: string;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  await ensureBuilt(packageOf(import.meta.dirname), 'window', () => {});
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-axe-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  session = writeDecidedArchive(folder);
  noteOwnArchive(userFolder(process.env), folder);
  shown = await showArchive(opened, folder);
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Asks the host as the page does. */
async function ask(page: Page, path: string, body: unknown): Promise<{ readonly id: string }> {
  return page.evaluate(
    async ([url, text]) => {
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${sessionStorage.getItem('auditorium.bearer')}`,
      };
      const response = await fetch(url, { method: 'POST', headers, body: text });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as { id: string };
    },
    [path, JSON.stringify(body)] as const,
  );
}

/** A note, a finding with a frame and a session to review: what has no views without them. Returns the finding's id. */
async function work(page: Page): Promise<string> {
  const place = { session, sequence: 5 };
  await ask(page, '/api/case/annotations', { place, text: 'a *note*', tags: ['pii'], colour: 'red' });
  await ask(page, '/api/case/reviews', { sessions: [session], verdict: 'to-review', reason: 'odd' });
  const finding = { title: 'Orders emptied', severity: 'high', narrative: '**All** of it', places: [place] };
  return (await ask(page, '/api/case/findings', finding)).id;
}

/** What axe calls serious or worse, each with the elements it means. */
async function seriousIn(page: Page): Promise<string[]> {
  // As the page's own script it would be refused by the Content-Security-Policy.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as { axe: typeof axe };
    return run.run(document, { resultTypes: ['violations'] });
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Where to go, and what is there once the place is. */
const VIEWS: readonly [path: string, ready: string][] = [
  ['/sessions', '[data-testid=session-row]'],
  ['/sessions?selected=SESSION', '[data-testid=session-row][aria-selected=true]'],
  ['/sessions?filter=verb%3Anothing', '.note'],
  ['/statements', '[data-testid=statement-row]'],
  ['/sessions/SESSION', '[data-testid=position]'],
  ...['result', 'parameters', 'decision', 'error', 'raw', 'notes'].map((tab): [string, string] => [
    `/sessions/SESSION?tab=${tab}&step=20`,
    `[data-testid=inspector-${tab}]`,
  ]),
  ['/compare?a=SESSION&b=SESSION', 'main h1, main .note'],
  ['/approvals', 'main h1'],
  ['/findings', 'main h1'],
  ['/findings/FINDING', 'main h1'],
  ['/findings/reviews', 'main h1'],
  ['/findings/notes', 'main h1'],
  ['/findings/log', 'main h1'],
  ['/nowhere', '.note'],
];

/** What opens over a place, by its key. */
const OVER: readonly [path: string, keys: readonly string[], ready: string][] = [
  ['/sessions', ['?'], '[role=dialog]'],
  ['/sessions', ['Control+k'], '[role=dialog]'],
  ['/sessions/SESSION', ['n'], 'textarea'],
  ['/sessions/SESSION', ['f'], '[role=dialog]'],
];

test.each(['light', 'dark'] as const)(
  'axe finds nothing serious in any view, %s',
  async (theme) => {
    const { page, complaints } = await visit(urlOf(shown));
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.getByTestId('session-row').first().waitFor();
    const finding = await work(page);
    const to = async (path: string, ready: string, keys: readonly string[] = []): Promise<string[]> => {
      const address = path.replaceAll('SESSION', session).replace('FINDING', finding);
      await page.goto(new URL(address, page.url()).href);
      await page.locator('main h1, main .note, [data-testid=position]').first().waitFor();
      for (const key of keys) await page.keyboard.press(key);
      await page
        .locator(ready)
        .first()
        .waitFor({ timeout: 15_000 })
        .catch((cause: unknown) => {
          throw new Error(`${path} never showed ${ready}`, { cause });
        });
      return (await seriousIn(page)).map((what) => `${path} ${keys.join(' ')} ${what}`);
    };
    const found: string[] = [];
    for (const [path, ready] of VIEWS) found.push(...(await to(path, ready)));
    for (const [path, keys, ready] of OVER) found.push(...(await to(path, ready, keys)));
    expect([found, complaints]).toEqual([[], []]);
  },
  120_000,
);
