import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from './default-policy.ts';
import { issueLine, PolicyError } from './policy-error.ts';
import { parsePolicy, readPolicy } from './reading.ts';
import type { Subject } from './session-policy.ts';
import { NOW, SUBJECT, statement, text } from './testing.ts';

/** All that is wrong with a document, as `policy check` lists it. */
function faultsOf(yaml: string): string[] {
  try {
    parsePolicy(yaml, 'p.yaml');
    return [];
  } catch (error) {
    return error instanceof PolicyError ? error.issues.map(issueLine) : [String(error)];
  }
}

test.each<[yaml: string, faults: string[]]>([
  ['', ['p.yaml:1:1: version must be 1: the version of this notation']],
  ['- a', ['p.yaml:1:1: the file must be a mapping with version and rules']],
  ['version: 1\nrules:\ntags:', []],
  ['version: 1\nversion: 1', ['p.yaml:2:1: is not YAML as expected here: Map keys must be unique']],
  ['version: 1\nrulez: []', ['p.yaml:2:1: rulez is not known here; mend or remove it']],
  ['version: 1\nmode: watch', ['p.yaml:2:1: mode must be enforce or observe']],
  [
    'version: 1\nunparsed: allow',
    ['p.yaml:2:1: unparsed must be deny or hold: what cannot be read is never waved through'],
  ],
  ['version: 1\ndefault: hold', []],
  [
    'version: 1\nrules:\n  - { name: a, effect: mask, mask: { columns: *.email } }',
    [
      'p.yaml:3:47: *.email means an anchor elsewhere to YAML, and there is none: put what begins with * in quotes',
    ],
  ],
  [
    'version: 1\nrules:\n  - { name: a, effect: allow }\n  - { name: a, effect: allow }',
    ['p.yaml:4:7: rule "a": name is the name of rule 1 too: each rule needs its own, as decisions name it'],
  ],
])('%j has these faults', (yaml, faults) => {
  expect(faultsOf(yaml)).toEqual(faults);
});

/** What is wrong with the first rule of a document that is fine but for it, without its place. */
function ruleFaults(rule: string): string[] {
  const yaml = `version: 1\napprovals: { approvers: [r] }\ntags: { pii: a.b }\ndetectors: { badge: B\\d }\nrules:\n  - ${rule}`;
  return faultsOf(yaml).map((line) => line.replace(/^p\.yaml:6:\d+: rule "a": /u, ''));
}

test.each<[rule: string, faults: string[]]>([
  ['{ name: a, effect: deny }', []],
  ['{ name: a, effect: mask, mask: { tags: pii, detect: [email, badge] } }', []],
  ['{ name: a }', ['effect is missing: give one of: allow, mask, hold, deny']],
  ['{ name: a, effect: drop }', ['effect must be one of: allow, mask, hold, deny']],
  ['{ name: a, effect: mask }', ['effect needs mask: say which columns, tags or detect']],
  ['{ name: a, effect: deny, mask: { tags: pii } }', ['mask only goes with effect: mask']],
  ['{ name: a, effect: deny, hold: { quorum: 2 } }', ['hold only goes with effect: hold']],
  ['{ name: a, effect: hold, hold: { quorum: 0 } }', ['hold.quorum must be a whole number from 1 to 10']],
  ['{ name: a, effect: hold, hold: { timeout: 2d } }', ['hold.timeout must be a duration from 1s to 1d']],
  [
    '{ name: a, effect: allow, message: hi }',
    ['message is never told: it only goes with effect: deny or hold'],
  ],
  ['{ name: a, effect: mask, mask: {} }', ['mask masks nothing: give columns, tags or detect']],
  [
    '{ name: a, effect: mask, mask: { tags: [pii, pi] } }',
    ['mask.tags names the tag pi, which tags does not define'],
  ],
  [
    '{ name: a, effect: mask, mask: { detect: ssn } }',
    ['mask.detect names ssn; known are email, card, iban, phone, national-id, jwt, api-key, badge'],
  ],
  [
    '{ name: a, effect: mask, mask: { columns: a.b.c.d } }',
    ['mask.columns must be a column such as public.users.email or *.email, "quoted" where case matters'],
  ],
  [
    '{ name: a, effect: mask, mask: { tags: pii }, when: { time: { days: sun } } }',
    ['when must not depend on time with effect: mask: a session’s masks hold as long as it lives'],
  ],
  [
    '{ name: a, effect: allow, statement: { unparsed: true } }',
    ['statement.unparsed only goes with deny or hold: what cannot be read is never waved through'],
  ],
  [
    '{ name: a, effect: hold, statement: { rows: { returned: ">9" } } }',
    [
      'statement.rows.returned only goes with effect: deny: rows are counted as they pass, too late for anything else',
    ],
  ],
  [
    '{ name: a, effect: deny, statement: { rows: { returned: 9 } } }',
    ['statement.rows.returned must be a comparison in quotes, such as ">10000"'],
  ],
  [
    '{ name: a, effect: deny, statement: { rows: { returned: ">9", estimated: ">9" } } }',
    ['statement.rows must have either estimated or returned'],
  ],
  [
    '{ name: a, effect: deny, when: { groups: [x, 3], time: { from: "9:00", zone: Mars } } }',
    [
      'when.groups[1] must be a group',
      'when.time.from must be a time of day in quotes, such as "09:00"',
      'when.time.zone must be an IANA time zone such as Europe/Berlin',
    ],
  ],
  [
    '{ name: a, effect: deny, when: { ci: { job: x, run: 3 } } }',
    ['when.ci.run is not known here; mend or remove it'],
  ],
  [
    '{ name: a, effect: deny, statement: { class: [read, reed] } }',
    [
      'statement.class[1] must be one of: read, write, schema, privilege, session, transaction, procedure, maintenance, other',
    ],
  ],
])('the rule %s has these faults', (rule, faults) => {
  expect(ruleFaults(rule)).toEqual(faults);
});

