import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from './default-policy.ts';
import { issueLine, PolicyError } from './policy-error.ts';
import { parsePolicy } from './reading.ts';

const rule = (statement: string) =>
  `version: 1\nrules:\n  - { name: a, effect: deny, statement: { ${statement} } }`;

function faultsOf(statement: string): string[] {
  try {
    parsePolicy(rule(statement), 'p.yaml');
    return [];
  } catch (error) {
    return error instanceof PolicyError ? error.issues.map(issueLine) : [String(error)];
  }
}

test.each<[verb: string, meant: string]>([
  ['DELTE', 'DELETE'],
  ['DROPTABLE', 'DROP TABLE'],
  ['DROP USER', 'DROP ROLE'],
  ['DELETE FROM', 'DELETE'],
  ['COPY', 'COPY *'],
  ['DROP', 'DROP *'],
  ['EXPLAIN ANALYZE', 'EXPLAIN'],
])('verb %s is a fault that suggests %s', (verb, meant) => {
  expect(faultsOf(`verb: ${verb}`)).toEqual([
    `p.yaml:3:43: rule "a": statement.verb is ${verb}, which no statement is known by; did you mean ${meant}?`,
  ]);
});

test('of a list the wrong verb is told, at its place', () => {
  expect(faultsOf('verb: [DROP TABLE, delete, XYZZY]')).toEqual([
    'p.yaml:3:70: rule "a": statement.verb[2] is XYZZY, which no statement is known by',
  ]);
});

test('a wrong verb is told beside what else is wrong', () => {
  expect(faultsOf('verb: DELTE } }\n  - { name: b, effect: drop, statement: { multi: true')).toHaveLength(2);
});

test.each<[statement: string, warnings: string[]]>([
  ['verb: [DROP *, "*TABLE*", delete]', []],
  ['verb: DORP *', ['rule "a" asks for verb DORP *, which no statement fits']],
  ['functions: [pg_sleep, dblink*, public.mine, PG_SLEEP, pg_catalog.pg_sleep]', []],
  [
    'functions: pg_slep',
    [
      'rule "a" names the function pg_slep, which PostgreSQL does not have; did you mean pg_sleep? Of one of your own, name the schema too',
    ],
  ],
  ['functions: send_invoice_mail', []],
])('%s has these warnings', (statement, warnings) => {
  expect(parsePolicy(rule(statement), 'p.yaml').warnings).toEqual(warnings);
});

test('the policy that ships names nothing that is unknown', () => {
  expect(parsePolicy(DEFAULT_POLICY, 'default').warnings).toEqual([]);
});
