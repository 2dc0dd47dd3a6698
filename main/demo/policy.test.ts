import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsePolicy } from '../../gateway/policy/reading.ts';
import type { Subject } from '../../gateway/policy/session-policy.ts';
import { factsOf } from '../../gateway/postgres/facts/facts-of.ts';
import { TextReader } from '../../gateway/postgres/facts/text-reader.ts';
import { SHOP_POLICY } from './policy.ts';

const POLICY = parsePolicy(SHOP_POLICY, 'policy.yaml');

const NOW = { now: 0, estimatedRows: null, canEstimate: false };

/** The pipeline, in the job of a ref. */
function pipeline(ref: string, attested = true): Subject {
  const ci = { attested, provider: 'github', repository: 'acme/shop', job: 'github/4713/1', ref };
  const groups = ['ci-agents'];
  return { issuer: '', subject: 'ci-deployer', clientId: 'ci-deployer', groups, connection: 'shop', ci };
}

const BRANCH = pipeline('refs/heads/main');
const SUPPORT = { ...BRANCH, subject: 'bruno', groups: ['support'], ci: null };

let reader: TextReader;
beforeAll(async () => {
  reader = await TextReader.open();
});
afterAll(() => reader.close());

test('nothing about it surprises', () => {
  expect(POLICY.warnings).toEqual([]);
});

test.each([
  ['a release', pipeline('refs/tags/v1'), 'CREATE TABLE t (a int)', 'allow', 'releases'],
  [
    'who only says that it is one',
    pipeline('refs/tags/v1', false),
    'CREATE TABLE t (a int)',
    'deny',
    'schema by release',
  ],
  ['a branch', BRANCH, 'CREATE TABLE t (a int)', 'deny', 'schema by release'],
  ['a branch', BRANCH, 'DROP TABLE orders', 'deny', 'no drop'],
  ['a branch', BRANCH, 'DELETE FROM orders', 'hold', 'every row'],
  ['a branch', BRANCH, "DELETE FROM orders WHERE status = 'test'", 'hold', 'orders by CI'],
  ['a branch', BRANCH, 'DO $$BEGIN DELETE FROM orders WHERE id = 1; END$$', 'hold', 'unseen code'],
  ['a branch', BRANCH, 'GRANT SELECT ON orders TO public', 'hold', 'privileges'],
  ['a branch', BRANCH, "COPY orders TO PROGRAM 'cat'", 'deny', 'no way around'],
  ['a branch', BRANCH, 'DELETE FORM orders', 'deny', undefined],
  ['support', SUPPORT, 'DELETE FROM orders WHERE id = 1', 'allow', undefined],
] as const)('%s: %s %s', async (_, subject, sql, effect, rule) => {
  const { facts } = factsOf(await reader.read(sql), null, () => null);
  const decision = POLICY.forSession(subject).decide(facts, NOW);
  expect([decision.effect, decision.rules[0]?.rule]).toEqual([effect, rule]);
});

test('personal data are masked for all but support, addresses for the pipeline', () => {
  const masks = (subject: Subject) =>
    POLICY.forSession(subject).masks.map(({ rule, columns, style }) => [rule, columns, style]);
  const pii = ['personal data', ['customers.email', 'customers.phone', 'customers.birth_date'], 'partial'];
  expect([BRANCH, { ...SUPPORT, groups: ['services'] }, SUPPORT].map(masks)).toEqual([
    [pii, ['addresses', ['customers.street'], 'redact']],
    [pii],
    [],
  ]);
});
