import { expect, test } from 'vitest';
import { gridTemplate, hiddenColumns, nextOrder } from './columns.ts';

const columns = [
  { id: 'time', look: { width: 100, grow: 0, leaves: 0 } },
  { id: 'agent', look: { width: 100, grow: 1, leaves: 0 } },
  { id: 'app', look: { width: 80, grow: 0, leaves: 2 } },
  { id: 'rows', look: { width: 60, grow: 0, leaves: 1 } },
] as const;

test('columns leave in their order until the rest fits, and those that stay always stay', () => {
  expect([400, 340, 339, 260, 259, 10].map((width) => Array.from(hiddenColumns(columns, width)))).toEqual([
    [],
    [],
    ['app'],
    ['app'],
    ['app', 'rows'],
    ['app', 'rows'],
  ]);
});

test('columns that grow share what is left', () => {
  expect(gridTemplate(columns.map(({ look }) => look))).toBe('100px minmax(100px, 1fr) 80px 60px');
});

test('a head walks through its orders and starts with the first', () => {
  expect(
    ['-rows', '-started', 'started'].map((current) => nextOrder(['-started', 'started'], current)),
  ).toEqual(['-started', 'started', '-started']);
});
