import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SESSION_SORTS } from '../../../shared/api/routes.ts';
import { filterOf } from '../conformance-story.ts';
import { FILTER_SAMPLES } from '../filter-samples.ts';
import { TestLog, testWriting } from '../testing.ts';
import { all, ALWAYS, isNever } from '../conditions.ts';
import { OpenVolume } from './open-volumes.ts';
import { questionOf, type Question } from './question.ts';
import { openVolume } from './read-volume.ts';
import { matchSession, nearSql, walkSql as walkSessionsSql } from './session-query.ts';
import { skipSql } from './statement-count.ts';
import { lookSql, sessionSql, walkSql } from './statement-query.ts';
import { EVERY, sourcesOf } from './ways.ts';
import { openSqliteWriter } from './writer.ts';

/** Lists of a large archive may not sort what they find: an index gives it in order, or the page costs all that match. */

let folder: string;
let volume: OpenVolume;

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
    session.query('insert into orders values (1) returning lower(id)'),
    session.decision({ effect: 'hold', rules: ['no-drop'], severity: 'high' }),
    session.event('vote', {
      statement: 1,
      request: '12',
      verdict: 'approve',
      issuer: 'https://issuer.example',
      subject: 'ada',
      name: null,
      fingerprint: new Uint8Array(32),
      reason: '',
    }),
    session.columnsMasked(['public.customers.email'], 'pii'),
    session.outcome({ status: 'failed', sqlstate: '42P01' }),
    session.event('sessionClosed'),
  ]) {
    writer.append(body);
  }
  writer.commit();
  while (writer.index(100).more);
  writer.close();
  const name = readdirSync(folder).find((file) => file.endsWith('.audit')) ?? '';
  volume = new OpenVolume(openVolume(join(folder, name)));
});

afterAll(() => {
  volume.db.close();
  rmSync(folder, { recursive: true, force: true });
});

function expectNoSort(sql: string, values: readonly unknown[]): void {
  const plan = volume.db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail);
  expect(plan.length).toBeGreaterThan(0);
  expect({ sql, sorts: plan.filter((detail) => detail.includes('TEMP B-TREE')) }).toEqual({ sql, sorts: [] });
}

/** Every statement that a page of a filter may run. */
function expectOrderedLists(filter: string): void {
  const question = questionOf(volume.db, filterOf(filter));
  if (!question.never) expectOrderedStatements(question);
  expectOrderedSessions(question);
}

function expectOrderedStatements(question: Question): void {
  const { sql, values } = question.statement;
  expectNoSort(lookSql(sql), ['[1]', ...values, 10]);
  expectNoSort(sessionSql(sql), [1, 0, 0, ...values, 10]);
  const leads = [...(question.lead === null ? [] : [question.lead]), ...question.narrower];
  const sources = [EVERY, ...leads.flatMap((lead) => sourcesOf(volume.db, lead))];
  for (const source of sources) {
    if (source.order === null) continue;
    const own = all([source.where, { sql: `${source.id} < ?`, values: [5] }, question.statement]);
    expectNoSort(walkSql(source, own.sql), [...own.values, 10]);
    expectNoSort(skipSql(source), [...source.where.values, 10]);
  }
}

function expectOrderedSessions(question: Question): void {
  for (const sort of SESSION_SORTS) {
    const start = { sql: '(s.started, s.id) < (?, ?)', values: [1, 1] };
    const match = matchSession(question);
    const { sql, values } = all([start, match]);
    if (isNever(match)) continue;
    expectNoSort(walkSessionsSql(sort, sql), [...values, 10]);
    expectNoSort(nearSql(sort, start.sql, match.sql, 300), [...start.values, ...match.values, 10]);
  }
}

test.each(['', ...FILTER_SAMPLES])('"%s" is met in order, whichever way leads to it', (filter) => {
  expectOrderedLists(filter);
});

describe('terms joined in any way', () => {
  const term = fc.constantFrom(...FILTER_SAMPLES);
  const { filter } = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      term,
      fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} ${b})`),
      fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} or ${b})`),
      tie('filter').map((inner) => `not (${inner})`),
    ),
  }));

  test('are met in order', () => {
    fc.assert(
      fc.property(filter, (text) => expectOrderedLists(text)),
      { numRuns: 60 },
    );
  });
});

test('everything is met in order of ids', () => {
  expectNoSort(walkSql(EVERY, ALWAYS.sql), [10]);
});
