import { expect, test } from 'vitest';
import { ALL_FINDINGS, ALL_NOTES } from './findings-address.ts';
import { GATEWAY, HOME, readPlace, writePlace, type Place } from './router.ts';
import type { SessionId } from '../shared/api/session.ts';

const id = '00112233445566778899aabbccddeeff' as SessionId;
const entry = '0123456789abcdef'.repeat(4);
const at = (path: string) => readPlace(new URL(path, 'http://127.0.0.1:1'));

test('every place comes back from its own address', () => {
  const places: Place[] = [
    HOME,
    { name: 'sessions', filter: 'table:orders "drop table" rows>100&x=1#', sort: '-rows', selected: id },
    { ...HOME, picked: `${id}.${id}` },
    { name: 'statements', filter: 'verb:delete' },
    { name: 'statements', filter: '', selected: `${'0123456789abcdef'.repeat(2)}-57-0` },
    {
      name: 'statements',
      filter: '',
      sort: 'time',
      look: { columns: 'time,text:400,rows', folded: ['table', 'masked'] },
    },
    { name: 'session', id, step: null, tab: 'statement' },
    { name: 'session', id, step: 0, tab: 'raw' },
    {
      name: 'session',
      id,
      step: 3,
      tab: 'statement',
      range: { from: 1_790_000_000_000_000, to: 1_790_000_000_000_500 },
    },
    { name: 'approvals', request: null },
    { name: 'approvals', request: '7w1' },
    ALL_FINDINGS,
    {
      name: 'findings',
      view: 'list',
      text: 'orders & more',
      severity: 'high',
      assignee: '',
      sort: '-severity',
      selected: entry,
    },
    { name: 'finding', id: entry },
    { name: 'reviews', selected: null },
    { name: 'reviews', selected: id },
    ALL_NOTES,
    { name: 'notes', text: 'why', tag: 'pii', colour: 'red', selected: entry },
    { name: 'case-log' },
    { name: 'compare', a: id, b: null, only: false, at: null },
    { name: 'compare', a: id, b: id, only: true, at: 12 },
    GATEWAY,
    { name: 'gateway', tab: 'fleet', edit: null },
    { name: 'gateway', tab: 'connections', edit: '' },
    { name: 'gateway', tab: 'issuers', edit: 'okta & co' },
    { name: 'gateway', tab: 'policy', edit: null },
    { name: 'start' },
    { name: 'unknown', path: '/nowhere' },
  ];
  expect(places.map((place) => at(writePlace(place)))).toEqual(places);
});

test('one place has one address: defaults are left out', () => {
  expect([HOME, { name: 'session', id, step: 12, tab: 'statement' } as const].map(writePlace)).toEqual([
    '/sessions',
    `/sessions/${id}?step=12`,
  ]);
});

test('what is malformed takes its default', () => {
  expect(at(`/sessions?sort=price&selected=xyz`)).toEqual(HOME);
  expect(at(`/sessions/${id}?step=-1&tab=nothing`)).toEqual({
    name: 'session',
    id,
    step: null,
    tab: 'statement',
  });
});

test('a path that is no place is said to be unknown', () => {
  expect(at('/findings/nothing')).toEqual({ name: 'unknown', path: '/findings/nothing' });
  expect([at('/sessions/not-an-id'), at('/nowhere'), at(`/sessions/${id}/more`)]).toEqual([
    { name: 'unknown', path: '/sessions/not-an-id' },
    { name: 'unknown', path: '/nowhere' },
    { name: 'unknown', path: `/sessions/${id}/more` },
  ]);
});

test('the root is the list of sessions', () => {
  expect(at('/')).toEqual(HOME);
});
