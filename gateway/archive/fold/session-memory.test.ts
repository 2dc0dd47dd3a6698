import { expect, test } from 'vitest';
import { readBody } from '../../../shared/recording/record.ts';
import { TestLog, type TestSession } from '../testing.ts';
import { SessionMemory } from './session-memory.ts';

/** What is kept of a session: kinds and sequences, those of open statements marked. */
function kept(events: (session: TestSession) => readonly Uint8Array[]): string[] {
  const bodies = events(new TestLog(1).session(1)).map((body) => readBody(body).event);
  const memory = new SessionMemory();
  for (const event of bodies) memory.note(event);
  return [...memory.kept()].map(
    ([sequence, open]) => `${bodies[sequence]?.kind} ${sequence}${open ? ' open' : ''}`,
  );
}

const opening = (session: TestSession) => [session.event('sessionOpened'), session.event('identity')];
const text = (sql: string) => Buffer.from(sql);

test('who the session is, and the policy in force now', () => {
  expect(
    kept((session) => [
      ...opening(session),
      session.event('policyApplied'),
      session.event('ciContext'),
      session.event('policyApplied'),
    ]),
  ).toEqual(['sessionOpened 0', 'identity 1', 'ciContext 3', 'policyApplied 4']);
});

test('of statements whose fate is told, nothing', () => {
  expect(kept((session) => [...opening(session), session.query('select 1'), session.outcome()])).toEqual([
    'sessionOpened 0',
    'identity 1',
  ]);
});

test('a statement without an outcome, and what was decided on it before', () => {
  expect(
    kept((session) => [
      ...opening(session),
      session.event('decision', { statement: 1, effect: 'hold' }),
      session.query('select 1'),
    ]),
  ).toEqual(['sessionOpened 0', 'identity 1', 'decision 2 open', 'statement 3 open']);
});

test('every statement of the open transaction, until it ends', () => {
  const transaction = (session: TestSession) => [
    ...opening(session),
    session.query('begin'),
    session.outcome({ transaction: 'T' }),
    session.query('delete from t'),
    session.outcome({ transaction: 'T' }),
  ];
  expect(kept(transaction).slice(2)).toEqual([
    'statement 2 open',
    'outcome 3 open',
    'statement 4 open',
    'outcome 5 open',
  ]);
  expect(
    kept((session) => [
      ...transaction(session),
      session.query('commit'),
      session.outcome({ transaction: 'I' }),
    ]).slice(2),
  ).toEqual([]);
});

test('texts that names stand for: until the name is closed, or stands for another', () => {
  expect(
    kept((session) => [
      ...opening(session),
      session.event('parse', { name: 'a', text: text('select 1') }),
      session.event('parse', { name: 'b', text: text('select 2') }),
      session.event('parse', { name: '', text: text('select 3') }),
      session.event('parse', { name: '', text: text('select 4') }),
      session.event('close', { target: 'S', name: 'a' }),
    ]).slice(2),
  ).toEqual(['parse 3', 'parse 5']);
});

test('a name that was given twice: the second may have been refused', () => {
  expect(
    kept((session) => [
      ...opening(session),
      session.event('parse', { name: 'a', text: text('select 1') }),
      session.event('parse', { name: 'a', text: text('select 2') }),
    ]).slice(2),
  ).toEqual(['parse 2', 'parse 3']);
});

test('the text of a statement that was named and is over, and no more of it', () => {
  expect(
    kept((session) => [
      ...opening(session),
      session.event('statement', {
        statement: 1,
        protocol: 'extended',
        name: 'a',
        portal: '',
        text: text('select 1'),
      }),
      session.event('outcome', { statement: 1 }),
    ]).slice(2),
  ).toEqual(['statement 2']);
});

test('the text that an open statement uses, though its name is gone', () => {
  expect(
    kept((session) => [
      ...opening(session),
      session.event('parse', { name: 'a', text: text('select 1') }),
      session.event('close', { target: 'S', name: 'a' }),
      session.event('statement', { statement: 1, protocol: 'extended', name: 'a', portal: '', parsedAt: 2 }),
    ]).slice(2),
  ).toEqual(['parse 2', 'statement 4 open']);
});

test('names beyond a limit are forgotten, the oldest first', () => {
  const found = kept((session) => [
    ...opening(session),
    ...Array.from({ length: 2_001 }, (_, i) =>
      session.event('parse', { name: `s${i}`, text: text('select 1') }),
    ),
  ]);
  expect([found.length, found[2]]).toEqual([2_002, 'parse 3']);
});
