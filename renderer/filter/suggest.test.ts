import { expect, test } from 'vitest';
import { CLOSED, moved, suggestionsFor, takenByTab, type Listing } from './suggest.ts';

const SOURCES = { known: { table: ['orders', 'order_items'] }, history: ['table:orders', 'verb:delete'] };
const completions = (active: number): Listing => ({ open: 'completions', active });
const history = (active: number): Listing => ({ open: 'history', active });

function labels(open: Listing['open'], text: string): string[] {
  return suggestionsFor(open, text, text.length, SOURCES).map(({ label }) => label);
}

test('the open list holds what may follow, or earlier filters in place of all', () => {
  expect([
    labels('completions', 'table:ord'),
    labels('history', 'table:ord'),
    labels('no', 'table:ord'),
    suggestionsFor('history', 'a b', 1, SOURCES)[1],
  ]).toEqual([
    ['orders', 'order_items'],
    ['table:orders', 'verb:delete'],
    [],
    { kind: 'history', label: 'verb:delete', detail: '', insert: 'verb:delete', range: [0, 3] },
  ]);
});

test('arrows go round the list; up from its start, or with no list open, come earlier filters', () => {
  expect([
    moved(completions(-1), 'ArrowDown', 3),
    moved(completions(2), 'ArrowDown', 3),
    moved(completions(2), 'ArrowUp', 3),
    moved(completions(0), 'ArrowUp', 3),
    moved(completions(-1), 'ArrowUp', 3),
    moved(CLOSED, 'ArrowUp', 0),
    moved(history(0), 'ArrowDown', 2),
    moved(history(0), 'ArrowUp', 2),
    moved(history(-1), 'ArrowUp', 0),
  ]).toEqual([
    completions(0),
    completions(0),
    completions(1),
    history(0),
    history(0),
    history(0),
    history(1),
    history(1),
    history(-1),
  ]);
});

test('Tab takes what is chosen, or what goes on with what was typed; else it leaves', () => {
  const suggestions = suggestionsFor('completions', 'table:ord', 9, SOURCES);
  const taken = (listing: Listing, before: string) => takenByTab(listing, suggestions, before)?.label ?? null;
  expect([
    taken(completions(1), 'table:ord'),
    taken(completions(-1), 'table:ord'),
    taken(completions(-1), 'table:ord '),
    taken(completions(-1), '('),
    taken(completions(-1), ''),
    taken(completions(1), ''),
    taken(history(0), 'table:ord'),
    taken(CLOSED, 'table:ord'),
  ]).toEqual(['order_items', 'orders', null, null, null, 'order_items', null, null]);
});
