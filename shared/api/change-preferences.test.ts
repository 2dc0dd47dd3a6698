import { expect, test } from 'vitest';
import { changePreferences, excessOf } from './change-preferences.ts';
import {
  MAX_COMMANDS,
  MAX_FILTERS,
  MAX_HISTORY,
  MAX_VIEWS,
  NO_PREFERENCES,
  type Preferences,
  type PreferencesChange,
  type SavedView,
} from './preferences.ts';

const LAYOUT = { order: ['started', 'agent'], hidden: ['job'], widths: { agent: 120 } };
const view = (name: string, filter = ''): SavedView => ({
  name,
  list: 'sessions',
  filter,
  sort: '-rows',
  columns: LAYOUT,
});

function after(...changes: readonly PreferencesChange[]): Preferences {
  return changes.reduce(changePreferences, NO_PREFERENCES);
}
const save = (name: string, filter: string): PreferencesChange => ({
  kind: 'saveFilter',
  filter: { name, filter },
});

test('filters stand by name; one saved again takes the place of the one before', () => {
  expect(
    after(
      save('run 10', 'run:10'),
      save('run 9', 'run:8'),
      save('Errors', 'error:*'),
      save('run 9', 'run:9'),
    ),
  ).toEqual({
    ...NO_PREFERENCES,
    filters: [
      { name: 'Errors', filter: 'error:*' },
      { name: 'run 9', filter: 'run:9' },
      { name: 'run 10', filter: 'run:10' },
    ],
  });
});

test('a filter is renamed, over one of that name too, and dropped; what is not there is let be', () => {
  const changes: readonly PreferencesChange[] = [
    save('a', 'table:a'),
    save('b', 'table:b'),
    save('c', 'table:c'),
    { kind: 'renameFilter', name: 'a', to: 'b' },
    { kind: 'renameFilter', name: 'gone', to: 'c' },
    { kind: 'dropFilter', name: 'gone' },
    { kind: 'dropFilter', name: 'c' },
  ];
  expect(after(...changes).filters).toEqual([{ name: 'b', filter: 'table:a' }]);
});

test('views have names of their own in each list', () => {
  const statements: SavedView = { ...view('mine'), list: 'statements' };
  const both = after({ kind: 'saveView', view: view('mine') }, { kind: 'saveView', view: statements });
  const changed = [
    { kind: 'renameView', list: 'sessions', name: 'mine', to: 'ours' },
    { kind: 'saveView', view: view('ours', 'error:*') },
    { kind: 'dropView', list: 'statements', name: 'ours' },
  ] as const satisfies readonly PreferencesChange[];
  expect([both.views, changed.reduce(changePreferences, both).views]).toEqual([
    [view('mine'), statements],
    [statements, view('ours', 'error:*')],
  ]);
});

test('the columns of a list are kept, and go back to their default, without a look at the other list', () => {
  const kept = after(
    { kind: 'columns', list: 'sessions', columns: LAYOUT },
    { kind: 'columns', list: 'statements', columns: { ...LAYOUT, hidden: [] } },
    { kind: 'columns', list: 'statements', columns: LAYOUT },
    { kind: 'columns', list: 'sessions', columns: null },
  );
  expect(kept.columns).toEqual({ statements: LAYOUT });
});

test('the newest filter used stands in front, once; the empty one is not kept, and the oldest are forgotten', () => {
  const use = (filter: string): PreferencesChange => ({ kind: 'useFilter', filter });
  const many = Array.from({ length: MAX_HISTORY + 5 }, (_, index) => use(`text:${index}`));
  const long = after(...many).history;
  expect([
    after(use('a'), use('b'), use(' a '), use(' ')).history,
    [long.length, long[0], long.at(-1)],
    after(use('a'), { kind: 'forgetHistory' }).history,
  ]).toEqual([['a', 'b'], [MAX_HISTORY, `text:${MAX_HISTORY + 4}`, 'text:5'], []]);
});

test('the command run last stands in front, once, and the oldest are forgotten', () => {
  const ids = Array.from({ length: MAX_COMMANDS + 1 }, (_, n) => `c${n}`);
  const { commands } = after(...[...ids, 'c7'].map((id) => ({ kind: 'useCommand' as const, id })));
  expect([commands.length, commands.slice(0, 2), commands.at(-1), commands.lastIndexOf('c7')]).toEqual([
    MAX_COMMANDS,
    ['c7', `c${MAX_COMMANDS}`],
    'c1',
    0,
  ]);
});

test('more names than are kept are refused', () => {
  const filters = Array.from({ length: MAX_FILTERS + 1 }, (_, n) => ({ name: `${n}`, filter: '' }));
  const views = Array.from({ length: MAX_VIEWS + 1 }, (_, n) => view(`${n}`));
  expect([
    excessOf({ ...NO_PREFERENCES, filters: filters.slice(1), views: views.slice(1) }),
    excessOf({ ...NO_PREFERENCES, filters }),
    excessOf({ ...NO_PREFERENCES, views }),
  ]).toEqual([
    null,
    'at most 500 filters are saved; delete some that are not needed any more',
    'at most 200 views are saved; delete some that are not needed any more',
  ]);
});
