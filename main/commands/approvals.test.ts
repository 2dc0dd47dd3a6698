import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../../test/stage.ts';
import type { Config } from '../../gateway/config.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { Browser } from '../testing/browser.ts';

const CLI = join(import.meta.dirname, '../cli.ts');

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 60s }
rules:
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE, hold: { estimate: true } }
  - { name: two of them, statement: { verb: TRUNCATE }, effect: hold, hold: { quorum: 2 } }
`;

let stage: Stage;
let gateway: Gateway;
let config: Config;
let file: string;
let agent: pg.Client;
/** Homes of people: what they are signed in with lies there. */
let homes: string;

beforeAll(async () => {
  stage = await Stage.open();
  homes = mkdtempSync(join(tmpdir(), 'auditorium-people-'));
  writeFileSync(join(stage.folder, 'policy.yaml'), POLICY);
  const rest = `connections: [${stage.connection('shop')}]\npolicy: ./policy.yaml\nroles: { reviewer: [dbas], admin: [admins] }\n`;
  config = stage.configure('', rest);
  gateway = await stage.start(config);
  file = join(stage.folder, 'auditorium.yaml');
  writeFileSync(
    file,
    `gateway: { listen: '127.0.0.1:0' }\nissuers: [{ name: dev, profile: development }]\n${rest}`,
  );
  agent = await stage.connect(gateway, await stage.token('ci-deployer', 'github:4711:3'));
  await agent.query('create table orders (id int); insert into orders values (1), (2)');
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  rmSync(homes, { recursive: true, force: true });
});

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function environment(person: string): NodeJS.ProcessEnv {
  return { ...process.env, AUDITORIUM_HOME: join(homes, person) };
}

/** Runs `auditorium …` as somebody at their own machine, to its end. */
function run(person: string, words: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, ...words],
      { env: environment(person) },
      (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

/** Signs somebody in by the CLI and a browser. */
async function login(person: string, groups: string): Promise<Ended> {
  const child = start(person, ['login', '--config', file, '--no-open']);
  const output = gather(child);
  const [line] = (await once(createInterface({ input: child.stderr as NodeJS.ReadableStream }), 'line')) as [
    string,
  ];
  const url = /^sign in at: (http:\S+)$/.exec(line)?.[1] ?? '';
  await new Browser().signIn(url, { subject: person, groups });
  return output;
}

function start(person: string, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...words], {
    env: environment(person),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function gather(child: ChildProcess): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (said.stderr += String(chunk)));
  const [status] = (await once(child, 'close')) as [number];
  return { status, ...said };
}

/** Has the agent ask, and waits until its statement is held. */
async function held(sql: string): Promise<{ readonly id: string; readonly answer: Promise<unknown> }> {
  const told = once(agent, 'notice') as Promise<[{ message: string }]>;
  const answer = agent.query(sql).then(
    () => 'done',
    ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
  );
  const [{ message }] = await told;
  return { id: /#(\w+)/.exec(message)?.[1] ?? '', answer };
}

describe('a reviewer at a terminal', () => {
  test('signs in, sees what waits, looks at it, and decides', async () => {
    const nobody = await run('ada', ['whoami', '--config', file]);
    expect([nobody.status, nobody.stderr]).toEqual([
      6,
      'auditorium: NOT_SIGNED_IN: nobody is signed in; run: auditorium login\n',
    ]);
    const empty = await run('ada', ['approvals', '--config', file]);
    expect([empty.status, empty.stdout, empty.stderr]).toEqual([0, '', 'nothing waits for a decision\n']);

    const { id, answer } = await held('delete from orders /* \u001b[2J */');
    const early = await run('ada', ['approvals', 'approve', id, '--config', file]);
    expect([early.status, early.stderr]).toEqual([
      6,
      `auditorium: NOT_SIGNED_IN: this takes a token of your own; run: auditorium login --config ${file}\n`,
    ]);

    const signedIn = await login('ada', 'dbas');
    expect([signedIn.status, signedIn.stdout]).toEqual([
      0,
      `signed in as ada, in dbas, by ${gateway.issuer}, renewed as needed\n`,
    ]);
    const [list, shown] = await Promise.all([
      run('ada', ['approvals', '--config', file]),
      run('ada', ['approvals', 'show', id, '--config', file]),
    ]);
    expect(list.stdout).toMatch(
      new RegExp(
        `^ID +AGENT +JOB +CONNECTION +DOES +RULE +STATE\n${id} +ci-deployer +github/4711/3 +shop +DELETE public.orders +every row +\\d+\\.?\\d* s left\n$`,
      ),
    );
    expect(shown.stdout.split('\n')).toEqual(
      expect.arrayContaining([
        `request:     ${id}, pending`,
        'approvers:   1 of dbas',
        `agent:       ci-deployer of ${gateway.issuer}`,
        'job:         github/4711/3 (attested)',
        'connection:  shop',
        'message:     no WHERE',
        'statement:',
        '  delete from orders /* ␛[2J */',
        'facts:',
        'estimate:',
        expect.stringMatching(/^ {2}Delete on orders: about [1-9][\d,]* rows, cost \d/),
      ]),
    );
    const rejected = await run('ada', ['approvals', 'reject', id, '--reason', 'no WHERE', '--config', file]);
    expect([rejected.status, rejected.stdout, await answer]).toEqual([
      0,
      `${id} is rejected: rejected by ada: no WHERE\n`,
      expect.stringContaining('42501 rejected by ada: no WHERE'),
    ]);
    const again = await run('ada', ['approvals', 'approve', id, '--config', file]);
    expect([again.status, again.stderr]).toEqual([
      7,
      `auditorium: ALREADY_DECIDED: ${id} was decided before: rejected by ada: no WHERE\n`,
    ]);
  }, 40_000);

  test('follows the inbox, as lines and as JSON', async () => {
    await login('ada', 'dbas');
    const { id, answer } = await held('truncate orders');
    const watching = start('ada', ['approvals', '--watch', '--config', file, '--json']);
    const lines: { state: string; votes: unknown[] }[] = [];
    createInterface({ input: watching.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      lines.push(JSON.parse(line) as (typeof lines)[number]),
    );
    const people = start('ada', ['approvals', '--watch', '--config', file]);
    const read = gather(people);
    await Promise.all([watching, people].map(({ stdout }) => once(stdout as NodeJS.ReadableStream, 'data')));
    const one = await run('ada', ['approvals', 'approve', id, '--config', file]);
    expect(one.stdout).toBe(`${id} has 1 of 2 approvals\n`);
    const bob = await stage.token('bob', undefined, ['dbas']);
    const brought = await run('bob', ['login', '--token-stdin', '--json'], `${bob}\n`);
    expect(JSON.parse(brought.stdout)).toMatchObject({ subject: 'bob', groups: ['dbas'], renewable: false });
    const two = await run('bob', ['approvals', 'approve', id, '--control', config.gateway.control, '--json']);
    expect([JSON.parse(two.stdout), await answer]).toMatchObject([{ id, state: 'approved' }, 'done']);
    await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(3);
    for (const child of [watching, people]) child.kill('SIGINT');
    expect([lines.map(({ state, votes }) => `${state} ${votes.length}`), (await read).stdout]).toEqual([
      ['pending 0', 'pending 1', 'approved 2'],
      expect.stringMatching(
        new RegExp(
          `^ID [^\n]+\n${id} [^\n]+\n${id} has 1 of 2 approvals\n${id} is approved: approved by ada and bob\n$`,
        ),
      ),
    ]);
  }, 40_000);

  test('is told what is not understood', async () => {
    const answers = await Promise.all([
      run('ada', ['approvals']),
      run('ada', ['approvals', 'show', '4711', '--config', file]),
      run('ada', ['approvals', 'reject', '1', '--config', file]),
      run('ada', ['login', '--issuer', 'https://idp.example']),
      run('eve', ['login', '--token-stdin'], 'no token'),
    ]);
    expect(answers.map(({ status, stderr }) => [status, stderr.split(': ')[1]])).toEqual([
      [2, 'BAD_USAGE'],
      [7, 'REQUEST_NOT_FOUND'],
      [2, 'BAD_USAGE'],
      [2, 'BAD_USAGE'],
      [2, 'BAD_USAGE'],
    ]);
  }, 20_000);
});

test('an admin operates the gateway under their own name, and others do not', async () => {
  const reload = ['gateway', 'reload', '--config', file];
  const stranger = await run('nobody', reload);
  expect([stranger.status, stranger.stderr.split(': ')[1]]).toEqual([6, 'NOT_SIGNED_IN']);
  const bob = await stage.token('bob', undefined, ['dbas']);
  await run('bob', ['login', '--token-stdin'], bob);
  const reviewer = await run('bob', reload);
  expect([reviewer.status, reviewer.stderr]).toEqual([
    6,
    'auditorium: FORBIDDEN: bob may not do this: it takes an admin (group admins)\n',
  ]);
  await login('root', 'admins');
  const kill = ['gateway', 'kill', '00ff', '--reason', 'test', '--config', file];
  const admin = await run('root', kill);
  expect([admin.status, admin.stderr.split(': ')[1]]).toEqual([7, 'SESSION_NOT_FOUND']);
  const who = await run('root', ['whoami', '--config', file]);
  const out = await run('root', ['logout', '--config', file]);
  const then = await run('root', kill);
  expect([who.stdout.startsWith('root, in admins, by '), out.stdout, then.status]).toEqual([
    true,
    'signed out\n',
    6,
  ]);
}, 40_000);
