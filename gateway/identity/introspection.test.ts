import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IdentityCheck, IdentityEnd } from './identity-watch.ts';
import { fingerprint } from './fingerprint.ts';
import type { IntrospectionConfig } from './issuer-config.ts';
import { HttpIssuer, json } from './testing/http-issuer.ts';
import { refusal } from './testing/refusal.ts';
import { TestTime } from './testing/time.ts';
import { issuerOf, newKey, NOW, sign, type SigningKey } from './testing/tokens.ts';
import { createVerifier, type Verified, type Verifier } from './verifier.ts';

const MINUTE = 60_000;
const SECRET = 'p@ss:wörd +%';

const CONFIG: IntrospectionConfig = {
  endpoint: null,
  clientId: 'gateway:1',
  clientSecret: SECRET,
  every: 5 * MINUTE,
  grace: 10 * MINUTE,
};

let key: SigningKey;
let issuer: HttpIssuer;
let time: TestTime;
let verifier: Verifier;
/** What the issuer says of every token. */
let answer: unknown;

beforeAll(async () => {
  key = await newKey('k1');
});

beforeEach(async () => {
  issuer = await HttpIssuer.start([key.jwk]);
  answer = { active: true };
  issuer.handlers.set('/introspect', (_, response) => json(response, answer));
  time = new TestTime();
  verifier = verifierWith(CONFIG);
});

afterEach(async () => {
  verifier.close();
  await issuer[Symbol.asyncDispose]();
});

function verifierWith(introspection: IntrospectionConfig): Verifier {
  return createVerifier([issuerOf('generic', issuer.url, { introspection })], time);
}

function token(more: Record<string, unknown> = {}): Promise<string> {
  return sign(key, { iss: issuer.url, aud: 'api://auditorium', exp: NOW + 86_400, sub: 's', ...more });
}

const activeCheck = () => ({ token: 'who', issuer: issuer.url, result: 'active', detail: '' });

describe('when a session opens', () => {
  test('its issuer is asked as the client it knows, and the answer is on record', async () => {
    const password = await token();
    expect((await verifier.verify(password)).checks).toEqual([activeCheck()]);
    const asked = issuer.asked.at(-1);
    expect([asked?.path, Object.fromEntries(asked?.body ?? [])]).toEqual([
      '/introspect',
      { token: password, token_type_hint: 'access_token' },
    ]);
    const [scheme, credentials = ''] = (asked?.authorization ?? '').split(' ');
    const parts = Buffer.from(credentials, 'base64').toString().split(':');
    expect([scheme, parts.map((part) => decodeURIComponent(part.replaceAll('+', ' ')))]).toEqual([
      'Basic',
      ['gateway:1', SECRET],
    ]);
  });

  test('a token that is not active is refused', async () => {
    answer = { active: false };
    const { code, message } = await refusal(verifier, await token());
    expect([code, message]).toEqual([
      'INACTIVE',
      `the token no longer holds, says ${issuer.url}; get a new one`,
    ]);
  });

  test('nobody is asked about a token that does not bear a signature of its issuer', async () => {
    const forged = (await token()).replace(/\.[^.]*$/, `.${'A'.repeat(342)}`);
    expect((await refusal(verifier, forged)).code).toBe('BAD_SIGNATURE');
    expect(issuer.count('/introspect')).toBe(0);
  });

  test.each<readonly [string, Parameters<HttpIssuer['handlers']['set']>[1], string]>([
    ['down', (_, response) => void response.writeHead(503).end(), 'it answered with status 503'],
    [
      'rid of the gateway',
      (_, response) => void response.writeHead(401).end(SECRET),
      "it refuses the gateway's own credentials",
    ],
    [
      'vague',
      (_, response) => json(response, { active: 'yes' }),
      'its answer does not say whether the token is active',
    ],
    ['lost for words', (_, response) => void response.end('true'), 'its answer is not a JSON object'],
    [
      'elsewhere',
      (_, response) => void response.writeHead(307, { location: '/other' }).end(),
      'it answered with status 307',
    ],
    ['gone', (_, response) => void response.socket?.destroy(), 'other side closed'],
  ])('nobody is let in while the issuer is %s', async (_name, handler, why) => {
    issuer.handlers.set('/introspect', handler);
    const { code, message } = await refusal(verifier, await token());
    expect([code, message]).toEqual([
      'NOT_CHECKED',
      `${issuer.url} could not be asked whether the token still holds (${why})`,
    ]);
    expect([message.includes(SECRET), issuer.count('/other')]).toEqual([false, 0]);
  });

  test('an issuer without an introspection endpoint is an error, not a yes', async () => {
    issuer.handlers.set('/.well-known/openid-configuration', (_, response) =>
      json(response, { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }),
    );
    expect((await refusal(verifier, await token())).message).toContain('names no introspection_endpoint');
  });

  test('sessions of one token that open together ask once, later ones again', async () => {
    const [shared, other] = [await token(), await token({ jti: 'other' })];
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(shared)));
    expect(issuer.count('/introspect')).toBe(1);
    await verifier.verify(other);
    await time.pass(5000);
    await verifier.verify(shared);
    expect(issuer.count('/introspect')).toBe(3);
  });

  test('a secret that a command gives is fetched anew once it was refused', async () => {
    const given: string[] = [];
    let forgotten = 0;
    const clientSecret = {
      password: async () => `secret-${given.push('')}`,
      forget: () => forgotten++,
    };
    const asking = verifierWith({ ...CONFIG, clientSecret });
    issuer.handlers.set('/introspect', ({ authorization }, response) => {
      const known = authorization === `Basic ${Buffer.from('gateway%3A1:secret-2').toString('base64')}`;
      if (known) json(response, answer);
      else response.writeHead(401).end();
    });
    expect((await refusal(asking, await token())).code).toBe('NOT_CHECKED');
    expect([await asking.verify(await token()).then(() => 'accepted'), forgotten]).toEqual(['accepted', 1]);
    asking.close();
  });

  test('of two tokens each is checked with its own issuer', async () => {
    await using ci = await HttpIssuer.start([key.jwk]);
    ci.handlers.set('/introspect', (_, response) => json(response, { active: false }));
    const both = createVerifier(
      [
        issuerOf('generic', issuer.url, { introspection: CONFIG }),
        issuerOf('github', ci.url, { introspection: CONFIG }),
      ],
      time,
    );
    const job = { iss: ci.url, sub: 'job', run_id: '1', check_run_id: '2' };
    const pair = `${await token()},${await token(job)}`;
    expect((await refusal(both, pair)).message).toBe(
      `the second token (the CI job) no longer holds, says ${ci.url}; get a new one`,
    );
    ci.handlers.set('/introspect', (_, response) => json(response, { active: true }));
    await time.pass(5000);
    expect((await both.verify(pair)).checks).toEqual([
      activeCheck(),
      { ...activeCheck(), token: 'job', issuer: ci.url },
    ]);
    both.close();
  });
});

