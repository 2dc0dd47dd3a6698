import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followRequests } from '../main/control-approvals.ts';
import { Browser } from '../main/testing/browser.ts';
import type { RequestNews } from '../shared/approvals/request.ts';
import { type ControlAnswer, Stage } from '../test/stage.ts';
import { RequestList, WholeRequest } from './approvals-schema.ts';
import type { Config } from './config.ts';
import { ROUTES } from './control-routes.ts';
import { Readiness } from './control-schema.ts';
import type { Gateway } from './gateway.ts';
import { openLog } from './log.ts';

const POLICY = `version: 1
approvals: { approvers: [dbas], timeout: 30s }
rules:
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE }
  - { name: two of them, statement: { verb: TRUNCATE }, effect: hold, hold: { quorum: 2 } }
  - { name: brief, statement: { verb: DROP TABLE }, effect: hold, hold: { timeout: 1s } }
`;

/** A gateway under the policy, with a log that is kept. */
class Held implements AsyncDisposable {
  readonly stage: Stage;
  readonly config: Config;
  readonly gateway: Gateway;
  readonly lines: readonly string[];

  private constructor(stage: Stage, config: Config, gateway: Gateway, lines: readonly string[]) {
    this.stage = stage;
    this.config = config;
    this.gateway = gateway;
    this.lines = lines;
  }

  /** Workers of their own write their lines where nobody reads them: there is a log only where it is one. */
  static async start(roles: string, settings = '', before?: Stage): Promise<Held> {
    const stage = before ?? (await Stage.open());
    await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
    const connections = `connections: [${stage.connection('shop')}]`;
    const config = stage.configure(settings, `${connections}\npolicy: ./policy.yaml\n${roles}`);
    const lines: string[] = [];
    const level = settings.includes('workers: 2') ? 'silent' : 'debug';
    const log = openLog(
      level,
      new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }),
    );
    return new Held(stage, config, await stage.start(config, { log }), lines);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stage[Symbol.asyncDispose]();
  }

  ask(method: string, path: string, body?: unknown, token?: string): Promise<ControlAnswer> {
    return this.stage.ask(this.config.gateway.control, method, path, body, token);
  }

  decide(id: string, verdict: string, token?: string, reason = 'as agreed'): Promise<ControlAnswer> {
    return this.ask('POST', `/approvals/${id}`, { verdict, reason }, token);
  }

  /** The status alone, of answers too that never end. */
  status(method: string, path: string, token: string | null): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const socketPath = this.config.gateway.control;
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const asked = request({ socketPath, method, path, headers }, (response) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    asked.once('error', reject).end();
    return promise;
  }

  async pending(): Promise<string[]> {
    const { requests } = RequestList.parse((await this.ask('GET', '/approvals')).value);
    return requests.filter(({ state }) => state === 'pending').map(({ id }) => id);
  }

  /** Has an agent ask; resolves once its statement is held. */
  async hold(
    client: pg.Client,
    sql: string,
  ): Promise<{ readonly id: string; readonly answer: Promise<unknown> }> {
    const before = new Set(await this.pending());
    const answer = client.query(sql).then(
      () => 'done',
      ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
    );
    let id: string | undefined;
    await expect
      .poll(async () => (id = (await this.pending()).find((each) => !before.has(each))), { timeout: 5_000 })
      .toBeDefined();
    return { id: id ?? '', answer };
  }

  logged(event: string): Record<string, unknown>[] {
    const all = this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    return all.filter((line) => line['event'] === event);
  }
}

/** Code and message of an answer that is no success. */
function refusal({ status, value }: ControlAnswer): unknown[] {
  const { code, message } = value as { code: string; message: string };
  return [status, code, message];
}

