import { expect, test } from 'vitest';
import { NOW, sessionPolicy, statement, table, text, UNPARSED } from './testing.ts';

const YAML = `rules:
  - { name: admins, effect: allow, when: { groups: admins } }
  - { name: staging, effect: allow, statement: { tables: staging.* } }
  - { name: no deletes, effect: deny, when: { agent: ci-* }, statement: { verb: DELETE, tables: [orders, users] } }
  - { name: writes, effect: hold, statement: { class: write } }
  - { name: large, effect: deny, statement: { rows: { returned: '>100' } } }
  - { name: mail, effect: mask, mask: { columns: '*.email' } }`;

const remove = statement({
  verb: 'DELETE',
  class: 'write',
  tables: [table('public.orders', { writes: true }), table('public.users')],
});

test('every rule is told, with what matched or the first condition that did not', () => {
  expect(
    sessionPolicy(YAML)
      .explain(text(statement(), remove), NOW)
      .map(({ rule, matched, because }) => `${rule}: ${matched ? 'yes' : 'no'}: ${because}`),
  ).toEqual([
    'admins: no: not in admins',
    'staging: no: statement 1: no table that it could fit',
    'no deletes: yes: agent ci-deployer; statement 2: verb DELETE, table public.orders, public.users',
    'writes: yes: statement 2: class write; but no deletes had decided',
    'large: yes: statement 1: every statement; cut after 100 rows · statement 2: every statement; but no deletes had decided',
    'mail: yes: masks *.email (redact)',
  ]);
});

test.each<[rule: string, because: string]>([
  ['effect: allow, statement: { tables: orders }', 'table public.users is not certain to fit orders'],
  ['effect: allow, statement: { functions: f }', 'no function that it could fit'],
  ['effect: deny, statement: { tables: audit.* }', 'no table fits audit.*'],
  ['effect: deny, statement: { class: [read, schema] }', 'class write is not read or schema'],
  ['effect: deny, statement: { missingWhere: true }', 'no feature missing where'],
  ['effect: deny, statement: { multi: true }', 'the only statement'],
  ['effect: deny, statement: { unparsed: true }', 'the text was parsed'],
  ["effect: deny, statement: { rows: { estimated: '>10' } }", '3 rows expected, not >10'],
  ['effect: deny, when: { ci: none }', 'CI job github/4711/deploy'],
  ['effect: deny, when: { ci: { ref: v* } }', 'CI job github/4711/deploy (attested) does not fit'],
  ['effect: deny, when: { time: { days: mon } }', 'not at this time'],
  ['effect: deny, when: { not: { connection: shop } }', 'excluded: connection shop'],
])('a rule with %s does not match: %s', (rule, because) => {
  const session = sessionPolicy(`rules: [{ name: r, ${rule} }]`);
  expect(session.explain(text(remove), { ...NOW, estimatedRows: 3 })).toMatchObject([
    { matched: false, because },
  ]);
});

test.each<[when: string, because: string]>([
  ['{ not: { connection: stage } }', 'connection shop does not fit stage; every statement'],
  ['{ not: { connection: shop, groups: support } }', 'not in support; every statement'],
])('a session that %s does not exclude is told why: %s', (when, because) => {
  const session = sessionPolicy(`rules: [{ name: r, effect: deny, when: ${when} }]`);
  expect(session.explain(text(remove), NOW)).toMatchObject([{ matched: true, because }]);
});

test('a text that was not parsed is told why', () => {
  const session = sessionPolicy(
    'rules: [{ name: a, effect: hold, statement: { verb: DO } }, { name: b, effect: hold }]',
  );
  expect(session.explain(UNPARSED, NOW)).toEqual([
    { rule: 'a', effect: 'hold', matched: false, because: 'not parsed, which the rule does not cover' },
    { rule: 'b', effect: 'hold', matched: true, because: 'not parsed: syntax error' },
  ]);
});
