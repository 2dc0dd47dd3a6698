import { expect, test } from 'vitest';
import { SESSION_ROW, STATEMENT_ROW } from '../../main/testing/fake-reader.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import type { AskedSession, AskedStatement } from '../../shared/filter/asked.ts';
import { oppositeOf } from '../../shared/filter/edit-conditions.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { matchesSession, matchesStatement } from '../../shared/filter/matches.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { canExclude } from './cell-entries.tsx';
import { SESSION_COLUMNS } from './session-columns.tsx';
import { STATEMENT_COLUMNS } from './statement-columns.tsx';

/** All that a session can be without, and all that it can have, with what a glob would read otherwise. */
const BARE: SessionRow = { ...SESSION_ROW, user: '', applicationName: '', ended: null, outcome: 'unknown' };
const WHOLE: SessionRow = {
  ...SESSION_ROW,
  dbUser: 'shop "agent"',
  applicationName: 'a*b (c)',
  identity: {
    issuer: 'https://issuer.example',
    profile: 'ci',
    subject: 'ci-deployer',
    clientId: 'or',
    userId: '00u-ada',
    groups: ['ci agents', '-x'],
    scopes: [],
    tokenId: 't',
    fingerprint: 'ab'.repeat(32),
    expires: 1,
  },
  ci: {
    provenance: 'asserted',
    provider: 'github',
    run: '47 11',
    job: '1',
    repository: 'acme/shop',
    ref: null,
    actor: null,
    issuer: null,
  },
  ciMismatch: 'github/9/9',
};

const EMPTY: StatementRow = {
  ...STATEMENT_ROW,
  agent: '',
  job: null,
  provenance: null,
  verb: '',
  class: null,
  tables: [],
  columns: [],
  rows: null,
  bytes: null,
  duration: null,
};
const FULL: StatementRow = {
  ...STATEMENT_ROW,
  functions: ['pg_catalog.now'],
  columns: ['orders.a"b', 'id'],
  status: 'failed',
  sqlstate: '42P01',
  decision: 'rejected',
  rules: ['no-deletes'],
  severity: 'high',
  maskedColumns: ['public.customers.email'],
  maskedBy: ['pii'],
  approvers: [{ subject: 'ada', name: null }],
};

function askedSession(row: SessionRow): AskedSession {
  const { identity, ci } = row;
  return {
    id: row.id,
    token: identity === null ? null : { ...identity, client: identity.clientId, jti: identity.tokenId },
    job: ci,
    mismatch: row.ciMismatch !== null,
    connection: row.connection,
    users: [row.user, ...(row.dbUser === null ? [] : [row.dbUser])],
    address: row.clientAddress,
    application: row.applicationName,
    outcome: row.outcome,
    started: row.started,
    ended: row.ended,
  };
}

function askedStatement(row: StatementRow): AskedStatement {
  return {
    ...row,
    normalised: row.text,
    texts: [row.text],
    approvers: row.approvers.map(({ subject }) => subject),
  };
}

/** The session that a statement's row tells of. */
function sessionOf({ agent, job, provenance, session }: StatementRow): AskedSession {
  const [provider = '', run = '', name = ''] = job?.split('/') ?? [];
  return {
    ...askedSession(SESSION_ROW),
    id: session,
    token:
      agent === ''
        ? null
        : {
            ...WHOLE.identity,
            subject: agent,
            fingerprint: '',
            issuer: '',
            client: null,
            jti: null,
            userId: null,
            groups: [],
          },
    job: job === null ? null : { provider, run, job: name, repository: null, provenance: provenance ?? '' },
  };
}

function read(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (filter === undefined) throw new Error(`${text}: ${error?.message ?? ''}`);
  return filter;
}

test.each([
  ['nothing', BARE],
  ['everything', WHOLE],
])('what a cell of a session with %s offers finds that session, and its opposite does not', (_, row) => {
  // What statements do is theirs: a session is found by any of them.
  const own = SESSION_COLUMNS.flatMap((column) => column.conditions(row)).filter(({ field }) =>
    canExclude(field, 'session'),
  );
  const wrong = own.filter(
    ({ text }) =>
      !matchesSession(read(text), askedSession(row), []) ||
      matchesSession(read(oppositeOf(text)), askedSession(row), []),
  );
  expect([wrong, own.length > 5]).toEqual([[], true]);
});

test.each([
  ['nothing', EMPTY],
  ['everything', FULL],
])('what a cell of a statement with %s offers finds that statement, and its opposite does not', (_, row) => {
  const [session, statement] = [sessionOf(row), askedStatement(row)];
  const wrong = STATEMENT_COLUMNS.flatMap((column) => column.conditions(row)).filter(
    ({ text }) =>
      !matchesStatement(read(text), session, statement) ||
      matchesStatement(read(oppositeOf(text)), session, statement),
  );
  expect(wrong).toEqual([]);
});
