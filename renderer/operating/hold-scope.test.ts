import { expect, test } from 'vitest';
import { parseFilter } from '../../shared/filter/parse.ts';
import { holdFilter } from './hold-scope.ts';

const session = { id: '00ff' as never, connection: 'shop "eu"' };
const NONE = { from: '', to: '', filter: '' };

test('every choice is a filter that can be read, or none where something is missing', () => {
  const filters = [
    holdFilter({ ...NONE, scope: 'session' }, session),
    holdFilter({ ...NONE, scope: 'connection' }, session),
    holdFilter({ ...NONE, scope: 'time', from: '2026-11-01T00:00', to: '2026-11-02T12:30' }, session),
    holdFilter({ ...NONE, scope: 'time', to: '2026-11-02T12:30' }, session),
    holdFilter({ ...NONE, scope: 'filter', filter: ' table:payments ' }, null),
  ];
  expect(filters).toEqual([
    'session:00ff',
    'connection="shop \\"eu\\""',
    'connection="shop \\"eu\\"" after:2026-11-01T00:00Z before:2026-11-02T12:30Z',
    'connection="shop \\"eu\\"" before:2026-11-02T12:30Z',
    'table:payments',
  ]);
  expect(filters.map((filter) => parseFilter(filter ?? '').error)).toEqual(filters.map(() => undefined));
  expect([
    holdFilter({ ...NONE, scope: 'time' }, session),
    holdFilter({ ...NONE, scope: 'time', from: '2026-11-02T00:00', to: '2026-11-01T00:00' }, session),
    holdFilter({ ...NONE, scope: 'filter', filter: ' ' }, session),
    holdFilter({ ...NONE, scope: 'session' }, null),
  ]).toEqual([null, null, null, null]);
});
