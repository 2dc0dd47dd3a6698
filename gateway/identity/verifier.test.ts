import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import type { IssuerConfig } from './issuer-config.ts';
import {
  AGENT,
  type Claims,
  FakeNetwork,
  GENERIC,
  GITHUB,
  issuerOf,
  JOB,
  newKey,
  NOW,
  OKTA,
  sign,
  type SigningKey,
  TRUSTED,
} from './testing/tokens.ts';
import { createVerifier, type Verifier } from './verifier.ts';

let rsa: SigningKey;
let network: FakeNetwork;
let now: number;
let verifier: Verifier;

beforeAll(async () => {
  rsa = await newKey('k1');
});

beforeEach(() => {
  network = new FakeNetwork([rsa.jwk]);
  now = NOW * 1000;
  verifier = createVerifier(TRUSTED, { now: () => now, fetch: network.fetch });
});

describe('what is accepted', () => {
  test('an Okta access token identifies the agent', async () => {
    const token = await sign(rsa, AGENT);
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
    expect(network.requests).toEqual([`${OKTA}/.well-known/openid-configuration`, `${OKTA}/keys`]);
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
    const token = await sign(rsa, claims, { typ: 'application/at+JWT' });
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
    const token = await sign(rsa, JOB, { typ: 'JWT' });
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
    const [who, where] = [await sign(rsa, { ...AGENT, exp: NOW + 86_400 }), await sign(rsa, JOB)];
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
    const grouped = createVerifier([issuerOf('okta', OKTA, { groups: ['okta', 'ci-agents'] })], {
      now: () => now,
      fetch: network.fetch,
    });
    expect((await grouped.verify(await sign(rsa, AGENT))).identity.groups).toEqual([
      'ci-agents',
      'Data Team',
      'okta',
    ]);
  });

  test.each<readonly [string, Partial<IssuerConfig>, Claims, readonly string[]]>([
    ['in a list', {}, { groups: ['a', 'b c', 7, ''] }, ['a', 'b c']],
    ['as one text, which is one group', {}, { groups: 'Data Team' }, ['Data Team']],
    [
      'as one text with a separator',
      { groupsClaim: { path: ['scope'], separator: ' ' } },
      { scope: 'a  b' },
      ['a', 'b'],
    ],
    [
      'within other claims',
      { groupsClaim: { path: ['realm_access', 'roles'], separator: null } },
      { groups: ['elsewhere'], realm_access: { roles: ['a'] } },
      ['a'],
    ],
    [
      'under a name of every object',
      { groupsClaim: { path: ['constructor', 'name'], separator: null } },
      {},
      [],
    ],
    ['nowhere', {}, {}, []],
  ])('groups may be %s', async (_name, config, claims, groups) => {
    const grouped = createVerifier([issuerOf('generic', GENERIC, config)], {
      now: () => now,
      fetch: network.fetch,
    });
    const token = { iss: GENERIC, aud: 'api://auditorium', exp: NOW + 60, sub: 's', ...claims };
    expect((await grouped.verify(await sign(rsa, token))).identity.groups).toEqual(groups);
  });

  test('Okta tells the person behind a client', async () => {
    const { identity } = await verifier.verify(await sign(rsa, { ...AGENT, uid: '00uAda' }));
    expect([identity.userId, identity.clientId, identity.subject]).toEqual([
      '00uAda',
      '0oaDeployer',
      'ci-deployer',
    ]);
  });

  test('clocks may differ by a minute', async () => {
    await verifier.verify(await sign(rsa, { ...AGENT, exp: NOW - 59 }));
    await verifier.verify(await sign(rsa, { ...AGENT, nbf: NOW + 60 }));
  });

  test('keys are fetched once for many tokens', async () => {
    await Promise.all(
      [1, 2, 3].map(async (id) => verifier.verify(await sign(rsa, { ...AGENT, jti: `AT.${id}` }))),
    );
    expect(network.requests).toHaveLength(2);
  });
});
