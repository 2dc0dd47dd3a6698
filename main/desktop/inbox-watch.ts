/** Tells the desktop what waits for a decision: a number on the icon, and a notification of what no window shows. */
import type { ApprovalRow, InboxNews } from '../../shared/api/approvals.ts';
import { withRequest } from '../../shared/api/approvals.ts';
import type { Following } from '../approval-desk.ts';
import { NOTIFICATION } from './words.ts';

/** What of the inbox is known, and what has just come. */
export interface Waiting {
  readonly requests: readonly ApprovalRow[];
  /** Whether a gateway said so: what it tells first has waited before. */
  readonly told: boolean;
  /** Opened since the last news. */
  readonly opened: readonly ApprovalRow[];
}

const NOTHING: Waiting = { requests: [], told: false, opened: [] };

/** Takes in news. */
export function takeNews(before: Waiting, news: readonly InboxNews[]): Waiting {
  let { requests, told } = before;
  const opened: ApprovalRow[] = [];
  for (const one of news) {
    const known = new Set(requests.map(({ id }) => id));
    requests = one.kind === 'inbox' ? one.inbox.requests : withRequest(requests, one.request);
    if (told) opened.push(...requests.filter(({ id, state }) => state === 'pending' && !known.has(id)));
    told ||= one.kind === 'inbox' && one.inbox.gateway === 'connected';
  }
  return { requests, told, opened };
}

export function waitingIn({ requests }: Waiting): number {
  return requests.filter(({ state }) => state === 'pending').length;
}

/** What a notification says of a request. */
export function notificationOf({ id, asker, verbs, tables, connection }: ApprovalRow): {
  readonly title: string;
  readonly body: string;
} {
  const what = [verbs.join(', '), tables.join(', ')].filter((part) => part !== '').join(' ');
  return {
    title: NOTIFICATION.title(id),
    body: NOTIFICATION.body(asker.subject, what || NOTIFICATION.statement, connection),
  };
}

/** How the desktop is told. */
export interface InboxTelling {
  readonly setBadge: (count: number) => void;
  /** Of a request that opened; whether a window shows it is the caller’s to know. */
  readonly opened: (request: ApprovalRow) => void;
}

/** Between two looks, ms: a badge is not read by the second. */
const LOOK_MS = 1_000;

/** Follows until the function it returns is called. */
export function watchInbox(
  inbox: Following,
  { setBadge, opened }: InboxTelling,
  lookMs = LOOK_MS,
): () => void {
  let waiting = NOTHING;
  let badge = 0;
  const show = (count: number): void => {
    if (count !== badge) setBadge(count);
    badge = count;
  };
  const timer = setInterval(() => {
    waiting = takeNews(waiting, inbox.take());
    show(waitingIn(waiting));
    for (const request of waiting.opened) opened(request);
  }, lookMs);
  return () => {
    clearInterval(timer);
    inbox.close();
    show(0);
  };
}
