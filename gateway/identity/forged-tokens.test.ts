import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HttpIssuer } from './testing/http-issuer.ts';
import { refusal } from './testing/refusal.ts';
import {
  AGENT,
  type Claims,
  encoded,
  FakeNetwork,
  GENERIC,
  issuerOf,
  newKey,
  NOW,
  OKTA,
  sign,
  type SigningKey,
  signText,
  TRUSTED,
} from './testing/tokens.ts';
import { createVerifier, type Verifier } from './verifier.ts';

let rsa: SigningKey;
/** Of the same name, and not the issuer’s. */
let other: SigningKey;
let network: FakeNetwork;
let now: number;
let verifier: Verifier;

beforeAll(async () => {
  [rsa, other] = await Promise.all([newKey('k1'), newKey('k1')]);
});

beforeEach(() => {
  network = new FakeNetwork([rsa.jwk]);
  now = NOW * 1000;
  verifier = createVerifier(TRUSTED, { now: () => now, fetch: network.fetch });
});

test.each([
  ['first token (who)', (token: string) => `,${token}`],
  ['second token (the CI job)', (token: string) => `${token},`],
])('of two tokens the %s is named when it is empty', async (name, pair) => {
  const refused = verifier.verify(pair(await sign(rsa, AGENT)));
  await expect(refused).rejects.toThrow(`the ${name} of the two in the password is empty`);
});

describe('what is refused before any request', () => {
  const cases: readonly (readonly [string, string, () => Promise<string> | string])[] = [
    ['no password', 'NO_TOKEN', () => ''],
    ['an ordinary password', 'NOT_A_TOKEN', () => 'correct horse battery staple'],
    ['an encrypted token', 'NOT_A_TOKEN', () => 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc'],
    ['a second token that is empty', 'NO_TOKEN', async () => `${await sign(rsa, AGENT)},`],
    ['a first token that is empty', 'NO_TOKEN', async () => `,${await sign(rsa, AGENT)}`],
    ['three tokens', 'TOO_MANY_TOKENS', () => 'a.b.c,a.b.c,a.b.c'],
    ['a token of 64 KiB', 'TOKEN_TOO_LARGE', () => sign(rsa, { ...AGENT, padding: 'x'.repeat(49_152) })],
    ['a token over 16 KiB', 'TOKEN_TOO_LARGE', () => sign(rsa, { ...AGENT, padding: 'x'.repeat(16_384) })],
    ['alg none', 'ALGORITHM_REFUSED', () => `${encoded({ alg: 'none' })}.${encoded(AGENT)}.`],
    [
      'alg None with a signature',
      'ALGORITHM_REFUSED',
      () => `${encoded({ alg: 'None' })}.${encoded(AGENT)}.AAAA`,
    ],
    ['a signature cut off', 'ALGORITHM_REFUSED', async () => (await sign(rsa, AGENT)).replace(/[^.]*$/, '')],
    ['no alg', 'MALFORMED_TOKEN', () => `${encoded({ typ: 'JWT' })}.${encoded(AGENT)}.AAAA`],
    [
      'an algorithm that is not pinned',
      'ALGORITHM_REFUSED',
      () => `${encoded({ alg: 'PS256', kid: 'k1' })}.${encoded(AGENT)}.AAAA`,
    ],
    ['a key in the header', 'HEADER_REFUSED', async () => sign(other, AGENT, { jwk: other.jwk })],
    [
      'the place of a key in the header',
      'HEADER_REFUSED',
      () => sign(rsa, AGENT, { jku: 'https://evil.example/keys' }),
    ],
    [
      'the place of a certificate in the header',
      'HEADER_REFUSED',
      () => sign(rsa, AGENT, { x5u: 'https://evil.example/cert' }),
    ],
    ['a certificate in the header', 'HEADER_REFUSED', () => sign(rsa, AGENT, { x5c: ['MIIB'] })],
    [
      'critical extensions',
      'HEADER_REFUSED',
      () => `${encoded({ alg: 'RS256', crit: ['x'], x: 1 })}.${encoded(AGENT)}.AAAA`,
    ],
    [
      'an issuer that is not configured',
      'UNKNOWN_ISSUER',
      () => sign(rsa, { ...AGENT, iss: 'http://169.254.169.254/latest' }),
    ],
    ['an issuer that differs by a slash', 'UNKNOWN_ISSUER', () => sign(rsa, { ...AGENT, iss: `${OKTA}/` })],
    ['no issuer', 'UNKNOWN_ISSUER', () => sign(rsa, { sub: 'x' })],
    ['issuers in a list', 'UNKNOWN_ISSUER', () => sign(rsa, { ...AGENT, iss: [OKTA] })],
    [
      'a claim twice',
      'MALFORMED_TOKEN',
      () => signText(rsa, JSON.stringify(AGENT).replace('{', '{"sub":"admin",')),
    ],
    ['a payload that is not JSON', 'MALFORMED_TOKEN', () => signText(rsa, 'sub=admin')],
    [
      'a payload that is not UTF-8',
      'MALFORMED_TOKEN',
      () =>
        `${encoded({ alg: 'RS256' })}.${Buffer.from('{"a":"\xff"}', 'latin1').toString('base64url')}.AAAA`,
    ],
    [
      'base64url with bits left over',
      'MALFORMED_TOKEN',
      async () => (await sign(rsa, AGENT)).replace(/.$/, (last) => lastWithSpareBits(last)),
    ],
    ['a token of another type', 'WRONG_TYPE', () => sign(rsa, AGENT, { typ: 'logout+jwt' })],
    [
      "an Okta organisation's own access token",
      'WRONG_TYPE',
      () => sign(rsa, AGENT, { typ: 'application/okta-internal-at+jwt' }),
    ],
  ];
  test.each(cases)('%s: %s', async (_name, code, token) => {
    expect((await refusal(verifier, await token())).code).toBe(code);
    expect(network.requests).toEqual([]);
  });
});

/** RS256 signatures end in 4 unused bits: the next letter of the alphabet decodes to the same bytes. */
function lastWithSpareBits(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(last) + 1] ?? '';
}

