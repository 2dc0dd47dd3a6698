/** News of the archive, of the approvals inbox and of the host's own work as server-sent events: one stream a window, polling the archive only while somebody listens. */
import { setTimeout as wait } from 'node:timers/promises';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { InboxNews } from '../../shared/api/approvals.ts';
import type { News } from '../../shared/api/routes.ts';
import type { ArchiveInfo } from '../../shared/api/session.ts';
import { encodeServerSent } from '../../shared/api/server-sent.ts';
import type { ApprovalDesk } from '../approval-desk.ts';
import type { FollowedSessions } from '../fleet/followed-sessions.ts';
import type { GatewayLag } from '../gateway-lag.ts';
import type { NewsFeed } from '../news-feed.ts';
import { bodyOf, toApiError } from './failure.ts';

/** In milliseconds. */
export interface LivePace {
  /** Between two looks at the archive. */
  readonly poll: number;
  /** Between two signs of life; proxies cut connections that are silent for 30 to 60 s. */
  readonly heartbeat: number;
}

/** The shipper commits at least every 250 ms; what is durable is to be in the window within a second. */
const PACE: LivePace = { poll: 200, heartbeat: 15_000 };

/** What a stream tells of. */
export interface LiveSources {
  readonly reader: ArchiveReader;
  /** null where this host knows of no gateway. */
  readonly desk: ApprovalDesk | null;
  /** All else that windows are told. */
  readonly news: NewsFeed;
  /** How far the archive is behind its gateway; null where none is known. */
  readonly lag: Pick<GatewayLag, 'follow'> | null;
  /** Sessions that are read from gateways of a fleet; absent: none are. */
  readonly followed?: Pick<FollowedSessions, 'follow'> | null;
}

export function serveLive(app: OpenAPIHono, sources: LiveSources, closing: AbortSignal): void {
  app.openapi(ROUTES.live, (c) => {
    const since = Number(c.req.header('last-event-id') ?? Number.NaN);
    const left = new AbortController();
    const signal = AbortSignal.any([closing, c.req.raw.signal, left.signal]);
    const news = newsOf(sources, Number.isSafeInteger(since) ? since : null, signal);
    return new Response(streamOf(news, left, c.req.raw), {
      headers: { 'content-type': 'text/event-stream' },
    });
  });
}

/**
 * The archive's state at once and whenever it changes, as text of the event stream; ends with the signal. The id of an
 * event is the number of events then stored: a reader that comes back with it misses no session.
 */
export async function* newsOf(
  { reader, desk, news: feed, lag, followed }: LiveSources,
  since: number | null,
  signal: AbortSignal,
  pace: LivePace = PACE,
): AsyncGenerator<string, void, undefined> {
  let told: ArchiveInfo | null = null;
  let seen = since;
  let silent = 0;
  const inbox = desk?.follow();
  const others = feed.follow();
  const unfollow = lag?.follow();
  const growing = followed?.follow();
  try {
    for (;;) {
      if (signal.aborted) return;
      const archive = await reader.info();
      silent += pace.poll;
      for (const news of inbox?.take() ?? []) {
        silent = 0;
        yield event('approvals', '', news satisfies InboxNews);
      }
      for (const { kind, data } of others.take()) {
        silent = 0;
        yield event(kind, '', data);
      }
      const grown = growing?.take() ?? [];
      if (!told || grown.length > 0 || differ(archive, told)) {
        const changed = seen !== null && archive.events > seen ? await reader.changedSince(seen) : [];
        const sessions = [...new Set([...changed, ...grown])];
        told = archive;
        seen = archive.events;
        silent = 0;
        yield event('archive', String(seen), { archive, sessions } satisfies News);
      } else if (silent >= pace.heartbeat) {
        silent = 0;
        yield ': alive\n\n';
      }
      await wait(pace.poll, undefined, { signal }).catch(() => undefined);
    }
  } catch (thrown) {
    yield event('failure', seen === null ? '' : String(seen), bodyOf(toApiError(thrown)));
  } finally {
    inbox?.close();
    others.close();
    unfollow?.();
    growing?.close();
  }
}

function event(name: string, id: string, data: unknown): string {
  return encodeServerSent({ event: name, id, data: JSON.stringify(data) });
}

function differ(a: ArchiveInfo, b: ArchiveInfo): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

/**
 * A byte stream that asks for the next text only when its reader wants one; a reader that leaves aborts `left`. It holds
 * `request`: one that was collected tells nobody that it was aborted.
 */
function streamOf(
  texts: AsyncGenerator<string, void, undefined>,
  left: AbortController,
  request: Request,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (request.signal.aborted) left.abort();
        const { done, value } = await texts.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      // Between two texts the generator stands still: it hears of no signal, and still follows what it tells of.
      cancel: async () => {
        left.abort();
        await texts.return();
      },
    },
    { highWaterMark: 0 },
  );
}