describe('permissions', () => {
  let open: Held;
  let closed: Held;
  let tokens: Record<string, string>;
  let idToken: string;

  beforeAll(async () => {
    [open, closed] = await Promise.all([
      Held.start('', 'workers: 1'),
      Held.start('roles: { viewer: [viewers], investigator: [], reviewer: [dbas], admin: [admins] }'),
    ]);
    tokens = await tokensOf(closed.stage);
    idToken = await idTokenOf(closed.gateway.issuer ?? '');
  });
  afterAll(async () => {
    await open?.[Symbol.asyncDispose]();
    await closed?.[Symbol.asyncDispose]();
  });

  async function tokensOf(stage: Stage): Promise<Record<string, string>> {
    return {
      viewer: await stage.token('vera', undefined, ['viewers']),
      reviewer: await stage.token('rita', undefined, ['dbas']),
      admin: await stage.token('adam', undefined, ['admins']),
      agent: await stage.token('agent', undefined, ['ci-agents']),
    };
  }

  /** Every route, and what each who asks gets: 401, 403, or through, whatever is answered there. */
  const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'GET /health': {
      nobody: 'yes',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: 'yes',
      forged: 'yes',
    },
    'GET /ready': {
      nobody: 'yes',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: 'yes',
      forged: 'yes',
    },
    'GET /metrics': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'GET /sessions': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'DELETE /sessions/:id': {
      nobody: '401',
      viewer: '403',
      reviewer: '403',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /reload': {
      nobody: '401',
      viewer: '403',
      reviewer: '403',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /revocations': {
      nobody: '401',
      viewer: '403',
      reviewer: '403',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'GET /approvals': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'GET /approvals/events': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'GET /approvals/:id': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /approvals/:id': {
      nobody: '401',
      viewer: '403',
      reviewer: 'yes',
      admin: '403',
      agent: '403',
      forged: '401',
    },
  };

  /** The same where no roles are configured. */
  const OPEN_TABLE: typeof TABLE = Object.fromEntries(
    Object.keys(TABLE).map((route) => {
      const review = route === 'POST /approvals/:id';
      return [route, { nobody: review ? '401' : 'yes', agent: 'yes', forged: review ? '401' : 'yes' }];
    }),
  );

  async function tableOf(gateway: Held, known: Readonly<Record<string, string>>, expected: typeof TABLE) {
    const table: Record<string, Record<string, string>> = {};
    for (const route of Object.keys(ROUTES)) {
      const [method = '', path = ''] = route.split(' ');
      const answers: Record<string, string> = {};
      for (const who of Object.keys(expected[route] ?? {})) {
        const token =
          who === 'nobody' ? null : who === 'forged' ? forgedOf(known['agent'] ?? '') : known[who];
        const status = await gateway.status(method, path.replace(':id', '4711'), token ?? '');
        answers[who] = status === 401 || status === 403 ? String(status) : 'yes';
      }
      table[route] = answers;
    }
    return table;
  }

  /** The same token with other groups, and the signature it had. */
  function forgedOf(token: string): string {
    const [header, payload = '', signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const more = { ...claims, groups: ['viewers', 'dbas', 'admins'] };
    return `${header}.${Buffer.from(JSON.stringify(more)).toString('base64url')}.${signature}`;
  }

  test('hold on every route for everybody where roles are configured', async () => {
    expect(await tableOf(closed, tokens, TABLE)).toEqual(TABLE);
  });

  test('leave to whoever opens the socket what is no decision where none are', async () => {
    const { agent = '' } = await tokensOf(open.stage);
    expect(await tableOf(open, { agent }, OPEN_TABLE)).toEqual(OPEN_TABLE);
  });

  test('are not had by an ID token, two tokens, a token of a CI job, or one that was revoked', async () => {
    const { stage } = closed;
    const job = await stage.token('runner', 'github:1:2', ['dbas']);
    const leaver = await stage.token('leaver', undefined, ['dbas']);
    const revocation = { what: 'subject', value: 'leaver', by: 'ops', reason: 'left' };
    await closed.ask('POST', '/revocations', revocation, tokens['admin']);
    const given = { idToken, two: `${tokens['reviewer']},${job}`, leaver, none: 'e30.e30.e30' };
    const answers = await Promise.all(
      Object.values(given).map(async (token) => refusal(await closed.decide('4711', 'approve', token))),
    );
    expect(answers.map(([status, code]) => [status, code])).toEqual(
      answers.map(() => [401, 'UNAUTHENTICATED']),
    );
    expect(answers.map(([, , message]) => message)).toEqual([
      expect.stringContaining('is of type') as string,
      expect.stringContaining('not a signed OIDC token') as string,
      expect.stringContaining('revoked by adam (left)') as string,
      expect.stringContaining('does not say how it is signed') as string,
    ]);
  });

  test('that were refused are logged, without the token', () => {
    const refused = closed.logged('control.refused').find(({ permission }) => permission === 'review');
    expect(refused).toMatchObject({ asked: 'POST /approvals/4711', code: 'UNAUTHENTICATED' });
    const all = closed.lines.join('');
    const secrets = [...Object.values(tokens), idToken].map((token) => token.split('.')[2] ?? token);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  test('name who operated by their token', async () => {
    const { value } = await closed.ask(
      'POST',
      '/revocations',
      { what: 'subject', value: 'x', by: 'somebody else', reason: 'r' },
      tokens['admin'],
    );
    expect([value, closed.logged('token.revoked').at(-1)]).toMatchObject([{ ended: 0 }, { by: 'adam' }]);
  });
});

/** An ID token of the development issuer, as a program gets it that signs somebody in. */
async function idTokenOf(issuer: string): Promise<string> {
  const client = await import('openid-client');
  const config = await client.discovery(new URL(issuer), 'auditorium-cli', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    scope: 'openid',
    redirect_uri: 'http://127.0.0.1:9/callback',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const browser = new Browser();
  await browser.signIn(url.href, { subject: 'rita', groups: 'dbas' }).catch(() => {}); // nobody listens there
  const tokens = await client.authorizationCodeGrant(config, new URL(browser.next), {
    pkceCodeVerifier: verifier,
  });
  return tokens.id_token ?? '';
}

describe('decisions', () => {
  let held: Held;
  let agent: pg.Client;
  let rita: string;
  let bob: string;

  beforeAll(async () => {
    held = await Held.start('roles: { reviewer: [dbas, seniors] }');
    const { stage, gateway } = held;
    agent = await stage.connect(gateway, await stage.token('agent', 'github:4711:3', ['dbas']));
    rita = await stage.token('rita', undefined, ['dbas']);
    bob = await stage.token('bob', undefined, ['dbas']);
    await agent.query('create table kept (id int); insert into kept values (1), (2)');
  });
  afterAll(() => held?.[Symbol.asyncDispose]());

  test('are made by a person in one of the rule’s groups, after a look at all of it', async () => {
    const { id, answer } = await held.hold(agent, 'delete from kept');
    const shown = WholeRequest.parse((await held.ask('GET', `/approvals/${id}`)).value);
    expect(shown).toMatchObject({
      state: 'pending',
      connection: 'shop',
      asker: { subject: 'agent', job: 'github/4711/3', attested: true },
      verbs: ['DELETE'],
      tables: ['public.kept'],
      rules: ['every row'],
      text: 'delete from kept',
      groups: ['dbas'],
      message: 'no WHERE',
    });
    const { status, value } = await held.decide(id, 'reject', rita, 'no WHERE');
    expect([status, value, await answer]).toMatchObject([
      200,
      { id, state: 'rejected', outcome: 'rejected by rita: no WHERE' },
      expect.stringContaining('42501 rejected by rita: no WHERE'),
    ]);
    expect(held.logged('approval.decided').at(-1)).toMatchObject({
      request: id,
      verdict: 'reject',
      subject: 'rita',
      reason: 'no WHERE',
      state: 'rejected',
    });
  });

  test('are not made by the agent itself, nor by anybody outside', async () => {
    const { id, answer } = await held.hold(agent, 'delete from kept');
    const { stage } = held;
    const answers = [
      await held.decide(id, 'approve'),
      await held.decide(id, 'approve', await stage.token('agent', undefined, ['dbas'])),
      await held.decide(id, 'approve', await stage.token('runner', 'github:9:9', ['dbas'])),
      await held.decide(id, 'approve', await stage.token('guest', undefined, ['guests'])),
      await held.decide(id, 'approve', await stage.token('stranger', undefined, ['seniors'])),
      await held.ask('POST', `/approvals/${id}`, { verdict: 'reject' }, rita),
      await held.ask('POST', `/approvals/${id}`, { verdict: 'maybe' }, rita),
    ];
    expect(answers.map(refusal)).toEqual([
      [401, 'UNAUTHENTICATED', 'this takes a token of your own; run: auditorium login'],
      [403, 'FORBIDDEN', 'nobody decides on their own statement: agent asks for it'],
      [403, 'FORBIDDEN', 'this is the token of a CI job; a person decides, with a token of their own'],
      [403, 'FORBIDDEN', 'guest may not do this: it takes one of reviewer'],
      [403, 'FORBIDDEN', 'stranger may not decide on this: it takes a member of dbas'],
      [400, 'BAD_REQUEST', 'reason: say why it is rejected: the agent is told'],
      [400, 'BAD_REQUEST', expect.stringContaining('verdict: ')],
    ]);
    expect(
      held.logged('approval.refused').map(({ subject, code }) => `${String(subject)} ${String(code)}`),
    ).toEqual(expect.arrayContaining(['agent FORBIDDEN', 'runner FORBIDDEN', 'stranger FORBIDDEN']));
    await held.decide(id, 'approve', rita);
    expect(await answer).toBe('done');
  });

  test('wait for the quorum, one vote a person; twice, late and unknown ones say so', async () => {
    const { id, answer } = await held.hold(agent, 'truncate kept');
    const first = await held.decide(id, 'approve', rita);
    const again = await held.decide(id, 'reject', rita, 'on second thoughts');
    const second = await held.decide(id, 'approve', bob);
    const late = await held.decide(id, 'approve', bob);
    const unknown = await held.decide('4711', 'approve', rita);
    expect([
      first.value,
      refusal(again),
      second.value,
      await answer,
      refusal(late),
      refusal(unknown),
    ]).toMatchObject([
      { state: 'pending' },
      [409, 'CONFLICT', `rita has voted on ${id} before, to approve it`],
      { state: 'approved' },
      'done',
      [409, 'CONFLICT', `${id} was decided before: approved by rita and bob: as agreed`],
      [404, 'NOT_FOUND', 'there is no request 4711'],
    ]);
  });

  test('come too late once the time is over', async () => {
    const { id, answer } = await held.hold(agent, 'drop table kept');
    expect(await answer).toMatch(/^42501 .*no decision in time/);
    expect(refusal(await held.decide(id, 'approve', rita))).toEqual([
      410,
      'GONE',
      `too late, ${id} was refused: no decision in time`,
    ]);
  });

  test('find nothing to decide on once the agent has gone', async () => {
    const { stage, gateway } = held;
    const leaver = await stage.connect(gateway, await stage.token('leaver'));
    const { id } = await held.hold(leaver, 'delete from kept');
    (leaver as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await expect.poll(() => held.pending(), { timeout: 5_000 }).toEqual([]);
    expect(refusal(await held.decide(id, 'approve', rita))).toEqual([
      410,
      'GONE',
      expect.stringContaining(`${id} is no longer held: `),
    ]);
  });

  test('reach whoever follows the inbox', async () => {
    const left = new AbortController();
    const news: RequestNews[] = [];
    const following = (async () => {
      const access = { socket: held.config.gateway.control, token: null };
      for await (const each of followRequests(access, left.signal)) news.push(each);
    })();
    await expect.poll(() => news.length).toBe(1);
    const { id, answer } = await held.hold(agent, 'truncate kept');
    await held.decide(id, 'approve', rita);
    await held.decide(id, 'approve', bob);
    await answer;
    await expect.poll(() => news.length).toBe(4);
    left.abort();
    await following;
    const states = news.map((each) =>
      each.kind === 'all' ? 'all' : `${each.request.id} ${each.request.state} ${each.request.votes.length}`,
    );
    expect(states).toEqual(['all', `${id} pending 0`, `${id} pending 1`, `${id} approved 2`]);
  });
});

describe.skipIf(process.platform !== 'linux')('with several workers', () => {
  let held: Held;
  beforeAll(async () => void (held = await Held.start('', 'workers: 2')));
  afterAll(() => held?.[Symbol.asyncDispose]());

  test('a decision finds the worker that holds the statement; who dies gives up what it held', async () => {
    const { stage, gateway } = held;
    const rita = await stage.token('rita', undefined, ['dbas']);
    const agents = await Promise.all(
      Array.from({ length: 16 }, async (_, at) => stage.connect(gateway, await stage.token(`agent ${at}`))),
    );
    await agents[0]?.query('create table kept (id int)');
    const answers = agents.map((agent) =>
      agent.query('delete from kept').then(
        () => 'done',
        () => 'refused',
      ),
    );
    await expect.poll(async () => (await held.pending()).length, { timeout: 10_000 }).toBe(16);
    const ids = await held.pending();
    const of = (worker: number) => ids.filter((id) => id.endsWith('w1') === (worker === 1));
    const one = of(0)[0] ?? '';
    const other = of(1)[0] ?? '';
    expect([one, other]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+w1$/)]);
    const decided = [await held.decide(one, 'approve', rita), await held.decide(other, 'reject', rita)];
    expect(decided.map(({ status, value }) => [status, (value as { state: string }).state])).toEqual([
      [200, 'approved'],
      [200, 'rejected'],
    ]);
    const { workers } = Readiness.parse((await held.ask('GET', '/ready')).value);
    process.kill(workers[1]?.pid as number, 'SIGKILL');
    await expect.poll(() => held.pending(), { timeout: 10_000 }).toEqual(of(0).slice(1));
    const gone = of(1)[1] ?? '';
    const at = async () => refusal(await held.decide(gone, 'approve', rita));
    const message = expect.stringContaining(`${gone} is no longer held: its session ended`) as string;
    expect(await at()).toEqual([410, 'GONE', message]);
    const up = async () => Readiness.parse((await held.ask('GET', '/ready')).value).ready;
    await expect.poll(up, { timeout: 15_000 }).toBe(true);
    expect(await at()).toEqual([410, 'GONE', message]);
    for (const id of of(0).slice(1)) await held.decide(id, 'approve', rita);
    expect((await Promise.all(answers)).filter((answer) => answer === 'done').length).toBe(of(0).length);
  }, 40_000);
});

test('a gateway that is started again knows that what was held before is no longer', async () => {
  const held = await Held.start('');
  try {
    const { stage, gateway } = held;
    const token = await stage.token('rita', undefined, ['dbas']);
    const agent = await stage.connect(gateway, await stage.token('agent'));
    await agent.query('create table kept (id int)');
    const { id, answer } = await held.hold(agent, 'delete from kept');
    await gateway.close({ drain: true });
    expect(await answer).toMatch(/^42501 .*the gateway is shutting down|^57P01 /);
    const again = await Held.start('', '', stage);
    expect(refusal(await again.decide(id, 'approve', token))).toEqual([
      410,
      'GONE',
      `${id} is no longer held: its session ended`,
    ]);
    await again.gateway.close();
  } finally {
    await held[Symbol.asyncDispose]();
  }
}, 20_000);
