import { createHmac } from 'node:crypto';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import type { IssuerConfig, ProfileName } from './issuer-config.ts';
import { PROFILES } from './profile.ts';
import { createVerifier, IdentityError, type Verifier } from './verifier.ts';

/** 2026-11-22T07:00:00Z */
const NOW = 1_795_330_800;
const OKTA = 'https://acme.okta.com/oauth2/default';
const GITHUB = 'https://token.actions.example';
const GENERIC = 'https://id.example/';

type Claims = Readonly<Record<string, unknown>>;

let rsa: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
let other: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
let jwks: { keys: object[] };
/** What the network was asked, and how it answers. */
let requests: string[];
let network: (url: string) => Response | Promise<Response>;
let now: number;
let verifier: Verifier;

beforeAll(async () => {
  rsa = await generateKeyPair('RS256', { extractable: true });
  other = await generateKeyPair('RS256');
  jwks = { keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
});

beforeEach(() => {
  requests = [];
  now = NOW * 1000;
  network = (url) => {
    if (url.endsWith('/keys')) return Response.json(jwks);
    const issuer = [OKTA, GITHUB, GENERIC].find((known) => url.startsWith(known)) ?? '';
    return Response.json({ issuer, jwks_uri: `${issuer.replace(/\/$/, '')}/keys` });
  };
  verifier = createVerifier(
    [
      configured('okta', OKTA),
      configured('generic', GENERIC),
      configured('github', GITHUB, { require: { repository_owner_id: ['42'] } }),
    ],
    {
      now: () => now,
      fetch: asked,
    },
  );
});

async function asked(input: string | URL | Request): Promise<Response> {
  const url = input instanceof Request ? input.url : input.toString();
  requests.push(url);
  return network(url);
}

function configured(profile: ProfileName, issuer: string, more: Partial<IssuerConfig> = {}): IssuerConfig {
  const { algorithms, lifetime } = PROFILES[profile];
  return {
    name: profile,
    profile,
    issuer,
    audience: 'api://auditorium',
    algorithms,
    lifetime,
    groups: [],
    require: {},
    ...more,
  };
}

const AGENT = {
  ver: 1,
  jti: 'AT.one',
  iss: OKTA,
  aud: 'api://auditorium',
  iat: NOW - 10,
  exp: NOW + 3600,
  cid: '0oaDeployer',
  scp: ['db.read', 'db.write'],
  sub: 'ci-deployer',
  groups: ['ci-agents', 'Data Team'],
};
const JOB = {
  jti: 'job-token',
  iss: GITHUB,
  aud: 'api://auditorium',
  exp: NOW + 300,
  nbf: NOW - 5,
  sub: 'repo:acme@42/shop@99:ref:refs/heads/main',
  repository: 'acme/shop',
  repository_owner_id: '42',
  run_id: '4711',
  check_run_id: '3',
  ref: 'refs/heads/main',
  actor: 'ada',
};

function signed(claims: Claims, header: Claims = {}, key: CryptoKey = rsa.privateKey): Promise<string> {
  return signedText(JSON.stringify(claims), header, key);
}

function signedText(payload: string, header: Claims = {}, key: CryptoKey = rsa.privateKey): Promise<string> {
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
    .sign(key);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The refusal of a password; checks that its text gives nothing of the token away. */
async function refusal(password: string): Promise<IdentityError> {
  const error: unknown = await verifier.verify(password).then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof IdentityError)) throw error;
  const said = `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`;
  for (const part of password.split(/[.,]/)) if (part.length > 8) expect(said).not.toContain(part);
  return error;
}

