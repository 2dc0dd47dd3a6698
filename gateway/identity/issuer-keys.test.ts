import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { mintToken } from '../../main/commands/token.ts';
import { startDevelopmentIssuer } from './issuer.ts';
import { runtimeFileOf } from './issuer-files.ts';
import { HttpIssuer, json } from './testing/http-issuer.ts';
import { refusal } from './testing/refusal.ts';
import { TestTime } from './testing/time.ts';
import { issuerOf, newKey, NOW, sign, type SigningKey } from './testing/tokens.ts';
import { createVerifier, type Verifier } from './verifier.ts';

const MINUTE = 60_000;

let [first, second, stranger]: SigningKey[] = [];
let issuer: HttpIssuer;
let time: TestTime;
let verifier: Verifier;

beforeAll(async () => {
  [first, second, stranger] = await Promise.all(['k1', 'k2', 'k3'].map((kid) => newKey(kid)));
});

beforeEach(async () => {
  issuer = await HttpIssuer.start([key(first).jwk]);
  time = new TestTime();
  verifier = createVerifier([issuerOf('generic', issuer.url)], time);
});

afterEach(async () => {
  verifier.close();
  await issuer[Symbol.asyncDispose]();
});

function key(made: SigningKey | undefined): SigningKey {
  if (made === undefined) throw new Error('no key was made');
  return made;
}

/** A token that the issuer signed with a key of its. */
function token(by: SigningKey | undefined, header: Record<string, unknown> = {}): Promise<string> {
  const claims = { iss: issuer.url, aud: 'api://auditorium', exp: NOW + 86_400, sub: 's' };
  return sign(key(by), claims, header);
}

async function verdict(password: string): Promise<string> {
  return verifier.verify(password).then(
    () => 'accepted',
    (error) => error.code,
  );
}

/** Waits for the background to have asked so often in all. */
function asked(times: number): Promise<void> {
  return vi.waitFor(() => expect(issuer.count('/jwks')).toBe(times), { interval: 5 });
}

describe('keys', () => {
  test('are refreshed before they are too old, without anybody waiting', async () => {
    await verifier.verify(await token(first));
    await time.pass(8 * MINUTE - 1);
    expect(issuer.count('/jwks')).toBe(1);
    await time.pass(1);
    await asked(2);
    expect(issuer.count('/.well-known/openid-configuration')).toBe(1);
  });

  test('that the issuer withdrew verify nothing after the next refresh', async () => {
    await verifier.verify(await token(first));
    issuer.keys = [key(second).jwk];
    await time.pass(8 * MINUTE);
    await asked(2);
    await vi.waitFor(async () => expect(await verdict(await token(first))).toBe('UNKNOWN_KEY'));
    expect(await verdict(await token(second))).toBe('accepted');
  });

  test('that are new are found when a token names them', async () => {
    await verifier.verify(await token(first));
    await time.pass(MINUTE);
    issuer.keys = [key(first).jwk, key(second).jwk];
    expect(await verdict(await token(second))).toBe('accepted');
    expect(issuer.count('/jwks')).toBe(2);
  });

  test('that nobody knows are asked for once in half a minute, however many tokens name them', async () => {
    await verifier.verify(await token(first));
    await time.pass(MINUTE);
    const [header = '', claims = '', signature = ''] = (await token(stranger)).split('.');
    const named = (kid: string) => {
      const said = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), kid };
      return `${Buffer.from(JSON.stringify(said)).toString('base64url')}.${claims}.${signature}`;
    };
    const verdicts = new Set<string>();
    for (let batch = 0; batch < 10; batch++) {
      const tokens = Array.from({ length: 1000 }, (_, at) => named(`made-up-${batch}-${at}`));
      for (const code of await Promise.all(tokens.map(verdict))) verdicts.add(code);
    }
    expect([[...verdicts], issuer.count('/jwks')]).toEqual([['UNKNOWN_KEY'], 2]);
    await time.pass(30_000);
    expect([await verdict(named('later')), issuer.count('/jwks')]).toEqual(['UNKNOWN_KEY', 3]);
  });

  test('two of one name, or a token that names none of several, let nobody in', async () => {
    issuer.keys = [key(first).jwk, { ...key(second).jwk, kid: 'k1' }];
    expect([await verdict(await token(first)), await verdict(await token(second, { kid: 'k1' }))]).toEqual([
      'UNKNOWN_KEY',
      'UNKNOWN_KEY',
    ]);
    expect((await refusal(verifier, await token(first, { kid: undefined }))).message).toBe(
      `${issuer.url} has several keys that the token may be signed with; it must name one (kid), and no two may bear one name`,
    );
  });

  test.each([
    ['a shared secret', { kty: 'oct', k: Buffer.alloc(32).toString('base64url'), kid: 'k1', alg: 'RS256' }],
    ['a key for encryption', { use: 'enc' }],
    ['a key for another algorithm', { alg: 'RS512' }],
    ['a modulus that is too short', { n: Buffer.alloc(64, 0xff).toString('base64url') }],
  ])('of which one is %s do not verify with it', async (_name, change) => {
    issuer.keys = [{ ...key(first).jwk, ...change }];
    expect(await verdict(await token(first))).toBe('UNKNOWN_KEY');
  });
});

