/** The approvals inbox as the live stream tells it: one for the window, because the rail counts what the place shows. */
import { useSyncExternalStore } from 'react';
import { withRequest, type ApprovalRow, type Inbox, type InboxNews } from '../shared/api/approvals.ts';

let inbox: Inbox | null = null;
const listeners = new Set<() => void>();
const openedListeners = new Set<(request: ApprovalRow) => void>();

/** Takes in what the stream tells. */
export function takeInboxNews(news: InboxNews): void {
  if (news.kind === 'inbox') inbox = news.inbox;
  else if (inbox !== null) {
    const isNew = !inbox.requests.some(({ id }) => id === news.request.id);
    inbox = { ...inbox, requests: withRequest(inbox.requests, news.request) };
    if (isNew && news.request.state === 'pending')
      for (const listener of openedListeners) listener(news.request);
  }
  for (const listener of listeners) listener();
}

/** How a request stands, as the answer to a decision told: the stream says the same soon. */
export function takeDecided(request: ApprovalRow): void {
  takeInboxNews({ kind: 'request', request });
}

/** Calls back with each request that opens from now on. */
export function onOpened(listener: (request: ApprovalRow) => void): () => void {
  openedListeners.add(listener);
  return () => openedListeners.delete(listener);
}

/** null until the stream told of it. */
export function useInbox(): Inbox | null {
  return useSyncExternalStore(subscribe, () => inbox);
}

/** How many requests wait for a decision. */
export function useWaiting(): number {
  return useInbox()?.requests.filter(({ state }) => state === 'pending').length ?? 0;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