describe('what is accepted', () => {
  test('an Okta access token identifies the agent', async () => {
    const token = await signed(AGENT);
    expect(await verifier.verify(token)).toEqual({
      identity: {
        issuer: OKTA,
        profile: 'okta',
        subject: 'ci-deployer',
        clientId: '0oaDeployer',
        groups: ['ci-agents', 'Data Team'],
        scopes: ['db.read', 'db.write'],
        tokenId: 'AT.one',
        fingerprint: fingerprint(token),
        expires: NOW + 3600,
        userId: null,
      },
      ci: null,
      checks: [],
      expires: (NOW + 3660) * 1000,
    });
    expect(requests).toEqual([`${OKTA}/.well-known/openid-configuration`, `${OKTA}/keys`]);
  });

  test('a generic access token identifies the agent by the claims of RFC 9068', async () => {
    const claims = {
      iss: GENERIC,
      aud: ['x', 'api://auditorium'],
      exp: NOW + 60,
      sub: 's',
      client_id: 'c',
      scope: 'a b',
      groups: 'one group',
    };
    const token = await signed(claims, { typ: 'application/at+JWT' });
    expect(await verifier.verify(token)).toEqual({
      identity: {
        issuer: GENERIC,
        profile: 'generic',
        subject: 's',
        clientId: 'c',
        groups: ['one group'],
        scopes: ['a', 'b'],
        tokenId: null,
        fingerprint: fingerprint(token),
        expires: NOW + 60,
        userId: null,
      },
      ci: null,
      checks: [],
      expires: (NOW + 120) * 1000,
    });
  });

  test('a CI token alone identifies the agent and attests its job, and the session may outlive it by up to an hour', async () => {
    const token = await signed(JOB, { typ: 'JWT' });
    expect(await verifier.verify(token)).toEqual({
      identity: {
        issuer: GITHUB,
        profile: 'github',
        subject: JOB.sub,
        clientId: null,
        groups: [],
        scopes: [],
        tokenId: 'job-token',
        fingerprint: fingerprint(token),
        expires: NOW + 300,
        userId: null,
      },
      ci: {
        provenance: 'attested',
        provider: 'github',
        run: '4711',
        job: '3',
        repository: 'acme/shop',
        ref: 'refs/heads/main',
        actor: 'ada',
        issuer: GITHUB,
        fingerprint: fingerprint(token),
      },
      checks: [],
      expires: (NOW + 3600) * 1000,
    });
  });

  test('of two tokens the first says who and the second attests the job', async () => {
    const [who, where] = [await signed({ ...AGENT, exp: NOW + 86_400 }), await signed(JOB)];
    const { identity, ci, expires } = await verifier.verify(`${who},${where}`);
    expect([identity.subject, identity.fingerprint]).toEqual(['ci-deployer', fingerprint(who)]);
    expect([ci?.provenance, ci?.run, ci?.job, ci?.issuer, ci?.fingerprint]).toEqual([
      'attested',
      '4711',
      '3',
      GITHUB,
      fingerprint(where),
    ]);
    expect(expires).toBe((NOW + 3600) * 1000);
  });

  test('groups of the configuration are added to those of the token', async () => {
    const grouped = createVerifier([configured('okta', OKTA, { groups: ['okta', 'ci-agents'] })], {
      now: () => now,
      fetch: asked,
    });
    expect((await grouped.verify(await signed(AGENT))).identity.groups).toEqual([
      'ci-agents',
      'Data Team',
      'okta',
    ]);
  });

  test('clocks may differ by a minute', async () => {
    await verifier.verify(await signed({ ...AGENT, exp: NOW - 59 }));
    await verifier.verify(await signed({ ...AGENT, nbf: NOW + 60 }));
  });

  test('keys are fetched once for many tokens', async () => {
    await Promise.all(
      [1, 2, 3].map(async (id) => verifier.verify(await signed({ ...AGENT, jti: `AT.${id}` }))),
    );
    expect(requests).toHaveLength(2);
  });
});

