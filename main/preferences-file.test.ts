import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiError } from '../shared/api/error.ts';
import { MAX_VIEWS, NO_PREFERENCES, type PreferencesChange } from '../shared/api/preferences.ts';
import { preferencesInFile, preferencesInMemory, type PreferencesStore } from './preferences-file.ts';

let root: string;
let folder: string;
let said: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'auditorium-preferences-'));
  folder = join(root, 'user');
  said = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const NONE = { ...NO_PREFERENCES, problem: null };
const save = (name: string, filter: string): PreferencesChange => ({
  kind: 'saveFilter',
  filter: { name, filter },
});

function open(): PreferencesStore {
  return preferencesInFile({
    folder,
    now: () => Date.UTC(2026, 10, 1, 9, 14, 2, 123),
    say: (line) => void said.push(line),
  });
}

test('what was kept is there at the next start, in a file that only its owner reads', () => {
  expect(open().read()).toEqual(NONE);
  const kept = open().change(save('errors', 'error:*'));
  const path = join(folder, 'preferences.json');
  expect([kept, open().read(), readdirSync(folder), statSync(path).mode & 0o777, said]).toEqual([
    { ...NONE, filters: [{ name: 'errors', filter: 'error:*' }] },
    kept,
    ['preferences.json'],
    0o600,
    [],
  ]);
});

test('a file that others may read is not so after the next change', () => {
  open().change(save('a', 'a'));
  const path = join(folder, 'preferences.json');
  chmodSync(path, 0o644);
  open().change(save('b', 'b'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('two hosts side by side keep what each was told, and the later word on a name', () => {
  const [one, other] = [open(), open()];
  one.read();
  other.change(save('of the other', 'b'));
  other.change(save('of both', 'by the other'));
  one.change(save('of both', 'by one'));
  one.change({ kind: 'useFilter', filter: 'table:orders' });
  expect(other.read()).toEqual({
    ...NONE,
    filters: [
      { name: 'of both', filter: 'by one' },
      { name: 'of the other', filter: 'b' },
    ],
    history: ['table:orders'],
  });
});

const kept = JSON.stringify({ version: 1, ...NO_PREFERENCES });
test.each([
  ['no JSON', '{"version": 1, "filt', 'is no JSON'],
  ['no object', '[]', 'holds no preferences'],
  ['another version', kept.replace('1', '2'), 'is of version 2, and this Auditorium knows version 1'],
  ['no version', '{}', 'holds no preferences'],
  [
    'other values',
    kept.replace('"history":[]', '"history":[7]'),
    'does not hold what it should at "history.0"',
  ],
])('a file with %s is set aside as it was, and told of for as long as the host runs', (_, text, why) => {
  open().change(save('a', 'a'));
  const path = join(folder, 'preferences.json');
  const aside = join(folder, 'preferences.unreadable-20261101T091402123.json');
  writeFileSync(path, text);
  const store = open();
  const problem = `${path} ${why}; it was set aside as ${aside}, and Auditorium goes on without it. Mend it and put it back, or delete it.`;
  const first = store.read();
  const changed = store.change(save('b', 'b'));
  expect([first, readFileSync(aside, 'utf8'), said, changed, open().read()]).toEqual([
    { ...NONE, problem },
    text,
    [problem],
    { ...NONE, filters: [{ name: 'b', filter: 'b' }], problem },
    { ...NONE, filters: [{ name: 'b', filter: 'b' }] },
  ]);
});

test('too much is refused, and nothing of it is kept', () => {
  for (const store of [open(), preferencesInMemory()]) {
    const view = (n: number): PreferencesChange => ({
      kind: 'saveView',
      view: {
        name: String(n),
        list: 'sessions',
        filter: '',
        sort: '-started',
        columns: { order: [], hidden: [], widths: {} },
      },
    });
    for (let n = 0; n < MAX_VIEWS; n++) store.change(view(n));
    expect(() => store.change(view(MAX_VIEWS))).toThrow(
      new ApiError('BAD_REQUEST', 'at most 200 views are saved; delete some that are not needed any more'),
    );
    expect(store.read().views.length).toBe(MAX_VIEWS);
  }
});
