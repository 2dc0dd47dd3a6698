import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EFFECTS } from '../../shared/policy/decision.ts';
import { FEATURES, STATEMENT_CLASSES, type SqlFacts, type TextFacts } from '../../shared/policy/facts.ts';
import { parsePolicy } from './reading.ts';
import { NOW, policy, sessionPolicy, statement, SUBJECT, table, text, UNPARSED } from './testing.ts';

const deleteAll = statement({
  verb: 'DELETE',
  class: 'write',
  tables: [table('public.orders', { writes: true })],
  features: ['missing where'],
});
const select = statement({ tables: [table('public.orders')], columns: ['public.orders.id'] });

/** A document with one rule `r` of the given effect. */
const one = (effect: string, conditions: string) => `rules: [{ name: r, effect: ${effect}, ${conditions} }]`;

test.each<[conditions: string, facts: SqlFacts, denied: boolean]>([
  ['statement: { verb: DELETE }', deleteAll, true],
  ['statement: { verb: delete }', deleteAll, true],
  ['statement: { verb: "DEL*" }', deleteAll, true],
  ['statement: { verb: [INSERT, UPDATE] }', deleteAll, false],
  ['statement: { class: write }', deleteAll, true],
  ['statement: { class: [read, schema] }', deleteAll, false],
  ['statement: { missingWhere: true }', deleteAll, true],
  ['statement: { features: [copy file, missing where] }', deleteAll, true],
  ['statement: { features: opaque }', deleteAll, false],
  ['statement: { tables: orders }', deleteAll, true],
  ['statement: { tables: public.* }', deleteAll, true],
  ['statement: { tables: audit.* }', deleteAll, false],
  ['statement: { writes: orders }', select, false],
  ['statement: { reads: orders }', select, true],
  ['statement: { columns: orders.id }', select, true],
  ['statement: { columns: "*.email" }', statement({ columns: ['public.users.*'] }), true],
  ['statement: { columns: "*.email" }', select, false],
  [
    'statement: { functions: "dblink*" }',
    statement({ functions: [{ name: 'public.dblink_exec', kind: 'opaque' }] }),
    true,
  ],
  [
    'statement: { functionKinds: known }',
    statement({ functions: [{ name: 'pg_catalog.nextval', kind: 'known' }] }),
    true,
  ],
  [
    'statement: { functionKinds: known }',
    statement({ functions: [{ name: 'pg_catalog.lower', kind: 'pure' }] }),
    false,
  ],
  ['statement: { verb: DELETE, tables: users }', deleteAll, false],
  ['statement: { multi: true }', deleteAll, false],
  ['statement: { unresolved: true }', deleteAll, false],
  ['statement: { unparsed: true }', deleteAll, false],
  ['statement: {}', deleteAll, true],
])('deny with %s', (conditions, facts, denied) => {
  const { effect } = sessionPolicy(one('deny', conditions)).decide(text(facts), NOW);
  expect(effect).toBe(denied ? 'deny' : 'allow');
});

test.each<[conditions: string, facts: TextFacts, allowed: boolean]>([
  ['statement: { tables: tmp.* }', text(statement({ tables: [table('tmp.a'), table('tmp.b')] })), true],
  [
    'statement: { tables: tmp.* }',
    text(statement({ tables: [table('tmp.a'), table('public.users')] })),
    false,
  ],
  ['statement: { tables: tmp.* }', text(statement()), false],
  ['statement: { tables: a }', text(statement({ tables: [table('a', { resolved: false })] })), false],
  ['statement: { columns: a.b }', text(statement({ columns: ['tmp.a.*'] })), false],
  ['statement: { columns: a.* }', text(statement({ columns: ['tmp.a.*'] })), true],
  ['statement: { verb: SELECT }', text(statement()), true],
  ['statement: { verb: SELECT }', text(statement({ features: ['opaque'] })), false],
  ['statement: { verb: SELECT, features: opaque }', text(statement({ features: ['opaque'] })), true],
  [
    'statement: { functions: [f, g] }',
    text(statement({ functions: [{ name: 'public.f', kind: 'read' }] })),
    true,
  ],
  [
    'statement: { functions: f, functionKinds: read }',
    text(
      statement({
        functions: [
          { name: 'public.f', kind: 'read' },
          { name: 'pg_catalog.set_config', kind: 'known' },
        ],
      }),
    ),
    false,
  ],
  ['when: { agent: "ci-*" }', text(statement({ features: ['opaque'] })), true],
  ['when: { agent: "ci-*" }', UNPARSED, false],
])('what is not certain is not allowed: allow with %s', (conditions, facts, allowed) => {
  const { effect } = sessionPolicy(`default: deny\n${one('allow', conditions)}`).decide(facts, NOW);
  expect(effect).toBe(allowed ? 'allow' : 'deny');
});

