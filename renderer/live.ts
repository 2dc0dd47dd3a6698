/** The live tail: one stream per window, told to whoever shows what grew. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { ApiError } from '../shared/api/error.ts';
import type { LiveEvent } from '../shared/api/live.ts';
import type { ExportNews, News } from '../shared/api/routes.ts';
import { api, queries } from './api.ts';
import { forgetBearer } from './bearer.ts';
import { refreshCase } from './casework.ts';
import { takeInboxNews } from './inbox.ts';
import { goTo, placeAt } from './router.ts';

/** Whether news come: `lost` while the stream is being tried again. */
export type LiveState = 'connecting' | 'live' | 'lost';

/**
 * News closer together than this are told as one: a busy gateway commits four times a second. The first goes out at once, so that
 * what is durable is seen within a second.
 */
const GATHER_MS = 400;

/** The host knows this window no more, or the person may read nothing any more. */
const REFUSED: ReadonlySet<string> = new Set(['NOT_SIGNED_IN', 'FORBIDDEN']);

let state: LiveState = 'connecting';
const stateListeners = new Set<() => void>();
const exportListeners = new Set<(news: ExportNews) => void>();
const newsListeners = new Set<(sessions: ReadonlySet<string>) => void>();

/** Reads the stream until the signal aborts. */
export async function followLive(signal: AbortSignal): Promise<void> {
  const gather = gatherer();
  try {
    for await (const event of api.live({ signal })) {
      if (event.kind !== 'news' && event.kind !== 'lost') {
        takeOther(event);
        continue;
      }
      const back = state === 'lost' && event.kind === 'news';
      setState(event.kind === 'news' ? 'live' : 'lost');
      if (back) retryFailed();
      if (event.kind === 'news') gather(event.news);
    }
  } catch (error) {
    setState('lost');
    if (error instanceof ApiError && REFUSED.has(error.code)) forgetBearer();
  }
}

/** Calls back with the ids of sessions that grew. */
export function useNews(onNews: (sessions: ReadonlySet<string>) => void): void {
  const latest = useRef(onNews);
  useEffect(() => {
    latest.current = onNews;
  });
  useEffect(() => {
    const listener = (sessions: ReadonlySet<string>): void => latest.current(sessions);
    newsListeners.add(listener);
    return () => {
      newsListeners.delete(listener);
    };
  }, []);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}

/** News of anything but the archive. */
function takeOther(event: Exclude<LiveEvent, { readonly kind: 'news' | 'lost' }>): void {
  switch (event.kind) {
    case 'approvals':
      takeInboxNews(event.news);
      return;
    case 'case':
      refreshCase();
      return;
    case 'integrity':
      queries.setQueryData(['integrity'], event.news);
      return;
    case 'gateway':
      queries.setQueryData(['gateway'], event.news);
      return;
    case 'desktop':
      goTo(placeAt(event.news.address));
      return;
    case 'gatewayStatus':
      queries.setQueryData(['gateway', 'status'], event.news);
      return;
    case 'fleet':
      queries.setQueryData(['fleet'], event.news);
      return;
    case 'trial':
      queries.setQueryData(['trial', event.news.job], event.news);
      return;
    case 'export':
      for (const listener of exportListeners) listener(event.news);
  }
}

/** Calls back with how far exports are, until the function it returns is called. */
export function onExportNews(listener: (news: ExportNews) => void): () => void {
  exportListeners.add(listener);
  return () => exportListeners.delete(listener);
}

/** What failed while the host was away is asked for again, and what it told others meanwhile. */
function retryFailed(): void {
  refreshCase();
  void queries.invalidateQueries({ queryKey: ['integrity'] });
  void queries.invalidateQueries({ queryKey: ['me'] });
  void queries.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' });
}

function setState(next: LiveState): void {
  state = next;
  for (const listener of stateListeners) listener();
}

function gatherer(): (news: News) => void {
  let grown = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tell = (): void => {
    const told = grown;
    grown = new Set();
    timer = told.size === 0 ? null : setTimeout(tell, GATHER_MS);
    if (told.size > 0) for (const listener of newsListeners) listener(told);
  };
  return (news) => {
    queries.setQueryData(['archive'], news.archive);
    for (const id of news.sessions) grown.add(id);
    if (timer === null) tell();
  };
}
