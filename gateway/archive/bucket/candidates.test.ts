import { expect, test } from 'vitest';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { mayMatch, summarised } from './candidates.ts';
import type { PutVolume } from './manifest.ts';
import {
  mayHoldSession,
  packSummary,
  parseSummary,
  SUMMARISED,
  type Summarised,
  type Summary,
} from './summary.ts';

const DAY = Date.UTC(2026, 10, 2) * 1000;

function volumeOf(from: number, to: number): PutVolume {
  const text = { name: '', key: '', sha256: '', seal: '', summary: { key: '', sha256: '' } };
  return { ...text, first: 0, next: 1, bytes: 0, statements: 1, sessions: 1, from, to };
}

function summaryOf(
  values: Partial<Record<Summarised, readonly string[]>>,
  more: Partial<Summary> = {},
): Summary {
  const sets = SUMMARISED.map((name) => [name, summarised(name, values[name] ?? [])]);
  return {
    checkpoint: null,
    sets: Object.fromEntries(sets) as Summary['sets'],
    sessions: '',
    inParts: [],
    unended: 0,
    continued: 0,
    carried: 0,
    ...more,
  };
}

/** More than are kept as they are. */
const MANY = Array.from({ length: 20_000 }, (_, i) => `${i}`);

const FEW = summaryOf({
  who: ['ci-deployer', 'okta|0815'],
  fingerprint: [`abcdef${'0'.repeat(58)}`],
  job: ['github/4711/3'],
  table: ['public.customers', 'orders'],
  verb: ['SELECT'],
});
const LARGE = summaryOf({
  who: MANY.map((i) => `agent-${i}`),
  fingerprint: MANY.map((i) => i.padStart(64, 'f')),
  job: MANY.map((i) => `github/run${i}/3`),
  table: MANY.map((i) => `public.t${i}`),
  verb: ['SELECT'],
});

const WORDS: readonly [filter: string, few: boolean, large: boolean][] = [
  ['token:CI-deployer', true, false],
  ['token:ci-*', true, true],
  ['token:agent-77', false, true],
  ['token:AGENT-77', false, true],
  ['token:abcdef', true, true],
  ['token:abcde', false, false],
  [`token:${'12345'.padStart(64, 'f')}`, false, true],
  ['job:gh/4711', true, false],
  ['job:gh/run77', false, true],
  ['job:gh/run77/3', false, true],
  ['job:gh/run77/4', false, false],
  ['table:customers', true, false],
  ['table:public.customers', true, false],
  ['table:other.customers', false, false],
  ['table:t19999', false, true],
  ['table:t20000', false, false],
  ['verb:delete', false, false],
  ['-verb:delete', true, true],
  ['verb:delete or table:orders', true, false],
  ['verb:select table:orders', true, false],
  ['rows>5', true, true],
  ['"some words"', true, true],
];

test.each(WORDS)('%s: where values are few %s, where they are many %s', (text, few, large) => {
  const filter = parseFilter(text).filter ?? EVERYTHING;
  const asked = { list: 'statements', isLast: false } as const;
  const volume = volumeOf(DAY, DAY + 1);
  expect([FEW, LARGE].map((summary) => mayMatch(filter, volume, summary, asked))).toEqual([few, large]);
});

test('what is filtered out among many values is one in a hundred wrongly taken for one of them, at most two', () => {
  const asked = { list: 'statements', isLast: false } as const;
  const volume = volumeOf(DAY, DAY + 1);
  const taken = MANY.slice(0, 2_000).filter((i) => {
    const { filter = EVERYTHING } = parseFilter(`table:strange${i}`);
    return mayMatch(filter, volume, LARGE, asked);
  });
  expect(taken.length).toBeLessThan(40);
});

const TIMES: readonly [
  filter: string,
  list: 'statements' | 'sessions',
  summary: Partial<Summary>,
  may: boolean,
][] = [
  ['after:2026-11-03', 'statements', {}, false],
  ['before:2026-11-02', 'statements', {}, false],
  ['after:2026-11-02 before:2026-11-03', 'statements', {}, true],
  ['after:2026-11-03', 'sessions', {}, false],
  ['after:2026-11-03', 'sessions', { unended: 1 }, true],
  ['after:2026-11-03', 'sessions', { continued: 1 }, false],
  ['before:2026-11-02', 'sessions', { carried: 1 }, true],
];

test.each(TIMES)('%s of %s where %o: %s', (text, list, more, may) => {
  const filter = parseFilter(text).filter ?? EVERYTHING;
  const summary = summaryOf({}, more);
  expect(mayMatch(filter, volumeOf(DAY, DAY + 3_600e6), summary, { list, isLast: false })).toBe(may);
});

test('sessions are found by their ids and what they begin with', () => {
  const ids = ['00'.repeat(8), `0001${'0'.repeat(12)}`, '0192f0e1a2b3c4d5'];
  const summary = summaryOf({}, { sessions: ids.join('') });
  const has = (id: string) => mayHoldSession(summary, id);
  expect(
    [`${ids[2]}${'9'.repeat(16)}`, '0192f0e1a2b3c4d6'.padEnd(32, '0'), '1000'.padEnd(32, '0')].map(has),
  ).toEqual([
    true,
    false,
    false, // which stands across two of them
  ]);
  const asked = { list: 'sessions', isLast: false } as const;
  const may = (text: string) =>
    mayMatch(parseFilter(text).filter ?? EVERYTHING, volumeOf(DAY, DAY), summary, asked);
  expect(['session:0192F0', 'session:0192f1', `session:${ids[2]}77`, 'session:*d5'].map(may)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test('a summary comes back as it was packed, and what is none is not read', () => {
  expect(parseSummary(packSummary(LARGE))).toEqual(LARGE);
  expect(parseSummary(packSummary({ ...FEW, sets: {} } as never))).toBe(null);
  expect(
    [Buffer.alloc(0), Buffer.from('not gzip'), packSummary(FEW).subarray(0, 40)].map(parseSummary),
  ).toEqual([null, null, null]);
});
