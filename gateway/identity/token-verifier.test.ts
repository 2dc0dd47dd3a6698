import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from './testing/refusal.ts';
import {
  AGENT,
  encoded,
  FakeNetwork,
  GENERIC,
  JOB,
  newKey,
  NOW,
  sign,
  type SigningKey,
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

describe('what is refused by keys and claims', () => {
  const cases: readonly (readonly [string, string, () => Promise<string>])[] = [
    [
      'a payload that was changed',
      'BAD_SIGNATURE',
      async () => (await sign(rsa, AGENT)).replace(/\.[^.]*\./, `.${encoded({ ...AGENT, sub: 'admin' })}.`),
    ],
    ['a signature by another key', 'BAD_SIGNATURE', () => sign(other, AGENT)],
    ['a key the issuer does not have', 'UNKNOWN_KEY', () => sign(rsa, AGENT, { kid: 'k2' })],
    ['an audience that is not ours', 'WRONG_AUDIENCE', () => sign(rsa, { ...AGENT, aud: 'api://other' })],
    ['no audience', 'CLAIM_MISSING', async () => sign(rsa, { ...AGENT, aud: undefined })],
    ['no expiry', 'CLAIM_MISSING', () => sign(rsa, { ...AGENT, exp: undefined })],
    ['an expiry that is text', 'CLAIM_MISSING', () => sign(rsa, { ...AGENT, exp: '2099' })],
    ['no subject', 'CLAIM_MISSING', () => sign(rsa, { ...AGENT, sub: undefined })],
    ['an empty subject', 'CLAIM_MISSING', () => sign(rsa, { ...AGENT, sub: '' })],
    ['a subject that is no text', 'CLAIM_MISSING', () => sign(rsa, { ...AGENT, sub: 7 })],
    ['no client of Okta', 'CLAIM_MISSING', () => sign(rsa, { ...AGENT, cid: undefined })],
    ['an ID token by its nonce', 'ID_TOKEN', () => sign(rsa, { ...AGENT, nonce: 'n' })],
    ['an ID token by its at_hash', 'ID_TOKEN', () => sign(rsa, { ...AGENT, at_hash: 'h' })],
    ["an ID token by Okta's jti", 'ID_TOKEN', () => sign(rsa, { ...AGENT, jti: 'ID.one' })],
    [
      "an ID token by Keycloak's typ",
      'ID_TOKEN',
      () => sign(rsa, { iss: GENERIC, aud: 'api://auditorium', exp: NOW + 60, sub: 's', typ: 'ID' }),
    ],
    [
      'an ID token by an audience that is its client',
      'ID_TOKEN',
      () => sign(rsa, { ...AGENT, aud: ['api://auditorium', AGENT.cid] }),
    ],
    ['a CI token of a stranger', 'CLAIM_REFUSED', () => sign(rsa, { ...JOB, repository_owner_id: '666' })],
    [
      'a CI token that names no owner',
      'CLAIM_REFUSED',
      () => sign(rsa, { ...JOB, repository_owner_id: undefined }),
    ],
    ['a CI token that names no job', 'CLAIM_MISSING', () => sign(rsa, { ...JOB, run_id: undefined })],
    [
      'a second token that attests no job',
      'NOT_A_CI_TOKEN',
      async () => `${await sign(rsa, AGENT)},${await sign(rsa, AGENT)}`,
    ],
    [
      'a second token that has expired',
      'EXPIRED',
      async () => `${await sign(rsa, AGENT)},${await sign(rsa, { ...JOB, exp: NOW - 61 })}`,
    ],
  ];
  test.each(cases)('%s: %s', async (_name, code, token) => {
    expect((await refusal(verifier, await token())).code).toBe(code);
  });
});

describe('what a refusal says', () => {
  test('how long ago a token expired, and when', async () => {
    expect((await refusal(verifier, await sign(rsa, { ...AGENT, exp: NOW - 300 }))).message).toBe(
      'the token expired 5 minutes ago (at 2026-11-22T06:55:00.000Z); get a new one',
    );
    expect((await refusal(verifier, await sign(rsa, { ...AGENT, exp: NOW - 61 }))).message).toContain(
      'expired 1 minute ago',
    );
    expect((await refusal(verifier, await sign(rsa, { ...AGENT, exp: 0 }))).message).toContain(
      'days ago (at 1970-01-01T00:00:00.000Z)',
    );
  });

  test('when a token will be valid', async () => {
    expect((await refusal(verifier, await sign(rsa, { ...AGENT, nbf: NOW + 7200 }))).message).toBe(
      'the token is valid only in 2 hours (from 2026-11-22T09:00:00.000Z); check the clocks',
    );
  });

  test('whom a token is for and whom it should be for', async () => {
    expect((await refusal(verifier, await sign(rsa, { ...AGENT, aud: ['api://other', 'b'] }))).message).toBe(
      'the token is for "api://other", "b"; request one with the audience "api://auditorium"',
    );
  });

  test('which of two tokens it is about', async () => {
    const [who, where] = [await sign(rsa, AGENT), await sign(rsa, { ...JOB, exp: NOW - 3600 })];
    expect((await refusal(verifier, `${who},${where}`)).message).toMatch(
      /^the second token \(the CI job\) expired 1 hour ago/,
    );
    expect((await refusal(verifier, `${where},${who}`)).message).toMatch(
      /^the first token \(who\) expired 1 hour ago/,
    );
  });

  test('claims are quoted printable and cut to length', async () => {
    const { message } = await refusal(
      verifier,
      await sign(rsa, { ...AGENT, iss: `\u001b[2J${'x'.repeat(500)}` }),
    );
    expect(message).toBe(
      `the token was issued by "?[2J${'x'.repeat(116)}…", which this gateway does not trust`,
    );
  });
});
