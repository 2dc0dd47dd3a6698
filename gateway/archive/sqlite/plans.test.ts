import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SESSION_SORTS } from '../../../shared/api/routes.ts';
import { filterOf } from '../conformance-story.ts';
import { testWriting, TestLog } from '../testing.ts';
import { all } from './match.ts';
import { queryOf } from './query.ts';
import { openVolume, type Volume } from './read-volume.ts';
import { matchSession, walkSql } from './session-query.ts';
import { listSql, matchStatement, sessionSql, waysOf } from './statement-query.ts';
import { openSqliteWriter } from './writer.ts';

/** Lists of a large archive may not sort what they find: an index gives it in order, or the page costs all that match. */
const FILTERS = [
  '',
  'token:ci-deployer',
  'job:github/4711/1',
  'table:orders',
  'verb:insert',
  'table:orders verb:insert job:gh/4711/1 token:ci-deployer',
  'connection:shop outcome:completed',
  'policy:held',
  'policy:no-drop severity:high masked:email',
  'masked:public.customers.email table:orders after:2026-11-01',
  'error:42* dur>1s rows>5 "insert into"',
  'after:2026-11-01 before:2026-12-01 table:orders',
];

let folder: string;
let volume: Volume;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-'));
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(1);
  const session = log.session(1);
  for (const body of [
    log.event('logOpened'),
    session.event('sessionOpened'),
    session.event('identity'),
    session.event('ciContext'),
    session.query('insert into orders values (1)'),
    session.decision({ effect: 'hold', rules: ['no-drop'], severity: 'high' }),
    session.columnsMasked(['public.customers.email'], 'pii'),
    session.outcome({ status: 'failed', sqlstate: '42P01' }),
    session.event('sessionClosed'),
  ]) {
    writer.append(body);
  }
  writer.commit();
  writer.close();
  volume = openVolume(join(folder, readdirSync(folder).find((name) => name.endsWith('.audit')) ?? ''));
});

afterAll(() => {
  volume.db.close();
  rmSync(folder, { recursive: true, force: true });
});

function planOf(sql: string, values: readonly unknown[]): string[] {
  return volume.db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail);
}

function expectNoSort(plan: readonly string[]): void {
  expect(plan.length).toBeGreaterThan(0);
  expect(plan.filter((detail) => detail.includes('TEMP B-TREE'))).toEqual([]);
}

describe.each(FILTERS)('"%s"', (filter) => {
  test.each(SESSION_SORTS)('sessions by %s are met in order', (sort) => {
    const { sql, values } = all([
      { sql: '(s.started, s.id) < (?, ?)', values: [1, 1] },
      matchSession(queryOf(volume.db, filterOf(filter))),
    ]);
    expectNoSort(planOf(walkSql(sort, sql), [...values, 10]));
  });

  test('statements are met newest first, whichever way leads to them', () => {
    const query = queryOf(volume.db, filterOf(filter));
    const conditions = [{ sql: 'x.id < ?', values: [5] }, ...matchStatement(query)];
    for (const way of [null, ...waysOf(volume, query)]) {
      const { sql, values } = all(
        way === null ? conditions : [...conditions, { sql: `${way.column} = ?`, values: [1] }],
      );
      const plan = planOf(listSql(way, sql), [...values, 10]);
      expectNoSort(plan);
      if (way !== null) expect(plan[0]).toMatch(/^SEARCH .* USING (COVERING )?(INDEX|PRIMARY KEY)/);
    }
  });

  test('statements of a session are met in its order', () => {
    const { sql, values } = all(matchStatement(queryOf(volume.db, filterOf(filter))));
    expectNoSort(planOf(sessionSql(sql), [1, 0, 0, ...values, 10]));
  });
});
