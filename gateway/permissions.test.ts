import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from '../main/testing/browser.ts';
import { HeldGateway, refusal } from '../test/held-gateway.ts';
import type { Stage } from '../test/stage.ts';
import { ROUTES } from './control-routes.ts';

describe('permissions', () => {
  let open: HeldGateway;
  let closed: HeldGateway;
  let tokens: Record<string, string>;
  let idToken: string;

  beforeAll(async () => {
    [open, closed] = await Promise.all([
      HeldGateway.start('', 'workers: 1'),
      HeldGateway.start('roles: { viewer: [viewers], investigator: [], reviewer: [dbas], admin: [admins] }'),
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
    'GET /key': {
      nobody: 'yes',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: 'yes',
      forged: 'yes',
    },
    'POST /key': {
      nobody: '401',
      viewer: '403',
      reviewer: '403',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /keys': {
      nobody: '401',
      viewer: '403',
      reviewer: '403',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /redactions': {
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
    'GET /holds': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /holds': {
      nobody: '401',
      viewer: '403',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'DELETE /holds/:id': {
      nobody: '401',
      viewer: '403',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'GET /stream': {
      nobody: '401',
      viewer: 'yes',
      reviewer: 'yes',
      admin: 'yes',
      agent: '403',
      forged: '401',
    },
    'POST /stream/:id': {
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

  async function tableOf(
    gateway: HeldGateway,
    known: Readonly<Record<string, string>>,
    expected: typeof TABLE,
  ) {
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
