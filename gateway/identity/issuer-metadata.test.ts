import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from './testing/refusal.ts';
import {
  AGENT,
  FakeNetwork,
  issuerOf,
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

describe('an issuer out of reach', () => {
  test.each<readonly [string, FakeNetwork['answer']]>([
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
    const token = await sign(rsa, AGENT);
    const working = network.answer;
    network.answer = broken;
    expect((await refusal(verifier, token)).code).toBe('ISSUER_UNREACHABLE');
    network.answer = working;
    now += 5000; // failures are shared for a moment
    expect((await verifier.verify(token)).identity.subject).toBe('ci-deployer');
  });

  test('the refusal says why and what to do', async () => {
    network.answer = () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }));
    expect((await refusal(verifier, await sign(rsa, AGENT))).message).toBe(
      `the keys of ${OKTA} could not be fetched (connect ECONNREFUSED 127.0.0.1:1); try again, and if it stays so tell who runs the gateway`,
    );
  });

  test('metadata of OAuth serves where there is none of OpenID', async () => {
    network.answer = (url) => {
      if (url === 'https://acme.okta.com/.well-known/oauth-authorization-server/oauth2/default') {
        return Response.json({ issuer: OKTA, jwks_uri: `${OKTA}/keys` });
      }
      return url.endsWith('/keys') ? Response.json({ keys: [rsa.jwk] }) : new Response('', { status: 404 });
    };
    expect((await verifier.verify(await sign(rsa, AGENT))).identity.subject).toBe('ci-deployer');
  });

  test('closing ends a request under way', async () => {
    const stuck = createVerifier([issuerOf('okta', OKTA)], {
      now: () => now,
      fetch: (_input, init) =>
        new Promise((_resolve, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('closed'))),
        ),
    });
    const waiting = stuck.verify(await sign(rsa, AGENT));
    stuck.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ISSUER_UNREACHABLE' });
  });
});
