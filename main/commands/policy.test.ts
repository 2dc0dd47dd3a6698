import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog } from '../../gateway/archive/testing.ts';
import { DEFAULT_POLICY } from '../../gateway/policy/default-policy.ts';

const CLI = join(import.meta.dirname, '../cli.ts');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-policy-'));
  writeArchive(join(folder, 'archive'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'policy', ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, AUDITORIUM_HOME: join(folder, 'home') },
  });
  return { status, stdout, stderr };
}

const json = (stdout: string): unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

/** Longer than lists show; what matters stands at its end. */
const LONG = `SELECT '${'a'.repeat(2500)}' FROM pg_authid`;

/** One session of a CI agent: what it sent, and what policy said of it then. */
function writeArchive(path: string): void {
  const log = new TestLog(7);
  const session = log.session(1);
  const writer = openSqliteWriter({ path, ...testWriting() });
  try {
    for (const body of [
      log.event('logOpened'),
      session.event('sessionOpened'),
      session.event('identity'),
      session.event('ciContext'),
      session.query('SELECT id FROM orders'),
      session.outcome({ tag: 'SELECT 2' }),
      session.query('DELETE FROM orders'),
      session.outcome({ tag: 'DELETE 9' }),
      session.query(LONG),
      session.outcome({ tag: 'SELECT 1' }),
      session.query('DROP ROLE ada'),
      session.decision({ effect: 'deny', rules: ['r'] }),
      session.outcome({ status: 'failed' }),
      session.query('TRUNCATE orders'),
      session.decision({ effect: 'hold', rules: ['r'] }),
      session.holdEnded('rejected'),
      session.outcome({ status: 'failed' }),
      session.query('DELETE FROM orders WHERE id = 1'),
      session.decision({ effect: 'deny', rules: ['r'] }),
      session.outcome({ status: 'failed' }),
      session.event('sessionClosed'),
    ])
      writer.append(body);
    writer.commit();
    noteOwnArchive(join(folder, 'home'), path); // as whoever records it does
  } finally {
    writer.close();
  }
}

test('init writes the policy that ships with its schema, and check finds nothing wrong with it', () => {
  expect(run('init', 'mine.yaml')).toEqual({
    status: 0,
    stdout:
      'mine.yaml written, and policy.schema.json beside it, for editors\n' +
      'auditorium policy check mine.yaml says whether it holds together once you edited it\n',
    stderr: '',
  });
  expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe(DEFAULT_POLICY);
  expect(JSON.parse(readFileSync(join(folder, 'policy.schema.json'), 'utf8'))).toEqual(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/policy.schema.json'), 'utf8')),
  );
  expect(run('check', 'mine.yaml')).toEqual({
    status: 0,
    stdout: 'mine.yaml: nothing is wrong with it (mode: enforce)\n',
    stderr: '',
  });
  expect(run('init', 'mine.yaml')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'auditorium: FILE_EXISTS: mine.yaml is there already: name another file, or remove it\n',
  });
});

test('check lists every fault', () => {
  writeFileSync(join(folder, 'bad.yaml'), 'version: 1\nmode: off\nrules:\n  - { name: a, effect: mask }\n');
  expect(run('check', 'bad.yaml')).toEqual({
    status: 3,
    stdout:
      'bad.yaml:2:1: mode must be enforce or observe\n' +
      'bad.yaml:4:16: rule "a": effect needs mask: say which columns, tags or detect\n',
    stderr: 'auditorium: POLICY_INVALID: bad.yaml: 2 things are wrong with it\n',
  });
  expect(json(run('check', 'bad.yaml', '--json').stdout)).toEqual([
    { file: 'bad.yaml', line: 2, column: 1, rule: null, message: 'mode must be enforce or observe' },
    {
      file: 'bad.yaml',
      line: 4,
      column: 16,
      rule: '"a"',
      message: 'effect needs mask: say which columns, tags or detect',
    },
  ]);
});