test('a token signed with the public key as a secret is refused', async () => {
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', rsa.publicKey));
  const unsigned = `${encoded({ alg: 'HS256', kid: 'k1' })}.${encoded(AGENT)}`;
  const forged = `${unsigned}.${createHmac('sha256', spki).update(unsigned).digest('base64url')}`;
  expect((await refusal(verifier, forged)).code).toBe('ALGORITHM_REFUSED');
  expect(network.requests).toEqual([]);
});

test.each<readonly [string, unknown]>([
  ['a path', '../../../../etc/passwd'],
  ['a URL', 'https://evil.example/keys'],
  ['SQL', "k1' UNION SELECT 'secret"],
  ['empty', ''],
  ['a list', ['k1']],
  ['a number', 1],
])('a key id that is %s is a name that nobody bears', async (_name, kid) => {
  const token = await sign(rsa, AGENT);
  const header = encoded({ alg: 'RS256', kid });
  const { code } = await refusal(verifier, token.replace(/^[^.]*/, header));
  expect([code, network.requests.slice(0, 2)]).toEqual([
    'UNKNOWN_KEY',
    [`${OKTA}/.well-known/openid-configuration`, `${OKTA}/keys`],
  ]);
});

test('what a token says of issuers and keys is never fetched', async () => {
  await using internal = await HttpIssuer.start([rsa.jwk]);
  const real = createVerifier(TRUSTED, { now: () => now });
  const claims = { ...AGENT, iss: internal.url };
  const tokens = await Promise.all([
    sign(rsa, claims),
    sign(rsa, { ...AGENT, iss: `${OKTA}@${internal.url.slice('http://'.length)}` }),
    sign(rsa, AGENT, { jku: `${internal.url}/jwks` }),
    sign(rsa, AGENT, { x5u: `${internal.url}/jwks` }),
    sign(rsa, claims, { kid: `${internal.url}/jwks` }),
  ]);
  const codes = await Promise.all(tokens.map(async (token) => (await refusal(real, token)).code));
  expect([codes, internal.asked]).toEqual([
    ['UNKNOWN_ISSUER', 'UNKNOWN_ISSUER', 'HEADER_REFUSED', 'HEADER_REFUSED', 'UNKNOWN_ISSUER'],
    [],
  ]);
  real.close();
});

test('an ES256 token whose signature was turned into its other form is the same token', async () => {
  const ec = await newKey('k1', 'ES256');
  const { fetch } = new FakeNetwork([ec.jwk]);
  const generic = createVerifier(TRUSTED, { now: () => now, fetch });
  const token = await sign(ec, { iss: GENERIC, aud: 'api://auditorium', exp: NOW + 60, sub: 's' });
  const turned = token.replace(/[^.]*$/, otherForm);
  const [first, second] = await Promise.all([generic.verify(token), generic.verify(turned)]);
  expect(turned).not.toBe(token);
  expect(second.identity.fingerprint).toEqual(first.identity.fingerprint);
  generic.close();
});

/** The order of P-256 (FIPS 186-4 §D.1.2.3): with (r, s) a signature, so is (r, n − s). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function otherForm(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const turned = (ORDER - s).toString(16).padStart(64, '0');
  return Buffer.concat([bytes.subarray(0, 32), Buffer.from(turned, 'hex')]).toString('base64url');
}

describe('each profile', () => {
  const profiles = [
    ['okta', { cid: 'c' }, {}],
    ['generic', {}, {}],
    ['github', { run_id: '1', check_run_id: '2' }, {}],
    ['gitlab', { pipeline_id: '1', job_id: '2' }, {}],
    ['buildkite', { build_number: 1, job_id: '2' }, {}],
    ['development', { client_id: 'c', jti: 'j' }, { typ: 'at+jwt' }],
  ] as const;

  test.each(profiles)(
    '%s takes tokens for this gateway and no others, nor ID tokens in their place',
    async (profile, own, header) => {
      const key = await newKey('k1', profile === 'development' ? 'ES256' : 'RS256');
      const { fetch } = new FakeNetwork([key.jwk]);
      const strict = createVerifier([issuerOf(profile, GENERIC)], { now: () => now, fetch });
      const verdict = async (more: Claims) => {
        const claims = { iss: GENERIC, aud: 'api://auditorium', exp: NOW + 60, sub: 's', ...own, ...more };
        const verified = strict.verify(await sign(key, claims, header));
        return verified.then(() => 'accepted').catch((error) => error.code);
      };
      const access = !['github', 'gitlab', 'buildkite'].includes(profile);
      expect([
        await verdict({}),
        await verdict({ aud: 'api://other' }),
        await verdict({ nonce: 'n' }),
      ]).toEqual(['accepted', 'WRONG_AUDIENCE', access ? 'ID_TOKEN' : 'accepted']);
      strict.close();
    },
  );
});