test('the first rule that matches decides; an allow above is an exception', () => {
  const yaml = `rules:
  - { name: staging, effect: allow, statement: { tables: staging.* } }
  - { name: no deletes, effect: deny, message: ask first, severity: critical, statement: { verb: DELETE } }
  - { name: all writes, effect: hold, statement: { class: write } }`;
  const session = sessionPolicy(yaml);
  expect(session.decide(text(deleteAll), NOW)).toEqual({
    effect: 'deny',
    rules: [{ rule: 'no deletes', because: 'verb DELETE' }],
    message: 'ask first',
    severity: 'critical',
    hold: null,
    rowLimit: null,
    needsEstimate: false,
    class: 'write',
  });
  const staged = { ...deleteAll, tables: [table('staging.orders', { writes: true })] };
  expect(session.decide(text(staged), NOW)).toMatchObject({
    effect: 'allow',
    rules: [{ rule: 'staging', because: 'table staging.orders' }],
  });
});

test('the most severe decision of its statements is that of the text, and all that matched are named', () => {
  const yaml = `rules:
  - { name: hold writes, effect: hold, statement: { class: write } }
  - { name: no drop, effect: deny, statement: { verb: DROP * } }`;
  const drop = statement({ verb: 'DROP TABLE', class: 'schema' });
  expect(sessionPolicy(yaml).decide(text(select, deleteAll, drop), NOW)).toMatchObject({
    effect: 'deny',
    class: 'schema',
    severity: 'high',
    rules: [
      { rule: 'hold writes', because: 'class write' },
      { rule: 'no drop', because: 'verb DROP TABLE' },
    ],
  });
});

test('a text held by several rules needs those whom all of them name', () => {
  const yaml = (second: string) => `rules:
  - { name: a, effect: hold, statement: { verb: DELETE }, hold: { approvers: [dba, leads], quorum: 2 } }
  - { name: b, effect: hold, statement: { verb: SELECT }, hold: { approvers: ${second}, timeout: 1m, estimate: true } }`;
  expect(sessionPolicy(yaml('[leads, support]')).decide(text(deleteAll, select), NOW)).toMatchObject({
    effect: 'hold',
    hold: { approvers: ['leads'], quorum: 2, timeout: 60_000, estimate: true },
  });
  expect(sessionPolicy(yaml('support')).decide(text(deleteAll, select), NOW)).toMatchObject({
    effect: 'deny',
    message: 'its statements are held for different approvers: send them one by one',
    hold: null,
  });
});

test('terms without approvers are those of reviewers, who are not any group', () => {
  const decide = (a: string, b: string) =>
    parsePolicy(
      `version: 1\nrules:
  - { name: a, effect: hold, statement: { verb: DELETE }, hold: {${a}} }
  - { name: b, effect: hold, statement: { verb: SELECT }, hold: {${b}} }`,
      'p.yaml',
    )
      .forSession(SUBJECT)
      .decide(text(deleteAll, select), NOW);
  expect([decide('', ''), decide('approvers: dba', ''), decide('', 'approvers: dba')]).toMatchObject([
    { effect: 'hold', hold: { approvers: [] } },
    { effect: 'deny' },
    { effect: 'deny' },
  ]);
});

test('what cannot be parsed takes a rule without conditions on statements, a rule for it, or its own default', () => {
  const effects = [
    '',
    'unparsed: hold',
    one('hold', 'statement: { unparsed: true }'),
    one('hold', 'when: { connection: shop }'),
    one('hold', 'statement: { class: other }'),
    one('allow', ''),
  ].map((yaml) => sessionPolicy(yaml).decide(UNPARSED, NOW).effect);
  expect(effects).toEqual(['deny', 'hold', 'hold', 'hold', 'deny', 'deny']);
});

test('who asks what cannot be parsed is told why it cannot', () => {
  const messages = ['', one('deny', 'statement: { unparsed: true }')].map(
    (yaml) => sessionPolicy(yaml).decide(UNPARSED, NOW).message,
  );
  expect(messages).toEqual(['syntax error', null]);
});

test('rows that are returned are limited, by the smallest number, until a rule decides', () => {
  const yaml = `rules:
  - { name: large, effect: deny, statement: { rows: { returned: '>10000' } } }
  - { name: orders, effect: deny, message: too many, statement: { tables: orders, rows: { returned: '>=500' } } }
  - { name: free, effect: allow, statement: { class: read } }
  - { name: never, effect: deny, statement: { rows: { returned: '>1' } } }`;
  expect(sessionPolicy(yaml).decide(text(select, statement()), NOW)).toMatchObject({
    effect: 'allow',
    rowLimit: { rows: 499, rule: 'orders', message: 'too many' },
  });
});

