import { expect, test } from 'vitest';
import type { ApprovalRow, Inbox, InboxNews } from '../../shared/api/approvals.ts';
import { notificationOf, takeNews, waitingIn, type Waiting } from './inbox-watch.ts';

function request(id: string, state: ApprovalRow['state'] = 'pending'): ApprovalRow {
  const asker = { subject: 'ci-deployer' };
  const row = {
    id,
    state,
    asker,
    verbs: ['delete'],
    tables: ['public.orders'],
    connection: 'shop',
    opened: 1,
    ended: null,
  };
  return row as unknown as ApprovalRow;
}

function inbox(gateway: Inbox['gateway'], ...requests: readonly ApprovalRow[]): InboxNews {
  return {
    kind: 'inbox',
    inbox: { gateway, problem: null, requests: [...requests], person: null, signIn: false },
  };
}

const NOTHING: Waiting = { requests: [], told: false, opened: [] };
const ids = (waiting: Waiting): string[] => waiting.opened.map(({ id }) => id);

test('what waited before anybody looked is counted, and told as nothing new', () => {
  const first = takeNews(NOTHING, [inbox('connecting')]);
  const connected = takeNews(first, [inbox('connected', request('1'), request('2', 'approved'))]);
  expect([waitingIn(connected), ids(connected)]).toEqual([1, []]);
});

test('each request that opens is told once; one that is decided counts no more', () => {
  const connected = takeNews(NOTHING, [inbox('connected', request('1'))]);
  const opened = takeNews(connected, [{ kind: 'request', request: request('2') }]);
  expect([waitingIn(opened), ids(opened)]).toEqual([2, ['2']]);
  const decided = takeNews(opened, [{ kind: 'request', request: request('2', 'rejected') }]);
  expect([waitingIn(decided), ids(decided)]).toEqual([1, []]);
});

test('what opened while the gateway was away is told when it is back', () => {
  const connected = takeNews(NOTHING, [inbox('connected', request('1'))]);
  const back = takeNews(connected, [
    inbox('lost', request('1')),
    inbox('connected', request('1'), request('3')),
  ]);
  expect(ids(back)).toEqual(['3']);
});

test('a notification says who waits for what, its text made harmless', () => {
  expect(notificationOf({ ...request('7'), connection: 'sh\u202Eop' })).toEqual({
    title: 'Request 7 waits for approval',
    body: 'ci-deployer: delete public.orders (sh⟨U+202E⟩op)',
  });
});
