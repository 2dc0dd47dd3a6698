import { expect, test } from 'vitest';
import { GROUPS } from './testing/test-team.ts';
import type { SignedInPerson } from './session.ts';
import { Sessions } from './sessions.ts';

const MINUTE = 60_000;

const signedIn = (changes: Partial<SignedInPerson['person']> = {}): SignedInPerson => ({
  person: {
    issuer: 'https://issuer',
    subject: 'ada',
    name: 'Ada',
    groups: ['security'],
    expires: 5 * MINUTE,
    renewable: true,
    ...changes,
  },
  accessToken: 'token',
  refreshToken: 'refresh',
  idToken: null,
});

/** Sessions at time 0 whose tokens are renewed as said. */
function sessionsOf(renew: () => Promise<SignedInPerson | null>) {
  const clock = { now: 0 };
  const sessions = new Sessions({
    roles: GROUPS,
    idle: 30 * MINUTE,
    lifetime: 60 * MINUTE,
    renew,
    now: () => clock.now,
  });
  return { sessions, clock };
}

test('a session that is used goes on to the end of its lifetime, one that is not ends before', async () => {
  const { sessions, clock } = sessionsOf(async () => signedIn({ expires: Infinity }));
  const [used, unused] = [sessions.begin(signedIn()), sessions.begin(signedIn())];
  const seen: boolean[] = [];
  for (clock.now = 0; clock.now < 70 * MINUTE; clock.now += 10 * MINUTE)
    seen.push((await sessions.use(used.secret)) !== null);
  await sessions.sweep();
  expect([seen, await sessions.use(unused.secret), unused.session.standing.aborted, sessions.size]).toEqual([
    [true, true, true, true, true, true, false],
    null,
    true,
    0,
  ]);
});

test('nobody knows a session but by its whole secret', async () => {
  const { sessions } = sessionsOf(async () => null);
  const { secret } = sessions.begin(signedIn());
  const found = [secret, `${secret}x`, secret.slice(1), '', null].map((one) => sessions.find(one) !== null);
  expect(found).toEqual([true, false, false, false, false]);
});

test('a token is renewed before it ends, once for all who ask', async () => {
  let asked = 0;
  const { sessions, clock } = sessionsOf(async () => {
    asked++;
    return signedIn({ expires: clock.now + 5 * MINUTE });
  });
  const { secret, session } = sessions.begin(signedIn());
  clock.now = 4 * MINUTE + 1;
  await Promise.all([sessions.use(secret), sessions.use(secret), sessions.sweep()]);
  expect([asked, session.signedIn.person.expires]).toEqual([1, 9 * MINUTE + 1]);
});

test('what the issuer gives no token for any more is over, with all that goes on in it', async () => {
  const { sessions, clock } = sessionsOf(async () => null);
  const { secret, session } = sessions.begin(signedIn());
  const { standing } = session;
  clock.now = 4 * MINUTE;
  await sessions.sweep();
  expect([await sessions.use(secret), standing.aborted, [...session.may]]).toEqual([null, true, []]);
});

test('an issuer that does not answer ends nobody before their token does', async () => {
  const { sessions, clock } = sessionsOf(() => Promise.reject(new Error('unreachable')));
  const { secret } = sessions.begin(signedIn());
  clock.now = 5 * MINUTE - 1;
  const before = await sessions.use(secret);
  clock.now = 5 * MINUTE;
  expect([before !== null, await sessions.use(secret)]).toEqual([true, null]);
});

test('who is in other groups than before may what those may, and what was begun before ends', async () => {
  const { sessions, clock } = sessionsOf(async () =>
    signedIn({ groups: ['everyone'], expires: clock.now + 5 * MINUTE }),
  );
  const { secret, session } = sessions.begin(signedIn());
  const { standing } = session;
  const before = session.may.has('archive:export');
  clock.now = 5 * MINUTE;
  await sessions.use(secret);
  expect([before, standing.aborted, session.may.has('archive:export'), session.roles]).toEqual([
    true,
    true,
    false,
    ['viewer'],
  ]);
  expect(session.standing.aborted).toBe(false);
});

test('a person has ten windows at most: the one used longest ago gives way', async () => {
  const { sessions, clock } = sessionsOf(async () => null);
  const begun = Array.from({ length: 10 }, () => {
    clock.now++;
    return sessions.begin(signedIn({ expires: Infinity }));
  });
  const other = sessions.begin(signedIn({ subject: 'bo', expires: Infinity }));
  clock.now++;
  await sessions.use(begun[0]?.secret ?? null);
  sessions.begin(signedIn({ expires: Infinity }));
  expect([...begun, other].map(({ session }) => session.isOver)).toEqual(
    Array.from({ length: 11 }, (_, i) => i === 1),
  );
});