test('a rule that needs an estimate asks for it, matches when nobody can tell, and is decided anew each time', () => {
  const session = sessionPolicy(one('hold', "statement: { class: write, rows: { estimated: '>100' } }"));
  const facts = text(deleteAll);
  const decide = (estimatedRows: number | null, canEstimate: boolean) => {
    const { effect, needsEstimate } = session.decide(facts, { ...NOW, estimatedRows, canEstimate });
    return [effect, needsEstimate];
  };
  expect([decide(null, true), decide(null, false), decide(101, true), decide(100, true)]).toEqual([
    ['hold', true],
    ['hold', false],
    ['hold', false],
    ['allow', false],
  ]);
  expect(session.decide(text(select), NOW).needsEstimate).toBe(false);
});

test('an exception for few rows does not hold where nobody can tell', () => {
  const yaml = `default: deny\n${one('allow', "statement: { rows: { estimated: '<100' } }")}`;
  const decide = (estimatedRows: number | null) =>
    sessionPolicy(yaml).decide(text(deleteAll), { ...NOW, estimatedRows, canEstimate: false }).effect;
  expect([decide(99), decide(100), decide(null)]).toEqual(['allow', 'deny', 'deny']);
});

test('a decision on the same facts is kept, for all sessions that the same rules fit', () => {
  const shared = policy(one('deny', 'when: { groups: ci-agents }, statement: { verb: DELETE }'));
  const facts = text(deleteAll);
  const first = shared.forSession(SUBJECT).decide(facts, NOW);
  expect(shared.forSession({ ...SUBJECT, subject: 'other' }).decide(facts, NOW)).toBe(first);
  expect(shared.forSession({ ...SUBJECT, groups: [] }).decide(facts, NOW).effect).toBe('allow');
});

test('a text without statements is allowed', () => {
  expect(sessionPolicy('default: deny').decide(text(), NOW).effect).toBe('allow');
});

const name = fc.constantFrom('users', 'public.users', '*', 'public.users.*', 'a.b.c', '');
const anyStatement: fc.Arbitrary<SqlFacts> = fc.record({
  verb: fc.constantFrom('SELECT', 'DELETE', '', 'DROP TABLE'),
  class: fc.constantFrom(...STATEMENT_CLASSES),
  tables: fc.array(
    fc.record({
      name,
      resolved: fc.boolean(),
      reads: fc.boolean(),
      writes: fc.boolean(),
      via: fc.array(name),
    }),
  ),
  columns: fc.array(name),
  functions: fc.array(fc.record({ name, kind: fc.constantFrom('pure', 'known', 'read', 'opaque') })),
  features: fc.array(fc.constantFrom(...FEATURES)),
});
const anyText: fc.Arbitrary<TextFacts> = fc.oneof(
  fc.record({ statements: fc.array(anyStatement), unparsed: fc.constant(null), resolved: fc.boolean() }),
  fc.record({ statements: fc.constant([]), unparsed: fc.string(), resolved: fc.boolean() }),
);
const anyRule = fc.record({
  effect: fc.constantFrom(...EFFECTS.filter((effect) => effect !== 'mask')),
  conditions: fc.constantFrom(
    '',
    'when: { time: { from: "22:00", to: "06:00", zone: Europe/Berlin } }',
    'when: { not: { agent: ci-*, time: { days: sun } } }',
    'statement: { tables: users, functions: f }',
    'statement: { columns: users.email }',
    "statement: { rows: { estimated: '>10' } }",
    'statement: { features: opaque }',
  ),
});

test('deciding and explaining never throw, and what was not parsed is never allowed', () => {
  fc.assert(
    fc.property(
      fc.array(anyRule, { maxLength: 5 }),
      fc.constantFrom('allow', 'hold', 'deny'),
      anyText,
      fc.record({
        now: fc.oneof(fc.integer(), fc.constantFrom(Number.NaN, Infinity)),
        estimatedRows: fc.option(fc.nat()),
        canEstimate: fc.boolean(),
      }),
      (rules, byDefault, facts, circumstances) => {
        const lines = rules.map(
          ({ effect, conditions }, index) => `  - { name: r${index}, effect: ${effect}, ${conditions} }`,
        );
        const session = sessionPolicy(`default: ${byDefault}\nrules:\n${lines.join('\n') || '  []'}`);
        const decision = session.decide(facts, circumstances);
        expect(session.explain(facts, circumstances).map(({ rule }) => rule)).toEqual(
          rules.map((_, index) => `r${index}`),
        );
        if (facts.unparsed !== null) expect(decision.effect).not.toBe('allow');
        expect(decision.hold !== null).toBe(decision.effect === 'hold');
      },
    ),
    { numRuns: 300 },
  );
});
