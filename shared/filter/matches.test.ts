import { expect, test } from 'vitest';
import type { AskedSession, AskedStatement } from './asked.ts';
import { EVERYTHING, type Filter } from './filter.ts';
import { matchesSession, matchesStatement } from './matches.ts';
import { parseFilter } from './parse.ts';

const DAY = Date.UTC(2026, 10, 1) * 1000;

const session: AskedSession = {
  id: '0198c2f4aa',
  token: {
    fingerprint: 'abcdef0123',
    issuer: 'https://idp.example',
    subject: 'ci-deployer',
    client: 'client-7',
    jti: null,
    userId: 'u1',
    groups: ['agents', 'ci'],
  },
  job: { provider: 'github', run: '4711', job: '3', repository: 'acme/shop', provenance: 'attested' },
  mismatch: false,
  connection: 'shop',
  users: ['agent', 'shop_agent'],
  address: '10.0.0.7',
  application: 'psql',
  outcome: 'completed',
  started: DAY,
  ended: DAY + 3_600e6,
};

const statement: AskedStatement = {
  time: DAY + 60e6,
  tables: ['public.users', 'orders'],
  columns: ['public.users.email'],
  functions: ['pg_catalog.now'],
  verb: 'DROP TABLE',
  class: 'schema',
  normalised: 'DROP TABLE users, orders',
  fingerprint: 'ff00aa',
  status: 'failed',
  sqlstate: '42P01',
  decision: 'approved',
  rules: ['no drops'],
  severity: 'high',
  maskedColumns: ['public.users.email'],
  maskedBy: ['pii', 'card'],
  approvers: ['rita', 'Rita Reviewer'],
  rows: 10,
  bytes: 2048,
  duration: 1_500_000,
  texts: ['DROP TABLE "Übersicht"', 'relation orders does not exist', 'a_b'],
};

const blank: AskedStatement = {
  ...statement,
  tables: [],
  columns: [],
  functions: [],
  verb: '',
  class: null,
  status: 'unknown',
  sqlstate: null,
  decision: null,
  rules: [],
  severity: null,
  maskedColumns: [],
  maskedBy: [],
  approvers: [],
  duration: null,
  texts: [],
};

function filter(text: string): Filter {
  const read = parseFilter(text);
  if (read.error !== undefined) throw new Error(`${text}: ${read.error.message}`);
  return read.filter;
}

/** Terms side by side, quotes and all. */
const each = (text: string): string[] => text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];

const TRUE = `token:ci-deployer token:abcdef token:u1 issuer:*idp* sub:CI-* client=client-7 group:agents job:gh/4711 job:github/4711/3
  run:4711 repo:acme/* ci:attested ci:github attested:yes connection:SHOP user:agent user:shop_agent address:10.0.* app:psql session:0198
  outcome:completed table:users table:public.users table:orders column:email column:users.email function:now verb:drop class:schema
  fingerprint:ff00 status:failed error:42P01 error:42 error:* policy:held policy:approved policy:no* rule:"no drops" severity:high
  masked:email masked:card approver:rita approver:"rita reviewer" rows:10 rows:5..10 rows>=10 bytes:2KiB bytes<1MB dur>1s dur:1s..2s
  after:2026-11-01 before:2026-11-02 time:2026-11-01 drop ubersicht "drop table" orders "does not" exis* "orders doe*" a_b
  sql:"table users" sql:drop*orders`;

test.each(each(TRUE))('%s holds, and its opposite does not', (text) => {
  expect([
    matchesStatement(filter(text), session, statement),
    matchesStatement(filter(`-${text}`), session, statement),
  ]).toEqual([true, false]);
});

const FALSE = `token:abcde token:none issuer:idp sub=CI-deployer group:age job:gh/471 job=github/4711 job:gl ci:none ci:mismatch attested:no
  user:root session:98 outcome:failed table:user table:users.email column:mail function:no verb:DELETE class:write fingerprint:00
  error:23 policy:denied policy:observed severity:low masked:users rows>10 rows:11.. bytes>2KiB dur<1s before:2026-11-01 after:2026-11-02
  dro "table drop" "users relation" sql:relation`;

test.each(each(FALSE))('%s does not hold', (text) => {
  expect(matchesStatement(filter(text), session, statement)).toBe(false);
});

test('what is not known fulfils no term and every opposite', () => {
  const anonymous: AskedSession = { ...session, token: null, job: null };
  const fields = each('error:* policy:* severity:* dur>0s dur<1h class:* table:* token:* job:* drop');
  expect(fields.map((text) => matchesStatement(filter(text), anonymous, blank))).toEqual(
    fields.map(() => false),
  );
  expect(fields.map((text) => matchesStatement(filter(`not ${text}`), anonymous, blank))).toEqual(
    fields.map(() => true),
  );
});

test('a session matches by one statement that meets everything', () => {
  const statements = [statement, { ...blank, verb: 'SELECT', tables: ['public.items'] }];
  const found = (text: string) => matchesSession(filter(text), session, statements);
  expect(
    ['verb:drop table:orders', 'verb:select table:orders', 'verb:select -table:orders', '-token:x', ''].map(
      found,
    ),
  ).toEqual([true, false, true, true, true]);
});

test('a session without statements matches by itself, whatever a statement might have been', () => {
  const found = (text: string) => matchesSession(filter(text), { ...session, outcome: 'refused' }, []);
  expect(
    [
      'outcome:refused or verb:drop',
      'outcome:refused verb:drop',
      '-verb:drop',
      '-(verb:drop outcome:live)',
    ].map(found),
  ).toEqual([true, false, false, true]);
});

test('a session alone is within a time when it was open then, a statement when it began then', () => {
  const late = 'after:2026-11-01T00:30 before:2026-11-01T00:40';
  expect([
    matchesSession(filter(late), session, [statement]),
    matchesSession(filter(`${late} verb:drop`), session, [statement]),
    matchesStatement(filter(late), session, statement),
    matchesStatement(EVERYTHING, session, statement),
  ]).toEqual([true, false, false, true]);
});
