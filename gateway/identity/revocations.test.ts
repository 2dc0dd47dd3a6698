import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IdentityEnd } from './identity-watch.ts';
import { Revocations, type Revocation } from './revocations.ts';
import { refusal } from './testing/refusal.ts';
import { TestTime } from './testing/time.ts';
import { AGENT, FakeNetwork, JOB, newKey, NOW, sign, TRUSTED, type SigningKey } from './testing/tokens.ts';
import { createVerifier, type Verifier } from './verifier.ts';

const HOUR = 3_600_000;

let key: SigningKey;
let folder: string;
let file: string;
let time: TestTime;
let verifier: Verifier;

beforeAll(async () => {
  key = await newKey('k1');
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-revocations-'));
  file = join(folder, 'revocations.json');
  time = new TestTime();
  verifier = start();
});

afterEach(async () => {
  verifier.close();
  await rm(folder, { recursive: true });
});

/** A gateway's verifier; its list is in {@link file}. */
function start(): Verifier {
  const { fetch } = new FakeNetwork([key.jwk]);
  return createVerifier(TRUSTED, {
    now: time.now,
    after: time.after,
    fetch,
    revocations: new Revocations(file),
  });
}

function revocation(by: Revocation['by'], value: string, hours = 1): Revocation {
  return { by, value, reason: 'leaked', author: 'ops', until: NOW * 1000 + hours * HOUR };
}

/** Opens a session; tells how it ends. */
async function open(password: string): Promise<IdentityEnd[]> {
  const ends: IdentityEnd[] = [];
  verifier.watch(await verifier.verify(password), { checked: () => {}, ended: (end) => ends.push(end) });
  return ends;
}

describe('revoking', () => {
  test.each<readonly [Revocation['by'], string, string]>([
    ['tokenId', AGENT.jti, 'the token'],
    ['subject', AGENT.sub, 'its subject'],
    ['clientId', AGENT.cid, 'its client'],
  ])('a %s ends its sessions and no others, and refuses new ones', async (by, value, what) => {
    const agent = await sign(key, AGENT);
    const [mine, also, others] = [await open(agent), await open(agent), await open(await sign(key, JOB))];
    expect(verifier.revoke(revocation(by, value))).toBe(2);
    const end = { why: 'revoked', message: `${what} was revoked by ops (leaked); this session ends` };
    expect([mine, also, others]).toEqual([[end], [end], []]);
    const { code, message } = await refusal(verifier, agent);
    expect([code, message]).toEqual(['REVOKED', `the token is refused: ${what} was revoked by ops (leaked)`]);
    expect(await open(await sign(key, JOB))).toEqual([]);
  });

  test('the token of a job ends the sessions that it attests', async () => {
    const ends = await open(`${await sign(key, AGENT)},${await sign(key, JOB)}`);
    expect(verifier.revoke(revocation('tokenId', JOB.jti))).toBe(1);
    expect(ends.map(({ why }) => why)).toEqual(['revoked']);
  });

  test('between a token’s verification and the session’s beginning ends it at once', async () => {
    const verified = await verifier.verify(await sign(key, AGENT));
    verifier.revoke(revocation('subject', AGENT.sub));
    const ends: string[] = [];
    verifier.watch(verified, { checked: () => {}, ended: ({ why }) => ends.push(why) });
    expect(ends).toEqual(['revoked']);
  });

  test('twice ends nothing twice', async () => {
    const ends = await open(await sign(key, AGENT));
    const first = verifier.revoke(revocation('subject', AGENT.sub));
    expect([first, verifier.revoke(revocation('subject', AGENT.sub)), ends.length]).toEqual([1, 0, 1]);
  });

  test('lasts as long as it says', async () => {
    verifier.revoke(revocation('subject', AGENT.sub, 0.5));
    const agent = await sign(key, AGENT);
    expect((await refusal(verifier, agent)).code).toBe('REVOKED');
    await time.pass(HOUR / 2);
    expect(await open(agent)).toEqual([]);
  });
});

describe('the list', () => {
  test('outlives the gateway, and forgets what no longer counts', async () => {
    verifier.revoke(revocation('subject', AGENT.sub));
    verifier.revoke(revocation('tokenId', 'old', 0.1));
    verifier.close();
    verifier = start();
    expect((await refusal(verifier, await sign(key, AGENT))).code).toBe('REVOKED');
    await time.pass(HOUR / 5);
    verifier.revoke(revocation('tokenId', 'new'));
    expect([JSON.parse(await readFile(file, 'utf8')), (await stat(file)).mode & 0o777]).toEqual([
      [revocation('subject', AGENT.sub), revocation('tokenId', 'new')],
      0o600,
    ]);
  });

  test('has one entry for a value, the latest', () => {
    const list = new Revocations();
    list.add(revocation('subject', 's', 1), NOW * 1000);
    list.add(revocation('subject', 's', 2), NOW * 1000);
    expect(list.entries(NOW * 1000)).toEqual([revocation('subject', 's', 2)]);
  });

  test.each(['', '{}', '[{"by":"nothing"}]'])('that is damaged stops the gateway: %j', async (content) => {
    await writeFile(file, content);
    expect(start).toThrow(`the list of revocations in ${file} cannot be read; mend or remove it`);
  });
});
