/** An archive in which somebody changed something: what the window says of it, of its sessions, and what it still shows. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { volumeFileName } from '../../gateway/archive/sqlite/volume-files.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { verifyApart } from '../../gateway/verifying.ts';
import { openReader } from '../../main/archives.ts';
import { ArchiveIntegrity } from '../../main/integrity/archive-integrity.ts';
import { integrityOf } from '../../main/integrity/integrity-of.ts';
import { VerifiedArchives } from '../../main/integrity/verified-archives.ts';
import { NewsFeed } from '../../main/news-feed.ts';
import { flipped } from '../evidence/edits.ts';
import { writeStory } from '../evidence/story.ts';
import { Surgery } from '../evidence/surgery.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';

const opened = new AsyncDisposableStack();
let folder: string;
let archive: string;
let damaged: { readonly session: string; readonly sequence: number };

beforeAll(async () => {
  folder = await ownFolder(opened);
  archive = join(folder, 'archive');
  const log = writeStory({ path: archive });
  damaged = changeStatement(join(archive, volumeFileName(log.log, 0)));
}, 120_000);
afterAll(() => opened.disposeAsync());

/** Changes a byte of what an agent said; tells where. */
function changeStatement(volume: string): typeof damaged {
  using surgery = new Surgery(volume);
  const index = surgery.find(({ kind, index: at }) => kind === 'statement' && at > 50);
  let found = { session: '', sequence: -1 };
  surgery.edit(index, (piece) => {
    const { session, sequence } = piece.event;
    found = { session: Buffer.from(session ?? []).toString('hex'), sequence };
    return { ...piece, payloads: flipped(piece.payloads, piece.payloads.length - 1) };
  });
  return found;
}

test('an own archive is found damaged in the background, and leads to the session and the step', async () => {
  const reader = await readerOf(opened, archive);
  const news = new NewsFeed();
  const keys = [TEST_SIGNER.publicKey];
  const { promise: looked, resolve: look } = Promise.withResolvers<void>();
  const integrity = new ArchiveIntegrity({
    archive,
    keys: keys.map((key) => Buffer.from(key).toString('hex')),
    verify: ({ unchanged, projections, onProgress, signal }) =>
      verifyApart(
        { path: archive, keys, anchors: [], needSeals: false, now: Date.now() * 1_000, unchanged },
        { projections, onProgress, signal },
      ),
    verified: new VerifiedArchives(folder),
    events: async () => (await reader.info()).events,
    tell: (told) => news.tell('integrity', told),
    now: Date.now,
    // Not before the test has seen that it is still to come.
    after: (ms, run) => {
      const waiting = new AbortController();
      void looked.then(() => pause(ms, undefined, { signal: waiting.signal })).then(run, () => undefined);
      return () => waiting.abort();
    },
  });
  opened.defer(() => integrity.close());
  const { page } = await visit((await startHost(opened, { reader, news, integrity })).freshUrl());
  const badge = page.getByTestId('standing');
  await expect.poll(() => badge.getAttribute('data-standing')).toBe('unverified');
  look();
  await expect.poll(() => badge.getAttribute('aria-label')).toBe('corrupt: Integrity: CORRUPT');
  await expect.poll(() => page.getByTestId('sent').innerText()).toMatch(/CORRUPT[\s\S]*1 session touched/);
  await badge.click();
  const details = page.getByTestId('integrity');
  const link = details.getByRole('button', { name: /^session / });
  expect(await link.innerText()).toContain(`step ${damaged.sequence}`);
  await link.click();
  await expect
    .poll(() => page.getByTestId('touched').innerText())
    .toMatch(new RegExp(`CORRUPT[\\s\\S]*from step ${damaged.sequence} on`));
  expect(new URL(page.url()).pathname).toBe(`/sessions/${damaged.session}`);
});

test('of one that was sent the list says what is left out, and the session where it is cut', async () => {
  const reader = await openReader(archive, { say: () => {} });
  opened.defer(() => reader.close());
  const news = new NewsFeed();
  const integrity = await integrityOf({ archive, reader, config: null, tell: () => {} });
  const { page } = await visit((await startHost(opened, { reader, news, integrity })).freshUrl());
  await expect
    .poll(() => page.getByTestId('sent').innerText())
    .toMatch(/CORRUPT[\s\S]*events did not verify[\s\S]*1 session touched/);
  await page.getByRole('button', { name: 'Show them' }).click();
  await expect.poll(() => page.getByTestId('session-row').count()).toBe(1);
  await page.getByTestId('session-row').click();
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.getByTestId('touched').innerText())
    .toContain(`it is shown up to step ${damaged.sequence - 1}`);
});