describe('what is refused before any request', () => {
  const cases: readonly (readonly [string, string, () => Promise<string> | string])[] = [
    ['no password', 'NO_TOKEN', () => ''],
    ['an ordinary password', 'NOT_A_TOKEN', () => 'correct horse battery staple'],
    ['an encrypted token', 'NOT_A_TOKEN', () => 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc'],
    ['a second token that is empty', 'NO_TOKEN', async () => `${await signed(AGENT)},`],
    ['three tokens', 'TOO_MANY_TOKENS', () => 'a.b.c,a.b.c,a.b.c'],
    ['a token over 16 KiB', 'TOKEN_TOO_LARGE', () => signed({ ...AGENT, padding: 'x'.repeat(16_384) })],
    ['alg none', 'ALGORITHM_REFUSED', () => `${encoded({ alg: 'none' })}.${encoded(AGENT)}.`],
    [
      'alg None with a signature',
      'ALGORITHM_REFUSED',
      () => `${encoded({ alg: 'None' })}.${encoded(AGENT)}.AAAA`,
    ],
    ['a signature cut off', 'ALGORITHM_REFUSED', async () => (await signed(AGENT)).replace(/[^.]*$/, '')],
    ['no alg', 'MALFORMED_TOKEN', () => `${encoded({ typ: 'JWT' })}.${encoded(AGENT)}.AAAA`],
    [
      'an algorithm that is not pinned',
      'ALGORITHM_REFUSED',
      () => `${encoded({ alg: 'PS256', kid: 'k1' })}.${encoded(AGENT)}.AAAA`,
    ],
    [
      'a key in the header',
      'HEADER_REFUSED',
      async () => signed(AGENT, { jwk: await exportJWK(other.publicKey) }, other.privateKey),
    ],
    [
      'the place of a key in the header',
      'HEADER_REFUSED',
      () => signed(AGENT, { jku: 'https://evil.example/keys' }),
    ],
    [
      'critical extensions',
      'HEADER_REFUSED',
      () => `${encoded({ alg: 'RS256', crit: ['x'], x: 1 })}.${encoded(AGENT)}.AAAA`,
    ],
    [
      'an issuer that is not configured',
      'UNKNOWN_ISSUER',
      () => signed({ ...AGENT, iss: 'http://169.254.169.254/latest' }),
    ],
    ['an issuer that differs by a slash', 'UNKNOWN_ISSUER', () => signed({ ...AGENT, iss: `${OKTA}/` })],
    ['no issuer', 'UNKNOWN_ISSUER', () => signed({ sub: 'x' })],
    ['issuers in a list', 'UNKNOWN_ISSUER', () => signed({ ...AGENT, iss: [OKTA] })],
    [
      'a claim twice',
      'MALFORMED_TOKEN',
      () => signedText(JSON.stringify(AGENT).replace('{', '{"sub":"admin",')),
    ],
    ['a payload that is not JSON', 'MALFORMED_TOKEN', () => signedText('sub=admin')],
    [
      'a payload that is not UTF-8',
      'MALFORMED_TOKEN',
      () =>
        `${encoded({ alg: 'RS256' })}.${Buffer.from('{"a":"\xff"}', 'latin1').toString('base64url')}.AAAA`,
    ],
    [
      'base64url with bits left over',
      'MALFORMED_TOKEN',
      async () => (await signed(AGENT)).replace(/.$/, (last) => lastWithSpareBits(last)),
    ],
    ['a token of another type', 'WRONG_TYPE', () => signed(AGENT, { typ: 'logout+jwt' })],
    [
      "an Okta organisation's own access token",
      'WRONG_TYPE',
      () => signed(AGENT, { typ: 'application/okta-internal-at+jwt' }),
    ],
  ];
  test.each(cases)('%s: %s', async (_name, code, token) => {
    expect((await refusal(await token())).code).toBe(code);
    expect(requests).toEqual([]);
  });
});

/** RS256 signatures end in 4 unused bits: the next letter of the alphabet decodes to the same bytes. */
function lastWithSpareBits(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(last) + 1] ?? '';
}