test('all faults of a file are told at once, each at its place', () => {
  const yaml = `version: 1
detectors:
  email: x
  slow: (a+)+
rules:
  - effect: deny
    statement:
      verb: 3
  - name: second
    effect: hold
    mask: {}
  - name: third
    effect: mask
    mask: { tags: pii, shade: dark }`;
  expect(faultsOf(yaml)).toEqual([
    'p.yaml:3:3: detectors.email is the name of a detector that comes with the gateway: take another',
    'p.yaml:4:3: detectors.slow repeats a group that holds a repetition: take one of the two out',
    'p.yaml:6:5: rule number 1: name is missing: give a name',
    'p.yaml:8:7: rule number 1: statement.verb must be a command in upper case, * for any run of characters',
    'p.yaml:11:5: rule "second": mask only goes with effect: mask',
    'p.yaml:11:5: rule "second": mask masks nothing: give columns, tags or detect',
    'p.yaml:14:24: rule "third": mask.shade is not known here; mend or remove it',
  ]);
});

test('a gateway is told of the first fault and how many there are', () => {
  expect(() => parsePolicy('version: 2\nmode: off', 'p.yaml')).toThrow(
    'p.yaml:1:1: version must be 1: the version of this notation (and 1 more: auditorium policy check lists them)',
  );
});

test('a file that is not there is said so', async () => {
  await expect(readPolicy('/nowhere/policy.yaml')).rejects.toMatchObject({
    code: 'POLICY_NOT_FOUND',
    message: '/nowhere/policy.yaml: there is no such file',
  });
});

test('the hash is that of the text, SHA-256', () => {
  expect(Buffer.from(parsePolicy('version: 1\n', 'p.yaml').hash).toString('hex')).toBe(
    '09bfcc6a14b83e2192b8673677725c84883ee9cd0c70e45c9ec09daa8f2b2847',
  );
});

test('what may surprise is warned of', () => {
  const yaml = `version: 1
rules:
  - { name: users, effect: deny, statement: { tables: users } }
  - { name: all, effect: allow }
  - { name: late, effect: deny, statement: { verb: DROP * } }`;
  expect(parsePolicy(yaml, 'p.yaml').warnings).toEqual([
    'rule "late" is never asked: "all" decides on every statement before it',
    'rule "users" names tables or columns, which DO, CALL and functions in other languages than SQL can use unseen: say what becomes of those by a rule with features: opaque',
  ]);
});

test('the example of docs/policy.md is without faults and decides as its table says', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n(version: 1\n[^`]*)```/u.exec(guide) ?? [];
  const example = parsePolicy(yaml, 'example');
  const drop = statement({ verb: 'DROP TABLE', class: 'schema' });
  const deleteAll = statement({ verb: 'DELETE', class: 'write', features: ['missing where'] });
  const deleteOne = statement({ verb: 'DELETE', class: 'write' });
  const texts = [text(drop), text(deleteAll), text(deleteOne), text(statement(), deleteAll, drop)];
  const effectsFor = (subject: Partial<Subject>) => {
    const session = example.forSession({ ...SUBJECT, ...subject });
    return texts.map((facts) => session.decide(facts, NOW).effect);
  };
  expect([effectsFor({}), effectsFor({ ci: null })]).toEqual([
    ['allow', 'allow', 'allow', 'allow'],
    ['deny', 'hold', 'allow', 'deny'],
  ]);
});

test('the default policy is without faults and warnings, and lets a plain SELECT pass', async () => {
  const policy = await readPolicy('default');
  expect(policy.warnings).toEqual([]);
  expect(policy.forSession(SUBJECT).decide(text(statement()), NOW)).toMatchObject({
    effect: 'allow',
    rules: [],
  });
});

test('whatever is done to a document, it is taken or every fault has a place in it', () => {
  const lines = DEFAULT_POLICY.split('\n').map((line) => line.replace(/^( *)# (- |  )/u, '$1$2'));
  const piece = fc.constantFrom(
    '- ',
    '{',
    '*',
    ': ',
    '&a ',
    '[',
    '"',
    '~',
    '5',
    'rules:',
    '? ',
    '!!binary x',
    '\t',
    '',
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(lines.length - 1), fc.nat(40), piece), { minLength: 1 }),
      (changes) => {
        const changed = [...lines];
        for (const [at, column, put] of changes)
          changed[at] = `${changed[at]?.slice(0, column) ?? ''}${put}${changed[at]?.slice(column + 1) ?? ''}`;
        try {
          parsePolicy(changed.join('\n'), 'p.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
          const { issues } = error as PolicyError;
          expect(issues.length).toBeGreaterThan(0);
          expect(issues.every(({ line, column }) => line >= 1 && line <= changed.length && column >= 1)).toBe(
            true,
          );
        }
      },
    ),
    { numRuns: 100 },
  );
});
