import { expect, test } from 'vitest';
import { ColumnLayout } from '../../shared/api/preferences.ts';
import { keptOf, layoutOf } from './kept-layout.ts';
import { SESSION_COLUMNS } from './session-columns.tsx';
import { STATEMENT_COLUMNS } from './statement-columns.tsx';

test('a layout is kept with what it hides, and comes back', () => {
  const kept = keptOf('rows:80,time', ['time', 'agent', 'rows']);
  expect([kept, layoutOf(kept)]).toEqual([
    { order: ['rows', 'time', 'agent'], hidden: ['agent'], widths: { rows: 80 } },
    'rows:80,time',
  ]);
});

test('all columns of a list can be kept', () => {
  for (const columns of [SESSION_COLUMNS, STATEMENT_COLUMNS]) {
    const ids = columns.map(({ id }) => id);
    expect([new Set(ids).size, ColumnLayout.parse(keptOf(ids.join(','), ids)).order]).toEqual([
      ids.length,
      ids,
    ]);
  }
});