describe('while a session lives', () => {
  let checks: IdentityCheck[];
  let ends: IdentityEnd[];

  async function watched(
    claims: Record<string, unknown> = {},
  ): Promise<{ verified: Verified; stop: () => void }> {
    [checks, ends] = [[], []];
    const verified = await verifier.verify(await token(claims));
    const stop = verifier.watch(verified, {
      checked: (check) => checks.push(check),
      ended: (end) => ends.push(end),
    });
    return { verified, stop };
  }

  /** Lets time pass in steps that leave answers time to come over their sockets. */
  async function pass(minutes: number): Promise<void> {
    for (let half = 0; half < minutes * 2; half++) {
      const asked = issuer.count('/introspect');
      await time.pass(MINUTE / 2);
      if (issuer.count('/introspect') > asked || time.waiting < 2)
        await new Promise((done) => setTimeout(done, 20));
    }
  }

  test('its issuer is asked every so often, and nothing is recorded while it says the same', async () => {
    await watched();
    await pass(16);
    expect([issuer.count('/introspect'), checks, ends]).toEqual([4, [], []]);
  });

  test('it ends when the token is no longer active', async () => {
    await watched();
    answer = { active: false };
    await pass(6);
    expect([checks, ends]).toEqual([
      [{ ...activeCheck(), result: 'inactive' }],
      [{ why: 'inactive', message: `the token no longer holds, says ${issuer.url}; this session ends` }],
    ]);
  });

  test('an issuer that does not answer for a while is on record, and so is its return', async () => {
    await watched();
    issuer.handlers.set('/introspect', (_, response) => void response.writeHead(500).end());
    await pass(8);
    issuer.handlers.set('/introspect', (_, response) => json(response, answer));
    await pass(2);
    const why = `${issuer.url} could not be asked whether the token still holds (it answered with status 500)`;
    expect([checks, ends]).toEqual([
      [{ ...activeCheck(), result: 'unreachable', detail: why }, activeCheck()],
      [],
    ]);
  });

  test('an issuer that does not answer for too long ends it', async () => {
    await watched();
    issuer.handlers.set('/introspect', (_, response) => void response.writeHead(500).end());
    await pass(14.5);
    expect(ends).toEqual([]);
    await pass(2);
    expect(ends.map(({ why }) => why)).toEqual(['unchecked']);
  });

  test('a token that has expired is not asked about: every issuer would say no', async () => {
    verifier.close();
    verifier = createVerifier(
      [issuerOf('generic', issuer.url, { introspection: CONFIG, lifetime: { max: 30 * MINUTE } })],
      time,
    );
    await watched({ exp: NOW + 7 * 60 });
    await pass(6);
    answer = { active: false };
    await pass(20);
    expect([issuer.count('/introspect'), ends]).toEqual([2, []]);
    await pass(5);
    expect(ends.map(({ why }) => why)).toEqual(['expired']);
  });

  test('nothing is asked or told after it closed', async () => {
    const { stop } = await watched();
    stop();
    answer = { active: false };
    await pass(30);
    expect([issuer.count('/introspect'), checks, ends]).toEqual([1, [], []]);
  });

  test('a revocation in the gateway ends it before its issuer says anything', async () => {
    const { verified } = await watched();
    const { fingerprint: print } = verified.identity;
    expect(fingerprint(await token())).toEqual(print);
    const value = Buffer.from(print).toString('hex');
    const revoked = { by: 'fingerprint', value, reason: 'leaked', author: 'ops', until: NOW * 2000 } as const;
    expect([verifier.revoke(revoked), ends]).toEqual([
      1,
      [{ why: 'revoked', message: 'the token was revoked by ops (leaked); this session ends' }],
    ]);
  });
});