describe('what is refused by keys and claims', () => {
  const cases: readonly (readonly [string, string, () => Promise<string>])[] = [
    [
      'a payload that was changed',
      'BAD_SIGNATURE',
      async () => (await signed(AGENT)).replace(/\.[^.]*\./, `.${encoded({ ...AGENT, sub: 'admin' })}.`),
    ],
    ['a signature by another key', 'BAD_SIGNATURE', () => signed(AGENT, {}, other.privateKey)],
    ['a key the issuer does not have', 'UNKNOWN_KEY', () => signed(AGENT, { kid: 'k2' })],
    ['an audience that is not ours', 'WRONG_AUDIENCE', () => signed({ ...AGENT, aud: 'api://other' })],
    ['no audience', 'CLAIM_MISSING', async () => signed({ ...AGENT, aud: undefined })],
    ['no expiry', 'CLAIM_MISSING', () => signed({ ...AGENT, exp: undefined })],
    ['an expiry that is text', 'CLAIM_MISSING', () => signed({ ...AGENT, exp: '2099' })],
    ['no subject', 'CLAIM_MISSING', () => signed({ ...AGENT, sub: undefined })],
    ['an empty subject', 'CLAIM_MISSING', () => signed({ ...AGENT, sub: '' })],
    ['a subject that is no text', 'CLAIM_MISSING', () => signed({ ...AGENT, sub: 7 })],
    ['no client of Okta', 'CLAIM_MISSING', () => signed({ ...AGENT, cid: undefined })],
    ['an ID token by its nonce', 'ID_TOKEN', () => signed({ ...AGENT, nonce: 'n' })],
    ['an ID token by its at_hash', 'ID_TOKEN', () => signed({ ...AGENT, at_hash: 'h' })],
    ["an ID token by Okta's jti", 'ID_TOKEN', () => signed({ ...AGENT, jti: 'ID.one' })],
    [
      "an ID token by Keycloak's typ",
      'ID_TOKEN',
      () => signed({ iss: GENERIC, aud: 'api://auditorium', exp: NOW + 60, sub: 's', typ: 'ID' }),
    ],
    [
      'an ID token by an audience that is its client',
      'ID_TOKEN',
      () => signed({ ...AGENT, aud: ['api://auditorium', AGENT.cid] }),
    ],
    ['a CI token of a stranger', 'CLAIM_REFUSED', () => signed({ ...JOB, repository_owner_id: '666' })],
    [
      'a CI token that names no owner',
      'CLAIM_REFUSED',
      () => signed({ ...JOB, repository_owner_id: undefined }),
    ],
    ['a CI token that names no job', 'CLAIM_MISSING', () => signed({ ...JOB, run_id: undefined })],
    [
      'a second token that attests no job',
      'NOT_A_CI_TOKEN',
      async () => `${await signed(AGENT)},${await signed(AGENT)}`,
    ],
    [
      'a second token that has expired',
      'EXPIRED',
      async () => `${await signed(AGENT)},${await signed({ ...JOB, exp: NOW - 61 })}`,
    ],
  ];
  test.each(cases)('%s: %s', async (_name, code, token) => {
    expect((await refusal(await token())).code).toBe(code);
  });

  test('a token signed with the public key as a secret is refused', async () => {
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', rsa.publicKey));
    const unsigned = `${encoded({ alg: 'HS256', kid: 'k1' })}.${encoded(AGENT)}`;
    const forged = `${unsigned}.${createHmac('sha256', spki).update(unsigned).digest('base64url')}`;
    expect((await refusal(forged)).code).toBe('ALGORITHM_REFUSED');
    expect(requests).toEqual([]);
  });
});

