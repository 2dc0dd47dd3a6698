import { OpenAPIHono } from '@hono/zod-openapi';
import { expect, test } from 'vitest';
import { ArchiveError } from '../../gateway/archive/archive.ts';
import { createClient } from '../../shared/api/client.ts';
import type { LiveEvent } from '../../shared/api/live.ts';
import { createApp } from '../app.ts';
import { FakeReader, INFO, SESSION } from '../testing/fake-reader.ts';
import { NewsFeed } from '../news-feed.ts';
import { newsOf, serveLive } from './live.ts';

const PACE = { poll: 1, heartbeat: 5 };
const GROWN = { ...INFO, events: 12 };

const archiveEvent = (id: number, data: unknown): string =>
  `event: archive\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

test('the state comes at once, then each change with its sessions, and signs of life between', async () => {
  const reader = new FakeReader();
  const ended = new AbortController();
  const news = newsOf({ reader, desk: null, news: new NewsFeed(), lag: null }, null, ended.signal, PACE);
  const seen = [(await news.next()).value, (await news.next()).value];
  reader.state = GROWN;
  seen.push((await news.next()).value);
  ended.abort();
  expect([...seen, (await news.next()).done]).toEqual([
    archiveEvent(9, { archive: INFO, sessions: [] }),
    ': alive\n\n',
    archiveEvent(12, { archive: GROWN, sessions: [SESSION] }),
    true,
  ]);
  expect(reader.asked).toEqual([{ method: 'changedSince', with: 9 }]);
});

test('what the host tells beside goes to those who listen then, of each kind but exports the last', async () => {
  const news = new NewsFeed();
  news.tell('case', { entries: 1 });
  const told = newsOf(
    { reader: new FakeReader(), desk: null, news, lag: null },
    null,
    new AbortController().signal,
    PACE,
  );
  await told.next();
  const export1 = { job: 'a', done: 1, total: null };
  const export2 = { job: 'b', done: 1, total: 4 };
  news.tell('case', { entries: 2 });
  news.tell('export', export1);
  news.tell('case', { entries: 3 });
  news.tell('export', export2);
  const seen = [await told.next(), await told.next(), await told.next()].map(({ value }) => value);
  await told.return();
  expect([seen, news.followers]).toEqual([
    [
      `event: export\nid: \ndata: ${JSON.stringify(export1)}\n\n`,
      'event: case\nid: \ndata: {"entries":3}\n\n',
      `event: export\nid: \ndata: ${JSON.stringify(export2)}\n\n`,
    ],
    0,
  ]);
});

test('a reader that comes back is told what it missed', async () => {
  const reader = new FakeReader();
  const news = newsOf(
    { reader, desk: null, news: new NewsFeed(), lag: null },
    4,
    new AbortController().signal,
    PACE,
  );
  expect((await news.next()).value).toBe(archiveEvent(9, { archive: INFO, sessions: [SESSION] }));
  expect(reader.asked).toEqual([{ method: 'changedSince', with: 4 }]);
  await news.return();
});

test('a failing archive is told, and ends the stream', async () => {
  const reader = new FakeReader();
  reader.failure = new ArchiveError('DAMAGED', 'torn');
  const news = newsOf(
    { reader, desk: null, news: new NewsFeed(), lag: null },
    null,
    new AbortController().signal,
    PACE,
  );
  expect([await news.next(), await news.next()]).toEqual([
    { done: false, value: 'event: failure\nid: \ndata: {"code":"ARCHIVE_UNREADABLE","message":"torn"}\n\n' },
    { done: true, value: undefined },
  ]);
});

test('the archive is looked at only while somebody listens', async () => {
  const reader = new FakeReader();
  const closing = new AbortController();
  const app = createApp({
    reader,
    kind: 'browser',
    version: '0',
    authorise: () => new Set(['archive:read'] as const),
    closing: closing.signal,
    report: (error) => expect.unreachable(String(error)),
  });
  const client = createClient({
    fetch: (url, init) => app(new Request(url, init)),
    base: 'http://host',
    wait: async () => undefined,
  });
  expect(reader.polls).toBe(0);
  const stopped = new AbortController();
  const seen: LiveEvent[] = [];
  for await (const event of client.live({ signal: stopped.signal })) {
    seen.push(event);
    if (seen.length === 1) reader.state = GROWN;
    else stopped.abort();
  }
  expect(seen).toEqual([
    { kind: 'news', news: { archive: INFO, sessions: [] } },
    { kind: 'news', news: { archive: GROWN, sessions: [SESSION] } },
  ]);
  const polls = reader.polls;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(reader.polls).toBe(polls);
});

test('a closing host ends its streams', async () => {
  const closing = new AbortController();
  const app = createApp({
    reader: new FakeReader(),
    kind: 'browser',
    version: '0',
    authorise: () => new Set(['archive:read'] as const),
    closing: closing.signal,
    report: (error) => expect.unreachable(String(error)),
  });
  const response = await app(new Request('http://host/api/live'));
  const text = response.text();
  closing.abort();
  expect([response.headers.get('content-type'), await text]).toEqual([
    'text/event-stream',
    expect.any(String),
  ]);
});

test('a window that leaves between two news is followed no more', async () => {
  const closing = new AbortController();
  const news = new NewsFeed();
  const app = new OpenAPIHono();
  serveLive(app, { reader: new FakeReader(), desk: null, news, lag: null }, closing.signal);
  const reader = (await app.request('/api/live')).body?.getReader();
  await reader?.read();
  const followed = news.followers;
  await reader?.cancel();
  expect([followed, news.followers]).toEqual([1, 0]);
});