describe('while an issuer is out of reach', () => {
  const down = () => issuer.handlers.set('/jwks', (_, response) => void response.writeHead(503).end());

  test('its keys serve until they are ten minutes old, then nobody new is let in, and there is no storm', async () => {
    await verifier.verify(await token(first));
    down();
    await time.pass(8 * MINUTE);
    for (const times of [2, 3, 4]) {
      await asked(times);
      await time.pass(MINUTE / 2);
    }
    await asked(5);
    await time.pass(MINUTE / 2 - 1);
    expect(await verdict(await token(first))).toBe('accepted');
    await time.pass(30 * MINUTE);
    const before = issuer.count('/jwks');
    const codes = await Promise.all(Array.from({ length: 500 }, async () => verdict(await token(first))));
    expect([...new Set(codes)]).toEqual(['ISSUER_UNREACHABLE']);
    expect(issuer.count('/jwks') - before).toBeLessThanOrEqual(1);
    expect((await refusal(verifier, await token(first))).message).toBe(
      `the keys of ${issuer.url} could not be fetched (its key set was answered with status 503); try again, and if it stays so tell who runs the gateway`,
    );
  });

  test('the first to come after it is back is let in', async () => {
    down();
    expect(await verdict(await token(first))).toBe('ISSUER_UNREACHABLE');
    issuer.handlers.clear();
    await time.pass(5000);
    expect(await verdict(await token(first))).toBe('accepted');
  });

  test('a session that lives goes on', async () => {
    const ends: string[] = [];
    const verified = await verifier.verify(await token(first));
    verifier.watch(verified, { checked: () => {}, ended: ({ why }) => ends.push(why) });
    down();
    await time.pass(60 * MINUTE);
    expect([await verdict(await token(first)), ends]).toEqual(['ISSUER_UNREACHABLE', []]);
  });

  test('one that no longer is configured is not asked any more', async () => {
    await verifier.verify(await token(first));
    verifier.configure([]);
    expect([await verdict(await token(first)), time.waiting]).toEqual(['UNKNOWN_ISSUER', 0]);
  });
});

describe('an answer that is', () => {
  test.each<readonly [string, Parameters<HttpIssuer['handlers']['set']>[1], string]>([
    ['endless', (_, response) => pour(response), 'its key set is larger than 524288 bytes'],
    [
      'a redirect, even to the same host',
      (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      'its key set was answered with status 302',
    ],
    ['not JSON', (_, response) => void response.end('<html>'), 'its key set is not a JSON object'],
    ['no object', (_, response) => json(response, []), 'its key set is not a JSON object'],
    [
      'a key set with two lists',
      (_, response) => void response.end('{"keys":[],"keys":[]}'),
      'its key set is not a JSON object',
    ],
    ['no key set', (_, response) => json(response, { keys: 1 }), 'its key set is malformed'],
  ])('%s lets nobody in', async (_name, handler, why) => {
    issuer.handlers.set('/jwks', handler);
    issuer.handlers.set('/elsewhere', (_, response) => json(response, { keys: [key(first).jwk] }));
    const { code, message } = await refusal(verifier, await token(first));
    expect([code, message]).toEqual(['ISSUER_UNREACHABLE', expect.stringContaining(`(${why})`)]);
    expect(issuer.count('/elsewhere')).toBe(0);
  });

  test('slow is waited for five seconds, to its last byte', { timeout: 10_000 }, async () => {
    issuer.handlers.set('/jwks', (_, response) => {
      const drip = setInterval(() => response.write(' '), 200);
      response.on('close', () => clearInterval(drip));
    });
    const began = performance.now();
    const { message } = await refusal(verifier, await token(first));
    expect(message).toContain('(no answer within 5 seconds)');
    expect(performance.now() - began).toBeLessThan(8000);
  });
});

/** More than any key set, as fast as it is taken. */
function pour(response: ServerResponse): void {
  const more = () => {
    while (response.write(Buffer.alloc(65_536, ' ')));
  };
  response.on('drain', more);
  response.on('error', () => {});
  more();
}

test('a real provider may rotate its keys while the gateway runs', async () => {
  const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'auditorium-rotation-'))));
  const [before = '', after = ''] = folders;
  const old = await startDevelopmentIssuer({ dir: before, port: 0, listeners: [] });
  const trusting = createVerifier([issuerOf('development', old.issuer, { audience: 'auditorium' })], time);
  try {
    const early = await mintToken({ runtimeFile: runtimeFileOf(before), sub: 'early' }, {});
    expect((await trusting.verify(early)).identity.subject).toBe('early');
    await old.close();
    const port = Number(new URL(old.issuer).port);
    const rotated = await startDevelopmentIssuer({ dir: after, port, listeners: [] });
    try {
      const late = await mintToken({ runtimeFile: runtimeFileOf(after), sub: 'late' }, {});
      await time.pass(MINUTE);
      expect((await trusting.verify(late)).identity.subject).toBe('late');
      await expect(trusting.verify(early)).rejects.toMatchObject({ code: 'UNKNOWN_KEY' });
    } finally {
      await rotated.close();
    }
  } finally {
    trusting.close();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  }
});
