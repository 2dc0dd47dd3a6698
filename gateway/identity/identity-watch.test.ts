import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { IdentityEnd } from './identity-watch.ts';
import type { IssuerConfig } from './issuer-config.ts';
import { TestTime } from './testing/time.ts';
import {
  AGENT,
  FakeNetwork,
  GITHUB,
  issuerOf,
  JOB,
  newKey,
  NOW,
  OKTA,
  sign,
  type SigningKey,
} from './testing/tokens.ts';
import { createVerifier } from './verifier.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let key: SigningKey;
let time: TestTime;

beforeAll(async () => {
  key = await newKey('k1');
});

beforeEach(() => {
  time = new TestTime();
});

/** After how many ms a session with this password ends, when it does within `patience`. */
async function lifetimeOf(
  password: string,
  issuers: readonly IssuerConfig[],
  patience = 2 * DAY,
): Promise<readonly [number, IdentityEnd['why']] | null> {
  const verifier = createVerifier(issuers, {
    now: time.now,
    after: time.after,
    fetch: new FakeNetwork([key.jwk]).fetch,
  });
  const began = time.now();
  let end: readonly [number, IdentityEnd['why']] | null = null;
  const ended = ({ why }: IdentityEnd) => (end = [time.now() - began, why]);
  verifier.watch(await verifier.verify(password), { checked: () => {}, ended });
  await time.pass(patience);
  verifier.close();
  return end;
}

const okta = (lifetime: IssuerConfig['lifetime']) => issuerOf('okta', OKTA, { lifetime });
const github = (lifetime: IssuerConfig['lifetime']) => issuerOf('github', GITHUB, { lifetime });

test('a session ends with its token, give or take what clocks may differ', async () => {
  expect(await lifetimeOf(await sign(key, AGENT), [okta('exp')])).toEqual([61 * MINUTE, 'expired']);
});

test('a session ends after so long, whenever its token expires', async () => {
  const lasting = await sign(key, { ...AGENT, exp: NOW + 86_400 });
  expect([
    await lifetimeOf(lasting, [okta({ max: 5 * MINUTE })]),
    await lifetimeOf(await sign(key, { ...JOB, exp: NOW + 3 * 86_400 }), [github({ max: 8 * 60 * MINUTE })]),
  ]).toEqual([
    [5 * MINUTE, 'expired'],
    [480 * MINUTE, 'expired'],
  ]);
});

test.each<readonly [string, IssuerConfig['lifetime'], IssuerConfig['lifetime'], number]>([
  ['who it is, when that ends first', 'exp', { max: 8 * 60 * MINUTE }, 61 * MINUTE],
  ['which job it is, when that ends first', { max: DAY }, { max: 60 * MINUTE }, 60 * MINUTE],
  ['which job it is, when that is to end with its token', { max: DAY }, 'exp', 6 * MINUTE],
])('with two tokens a session ends with %s', async (_name, who, where, ms) => {
  const pair = `${await sign(key, AGENT)},${await sign(key, JOB)}`;
  expect(await lifetimeOf(pair, [okta(who), github(where)])).toEqual([ms, 'expired']);
});

test('a lifetime longer than a timer can be is kept', async () => {
  const eternal = await sign(key, { ...AGENT, exp: NOW + 60 * 86_400 });
  expect(await lifetimeOf(eternal, [okta({ max: 40 * DAY })], 41 * DAY)).toEqual([40 * DAY, 'expired']);
});
