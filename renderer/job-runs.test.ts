import { expect, test } from 'vitest';
import { SessionId, type SessionRow } from '../shared/api/session.ts';
import { runsOf } from './job-runs.ts';

/** A session of a CI run; its id says which. */
function session(id: number, run: string | null, change: Partial<SessionRow> = {}): SessionRow {
  return {
    id: SessionId.parse(id.toString(16).padStart(32, '0')),
    started: id * 1_000,
    ended: null,
    outcome: 'completed',
    reason: null,
    connection: 'shop',
    user: 'ci',
    dbUser: null,
    applicationName: '',
    clientAddress: '',
    identity: null,
    ci:
      run === null
        ? null
        : {
            provenance: 'attested',
            provider: 'github',
            run,
            job: 'deploy',
            repository: 'acme/shop',
            ref: null,
            actor: null,
            issuer: null,
          },
    ciMismatch: null,
    statements: 10,
    rows: 0,
    errors: 0,
    bytes: 0,
    events: 0,
    denied: 0,
    held: 0,
    masked: 0,
    policy: null,
    imported: null,
    verbs: [],
    ...change,
  };
}

/** What is offered, by number. */
function offered(one: SessionRow, found: readonly SessionRow[]) {
  const numberOf = (row: SessionRow): number => Number.parseInt(row.id, 16);
  const { previous, next, others, ofJob } = runsOf(one, found);
  return {
    previous: previous && numberOf(previous),
    next: next && numberOf(next),
    others: others.map(numberOf),
    ofJob,
  };
}

test('the runs right before and after come first, then the others by how near they are', () => {
  const one = session(50, '5');
  const found = [
    session(10, '1'),
    session(40, '4'),
    one,
    session(60, '6'),
    session(90, '9'),
    session(40, '4'),
  ];
  expect(offered(one, found)).toEqual({ previous: 40, next: 60, others: [10, 90], ofJob: true });
});

test('of a run with several sessions the one most like is taken: its connection, then how much it did', () => {
  const one = session(50, '5');
  const found = [
    session(41, '4', { connection: 'stock' }),
    session(42, '4', { statements: 11 }),
    session(43, '4', { statements: 900 }),
  ];
  expect(offered(one, found).previous).toBe(42);
});

test('the same run, another job or another repository is no other run; the agent’s sessions are offered then', () => {
  const one = session(50, '5');
  const other = (change: object) =>
    ({ ...session(40, '4'), ci: { ...session(40, '4').ci, ...change } }) as SessionRow;
  expect([
    offered(one, [session(40, '5')]),
    offered(one, [other({ job: 'test' })]),
    offered(one, [other({ repository: 'acme/other' })]),
  ]).toEqual(Array.from({ length: 3 }, () => ({ previous: null, next: null, others: [40], ofJob: false })));
});

test('a session without a job is compared with others of its agent', () => {
  const one = session(50, null);
  const found = [session(40, null), session(45, null, { user: 'somebody' }), session(70, null)];
  expect(offered(one, found)).toEqual({ previous: null, next: null, others: [40, 70], ofJob: false });
});