test('explain tells facts, decision and rules', () => {
  writeFileSync(
    join(folder, 'jobs.yaml'),
    `version: 1
rules:
  - name: main
    effect: allow
    when: { ci: { job: github/*/deploy }, time: { days: [mon, tue] } }
  - { name: no deletes, effect: deny, message: ask first, statement: { verb: DELETE, writes: orders } }
`,
  );
  const sql = [
    'explain',
    'jobs.yaml',
    '--sql',
    'DELETE FROM orders WHERE id = 1',
    '--at',
    '2026-11-23T10:00Z',
  ];
  expect(run(...sql, '--ci', 'gh:4711:deploy', '--attested').stdout).toContain(
    'decision: allow by main (info)\n',
  );
  expect(run(...sql, '--ci', 'gh:4711:deploy')).toEqual({
    status: 0,
    stderr: '',
    stdout: [
      'statement 1: DELETE, write (names as written: there is no catalog here)',
      '  reads: orders',
      '  writes: orders',
      '  columns: any of orders',
      'decision: deny by no deletes (high)',
      'message: ask first',
      '',
      'RULE        EFFECT  MATCHES  BECAUSE',
      'main        allow   no       CI job github/4711/deploy (only asserted) does not fit',
      'no deletes  deny    yes      verb DELETE, writes orders',
      '',
    ].join('\n'),
  });
});

test('explain says who may let a statement go on, and within what time', () => {
  const held = (approvals: string) => {
    writeFileSync(join(folder, 'held.yaml'), `version: 1\ndefault: hold\napprovals: ${approvals}\n`);
    return run('explain', 'held.yaml', '--sql', 'SELECT 1').stdout;
  };
  expect(held('{}')).toContain('held for: 1 of the reviewers, within 10 min\n');
  expect(held('{ approvers: [dba, leads], quorum: 2, timeout: 90s }')).toContain(
    'held for: 2 of dba, leads, within 1 min 30 s\n',
  );
});

test('what-if lists what would have been decided otherwise than it was, and counts it by rule', () => {
  const { status, stdout, stderr } = run('what-if', 'default', 'archive', '--json');
  expect([status, stderr]).toEqual([0, '']);
  const [first, second, third, summary] = json(stdout);
  expect([first, second, third]).toMatchObject([
    { statement: 6, text: 'DELETE FROM orders WHERE id = 1', before: 'deny', decision: { effect: 'allow' } },
    {
      statement: 3,
      before: 'allow',
      decision: { effect: 'deny', rules: [{ rule: 'no secrets of the catalog' }] },
    },
    { statement: 2, text: 'DELETE FROM orders', before: 'allow', decision: { effect: 'hold' } },
  ]);
  expect(summary).toEqual({
    texts: 6,
    differing: 3,
    rules: [
      { rule: '(default)', change: 'deny → allow', count: 1 },
      { rule: 'no secrets of the catalog', change: 'allow → deny', count: 1 },
      { rule: 'every row is held', change: 'allow → hold', count: 1 },
    ],
  });
});

test('what-if lists for people', () => {
  const { stdout, stderr } = run('what-if', 'default', 'archive', '--filter', 'verb:delete', '--limit', '1');
  expect({ stdout, stderr }).toEqual({
    stdout: [
      'TIME                 SESSION           AGENT        CHANGE        RULE       STATEMENT',
      '2026-11-21T09:00:00  0001070707070707  ci-deployer  deny → allow  (default)  DELETE FROM orders WHERE id = 1',
      '',
      'RULE               CHANGE        TEXTS',
      '(default)          deny → allow      1',
      'every row is held  allow → hold      1',
      '',
    ].join('\n'),
    stderr: [
      '2 of 2 texts would be decided otherwise',
      'there are more: --limit lists more than 1',
      'names are as written, as there is no catalog here: views and functions are not seen through',
      '',
    ].join('\n'),
  });
});

test('the rules of a session are those of its recorded identity', () => {
  writeFileSync(
    join(folder, 'attested.yaml'),
    'version: 1\nrules:\n  - { name: job, effect: deny, when: { ci: { job: github/4711, attested: true } } }\n',
  );
  const [summary] = json(
    run('what-if', 'attested.yaml', 'archive', '--filter', 'verb:select', '--json').stdout,
  ).slice(-1);
  expect(summary).toEqual({
    texts: 2,
    differing: 2,
    rules: [{ rule: 'job', change: 'allow → deny', count: 2 }],
  });
});
