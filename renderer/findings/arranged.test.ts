import { expect, test } from 'vitest';
import { note } from '../casework/fixtures/note.ts';
import {
  assigneesOf,
  cardBeside,
  columnsOf,
  matching,
  movedTo,
  ordered,
  statusBeside,
  type BoardMove,
} from './arranged.ts';
import { finding } from './fixtures/finding.ts';

const { anchor } = note('a');
const evidence = [
  {
    id: '1',
    anchor: { ...anchor, label: 'DELETE FROM orders' },
    standing: 'holds' as const,
    caption: '',
    author: { key: 'k', name: 'Ada' },
    added: 1,
  },
];
const FINDINGS = [
  finding(1, { severity: 'low', assignee: 'Grace', changed: 9 }),
  finding(2, { severity: 'critical', title: 'Orders are gone', evidence }),
  finding(3, { severity: 'critical', status: 'confirmed', assignee: 'Ada' }),
  finding(4, { status: 'resolved', narrative: 'It was **nothing**', assignee: 'Grace' }),
];
const EVERY = { text: '', severity: null, assignee: null };
const numbers = (findings: readonly { readonly number: number }[]) => findings.map(({ number }) => number);

test('findings are found by any words of them, by severity and by whose they are', () => {
  const found = [
    EVERY,
    { ...EVERY, text: 'ORDERS gone' },
    { ...EVERY, text: '#3' },
    { ...EVERY, text: 'delete' },
    { ...EVERY, text: 'nothing' },
    { ...EVERY, text: 'nothing gone' },
    { ...EVERY, severity: 'critical' as const },
    { ...EVERY, assignee: 'Grace' },
    { ...EVERY, assignee: '' },
  ].map((wanted) => numbers(matching(FINDINGS, wanted)));
  expect(found).toEqual([[1, 2, 3, 4], [2], [3], [2], [4], [], [2, 3], [1, 4], [2]]);
});

test('the board has every column, worst cards first', () => {
  expect(columnsOf(FINDINGS).map(({ status, cards }) => [status, numbers(cards)])).toEqual([
    ['open', [2, 1]],
    ['investigating', []],
    ['confirmed', [3]],
    ['resolved', [4]],
    ['dismissed', []],
  ]);
});

test('each order of the list settles what is alike by the newest', () => {
  const orders = (['-number', 'number', '-severity', 'status', '-changed'] as const).map((sort) =>
    numbers(ordered(FINDINGS, sort)),
  );
  expect(orders).toEqual([
    [4, 3, 2, 1],
    [1, 2, 3, 4],
    [3, 2, 4, 1],
    [2, 1, 3, 4],
    [1, 4, 3, 2],
  ]);
});

test('one goes from card to card, sideways over empty columns, and stays at the edges', () => {
  const columns = columnsOf(FINDINGS);
  const go = (number: number | null, move: BoardMove) =>
    cardBeside(columns, number === null ? null : finding(number).id, move)?.number ?? null;
  expect([
    go(null, 'down'),
    go(2, 'down'),
    go(1, 'down'),
    go(2, 'up'),
    go(1, 'right'),
    go(3, 'left'),
    go(3, 'right'),
    go(4, 'right'),
    go(2, 'left'),
  ]).toEqual([2, 1, null, null, 3, 2, 4, null, null]);
});

test('a card moves to the status beside its own, until there is none', () => {
  expect([statusBeside('open', 1), statusBeside('open', -1), statusBeside('dismissed', 1)]).toEqual([
    'investigating',
    null,
    null,
  ]);
});

test('an item that is moved leaves the others in their order', () => {
  const moves = [
    [0, 2],
    [2, 0],
    [1, 1],
    [3, -5],
    [0, 99],
    [7, 0],
  ].map(([from = 0, to = 0]) => movedTo(['a', 'b', 'c', 'd'], from, to).join(''));
  expect(moves).toEqual(['bcad', 'cabd', 'abcd', 'dabc', 'bcda', 'abcd']);
});

test('everybody to whom something is assigned is named once', () => {
  expect(assigneesOf(FINDINGS)).toEqual(['Ada', 'Grace']);
});
