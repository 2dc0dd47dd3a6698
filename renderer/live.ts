/** The live tail: one stream per window, told to whoever shows what grew. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { ApiError } from '../shared/api/error.ts';
import type { News } from '../shared/api/routes.ts';
import { api, queries } from './api.ts';
import { forgetBearer } from './bearer.ts';
import { takeInboxNews } from './inbox.ts';

/** Whether news come: `lost` while the stream is being tried again. */
export type LiveState = 'connecting' | 'live' | 'lost';

/** News closer together than this are told as one: a busy gateway commits four times a second. */
const GATHER_MS = 500;

let state: LiveState = 'connecting';
const stateListeners = new Set<() => void>();
const newsListeners = new Set<(sessions: ReadonlySet<string>) => void>();

/** Reads the stream until the signal aborts. */
export async function followLive(signal: AbortSignal): Promise<void> {
  const gather = gatherer();
  try {
    for await (const event of api.live({ signal })) {
      if (event.kind === 'approvals') {
        takeInboxNews(event.news);
        continue;
      }
      const back = state === 'lost' && event.kind === 'news';
      setState(event.kind === 'news' ? 'live' : 'lost');
      if (back) retryFailed();
      if (event.kind === 'news') gather(event.news);
    }
  } catch (error) {
    setState('lost');
    if (error instanceof ApiError && error.code === 'NOT_SIGNED_IN') forgetBearer();
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

/** What failed while the host was away is asked for again. */
function retryFailed(): void {
  void queries.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' });
}

function setState(next: LiveState): void {
  state = next;
  for (const listener of stateListeners) listener();
}

function gatherer(): (news: News) => void {
  let grown = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return (news) => {
    queries.setQueryData(['archive'], news.archive);
    for (const id of news.sessions) grown.add(id);
    timer ??= setTimeout(() => {
      timer = null;
      const told = grown;
      grown = new Set();
      if (told.size > 0) for (const listener of newsListeners) listener(told);
    }, GATHER_MS);
  };
}
