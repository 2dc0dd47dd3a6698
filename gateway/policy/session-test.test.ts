import { expect, test } from 'vitest';
import type { Subject } from './session-policy.ts';
import { NOW, sessionPolicy, statement, SUBJECT, text } from './testing.ts';

/** Whether a rule with the given `when` matches the session. */
function fits(
  when: string,
  subject: Partial<Subject> = {},
  effect: 'deny' | 'allow' = 'deny',
  now = NOW.now,
): boolean {
  const yaml = `default: ${effect === 'deny' ? 'allow' : 'deny'}\nrules: [{ name: r, effect: ${effect}, when: ${when} }]`;
  return sessionPolicy(yaml, subject).decide(text(statement()), { ...NOW, now }).effect === effect;
}

test.each<[when: string, holds: boolean]>([
  ['{}', true],
  ['{ agent: ci-deployer }', true],
  ['{ agent: client-7 }', true],
  ['{ agent: "ci-*" }', true],
  ['{ agent: [ada, bob] }', false],
  ['{ agent: ci }', false],
  ['{ groups: [admins, ci-agents] }', true],
  ['{ groups: admins }', false],
  ['{ issuer: "https://idp.example/*" }', true],
  ['{ client: client-* }', true],
  ['{ client: ci-deployer }', false],
  ['{ connection: shop }', true],
  ['{ connection: shop2 }', false],
  ['{ ci: none }', false],
  ['{ ci: {} }', true],
  ['{ ci: { provider: github, repository: example/* } }', true],
  ['{ ci: { job: github/4711 } }', true],
  ['{ ci: { job: github/*/deploy } }', true],
  ['{ ci: { job: github/47 } }', false],
  ['{ ci: { job: "*/deploy" } }', false],
  ['{ ci: { ref: refs/heads/main, attested: true } }', true],
  ['{ ci: { attested: false } }', false],
  ['{ agent: "ci-*", connection: other }', false],
  ['{ not: { agent: "ci-*" } }', false],
  ['{ not: { agent: "ci-*", connection: other } }', true],
  ['{ connection: shop, not: { groups: admins } }', true],
])('when: %s holds: %s', (when, holds) => {
  expect([fits(when), fits(when, {}, 'allow')]).toEqual([holds, holds]);
});

const ASSERTED = { ci: SUBJECT.ci && { ...SUBJECT.ci, attested: false } };

test.each<[when: string, deny: boolean, allow: boolean]>([
  // What the agent only says of itself restricts it, and never loosens anything.
  ['{ ci: { job: github/4711 } }', true, false],
  ['{ ci: { job: github/4711, attested: [true, false] } }', true, true],
  ['{ ci: { job: github/4711, attested: true } }', false, false],
  ['{ ci: none }', true, false],
  ['{ not: { ci: { job: github/4711 } } }', true, false],
  ['{ not: { ci: none } }', true, false],
])('with a job that is only asserted, when: %s denies: %s, allows: %s', (when, deny, allow) => {
  expect([fits(when, ASSERTED), fits(when, ASSERTED, 'allow')]).toEqual([deny, allow]);
});

test.each<[time: string, moment: string, holds: boolean]>([
  ['{ days: [sat, sun] }', '2026-11-22T12:00Z', true],
  ['{ days: mon }', '2026-11-22T12:00Z', false],
  ['{ from: "09:00", to: "17:00" }', '2026-11-22T09:00Z', true],
  ['{ from: "09:00", to: "17:00" }', '2026-11-22T17:00Z', false],
  ['{ from: "09:00", to: "17:00", zone: Europe/Berlin }', '2026-11-22T08:00Z', true],
  ['{ from: "09:00", to: "17:00", zone: Europe/Berlin }', '2026-07-22T15:00Z', false],
  ['{ days: sun, zone: Asia/Tokyo }', '2026-11-22T15:00Z', false],
  ['{ from: "22:00", to: "06:00" }', '2026-11-22T23:00Z', true],
  ['{ from: "22:00", to: "06:00" }', '2026-11-22T12:00Z', false],
  ['{ days: sat, from: "22:00", to: "06:00" }', '2026-11-22T05:59Z', true],
  ['{ days: sun, from: "22:00", to: "06:00" }', '2026-11-22T05:59Z', false],
])('time: %s at %s holds: %s', (time, moment, holds) => {
  expect(fits(`{ time: ${time} }`, {}, 'deny', Date.parse(moment))).toBe(holds);
});

test('a window opens and closes while a session lives', () => {
  const session = sessionPolicy(
    'rules: [{ name: r, effect: deny, when: { time: { from: "09:00", to: "17:00" } } }]',
  );
  const facts = text(statement());
  const effects = [8, 9, 17].map(
    (hour) => session.decide(facts, { ...NOW, now: Date.UTC(2026, 10, 22, hour) }).effect,
  );
  expect(effects).toEqual(['allow', 'deny', 'allow']);
});

test('masks are those whose when fits the session, tags resolved', () => {
  const yaml = `tags: { pii: ['*.email', users.phone] }
detectors: { badge: 'B-[0-9]{4}' }
rules:
  - { name: mail, effect: mask, mask: { tags: pii, columns: a.b.c, style: hash } }
  - { name: found, effect: mask, when: { groups: ci-agents }, mask: { detect: [card, badge] } }
  - { name: others, effect: mask, when: { groups: support }, mask: { detect: phone } }`;
  expect(sessionPolicy(yaml).masks).toEqual([
    { rule: 'mail', columns: ['a.b.c', '*.email', 'users.phone'], detectors: [], style: 'hash' },
    {
      rule: 'found',
      columns: [],
      detectors: ['card', { name: 'badge', pattern: 'B-[0-9]{4}' }],
      style: 'redact',
    },
  ]);
});

test('a catalog is needed where a rule that can match asks for names', () => {
  const needs = (conditions: string) =>
    sessionPolicy(`rules: [{ name: r, effect: deny, ${conditions} }]`).needsCatalog;
  expect(
    [
      'statement: { tables: a }',
      'statement: { features: opaque }',
      'statement: { missingWhere: true }',
      'statement: { tables: a }, when: { groups: others }',
    ].map(needs),
  ).toEqual([true, true, false, false]);
});