describe('what a refusal says', () => {
  test('how long ago a token expired, and when', async () => {
    expect((await refusal(await signed({ ...AGENT, exp: NOW - 300 }))).message).toBe(
      'the token expired 5 minutes ago (at 2026-11-22T06:55:00.000Z); get a new one',
    );
    expect((await refusal(await signed({ ...AGENT, exp: NOW - 61 }))).message).toContain(
      'expired 1 minute ago',
    );
    expect((await refusal(await signed({ ...AGENT, exp: 0 }))).message).toContain(
      'days ago (at 1970-01-01T00:00:00.000Z)',
    );
  });

  test('when a token will be valid', async () => {
    expect((await refusal(await signed({ ...AGENT, nbf: NOW + 7200 }))).message).toBe(
      'the token is valid only in 2 hours (from 2026-11-22T09:00:00.000Z); check the clocks',
    );
  });

  test('whom a token is for and whom it should be for', async () => {
    expect((await refusal(await signed({ ...AGENT, aud: ['api://other', 'b'] }))).message).toBe(
      'the token is for "api://other", "b"; request one with the audience "api://auditorium"',
    );
  });

  test('which of two tokens it is about', async () => {
    const [who, where] = [await signed(AGENT), await signed({ ...JOB, exp: NOW - 3600 })];
    expect((await refusal(`${who},${where}`)).message).toMatch(
      /^the second token \(the CI job\) expired 1 hour ago/,
    );
    expect((await refusal(`${where},${who}`)).message).toMatch(/^the first token \(who\) expired 1 hour ago/);
  });

  test('claims are quoted printable and cut to length', async () => {
    const { message } = await refusal(await signed({ ...AGENT, iss: `\u001b[2J${'x'.repeat(500)}` }));
    expect(message).toBe(
      `the token was issued by "?[2J${'x'.repeat(116)}…", which this gateway does not trust`,
    );
  });
});

describe('an issuer out of reach', () => {
  test.each<readonly [string, typeof network]>([
    [
      'does not answer',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
    ],
    ['answers with an error', () => new Response('', { status: 503 })],
    ['redirects', () => new Response('', { status: 302, headers: { location: 'http://127.0.0.1/' } })],
    ['has no discovery document', () => new Response('', { status: 404 })],
    ['answers with what is not JSON', () => new Response('<html>')],
    [
      'names another issuer',
      () => Response.json({ issuer: 'https://evil.example', jwks_uri: `${OKTA}/keys` }),
    ],
    ['names no keys', () => Response.json({ issuer: OKTA })],
    ['has keys in the clear', () => Response.json({ issuer: OKTA, jwks_uri: 'http://acme.okta.com/keys' })],
    [
      'has keys that are none',
      (url) =>
        Response.json(url.endsWith('/keys') ? { keys: 1 } : { issuer: OKTA, jwks_uri: `${OKTA}/keys` }),
    ],
  ])('%s: nobody is let in, and nothing of it is kept', async (_name, broken) => {
    const token = await signed(AGENT);
    const working = network;
    network = broken;
    expect((await refusal(token)).code).toBe('ISSUER_UNREACHABLE');
    network = working;
    now += 5000; // failures are shared for a moment
    expect((await verifier.verify(token)).identity.subject).toBe('ci-deployer');
  });

  test('the refusal says why and what to do', async () => {
    network = () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }));
    expect((await refusal(await signed(AGENT))).message).toBe(
      `the keys of ${OKTA} could not be fetched (connect ECONNREFUSED 127.0.0.1:1); try again, and if it stays so tell who runs the gateway`,
    );
  });

  test('metadata of OAuth serves where there is none of OpenID', async () => {
    network = (url) => {
      if (url === 'https://acme.okta.com/.well-known/oauth-authorization-server/oauth2/default') {
        return Response.json({ issuer: OKTA, jwks_uri: `${OKTA}/keys` });
      }
      return url.endsWith('/keys') ? Response.json(jwks) : new Response('', { status: 404 });
    };
    expect((await verifier.verify(await signed(AGENT))).identity.subject).toBe('ci-deployer');
  });

  test('closing ends a request under way', async () => {
    const stuck = createVerifier([configured('okta', OKTA)], {
      now: () => now,
      fetch: (_input, init) =>
        new Promise((_resolve, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('closed'))),
        ),
    });
    const waiting = stuck.verify(await signed(AGENT));
    stuck.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE' });
  });
});
