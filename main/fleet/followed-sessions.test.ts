/** Who a session is read from, and what no gateway can do about it. */
import { expect, test } from 'vitest';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionId, SessionRow } from '../../shared/api/session.ts';
import { CommandError } from '../failure.ts';
import type { FleetNews } from './fleet.ts';
import { FollowedSessions } from './followed-sessions.ts';

const ID = 'a'.repeat(32) as SessionId;

const ROW: SessionRow = {
  id: ID,
  started: 1,
  ended: null,
  outcome: 'live',
  reason: null,
  connection: 'shop',
  user: 'agent',
  dbUser: null,
  applicationName: '',
  clientAddress: '',
  identity: null,
  ci: null,
  ciMismatch: null,
  statements: 1,
  rows: 0,
  errors: 0,
  bytes: 0,
  events: 3,
  denied: 0,
  held: 0,
  masked: 0,
  policy: null,
  imported: null,
  verbs: [],
};

interface Situation {
  /** What the archive has. */
  readonly archived: SessionRow | null;
  /** What the gateway answers. */
  readonly answer: () => unknown;
}

function followed({ archived, answer }: Situation) {
  const asked: string[] = [];
  let tell: (news: FleetNews) => void = () => undefined;
  const clock = { now: 1_000_000 };
  const base: Partial<ArchiveReader> = {
    session: async () => archived,
    segment: async () => Uint8Array.of(1),
    recordingKey: async () => 'archive',
  };
  const sessions = new FollowedSessions({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is asked here
    base: base as ArchiveReader,
    fleet: {
      recent: () => ({ gateway: 'gw-1', connection: 'shop' }),
      async read(gateway, _session, { what }, token) {
        asked.push(`${gateway} ${what} ${token}`);
        return answer();
      },
      listen(listener) {
        tell = listener;
        return () => undefined;
      },
    },
    token: async () => 'lea',
    now: () => clock.now,
  });
  return { sessions, asked, clock, tell: (news: FleetNews) => tell(news) };
}

const refuses = (code: ConstructorParameters<typeof CommandError>[0]) => () => {
  throw new CommandError(code, 'because');
};

test('one that the archive has to its end is read from there, whatever a gateway says of it', async () => {
  const whole: SessionRow = { ...ROW, ended: 2, outcome: 'completed' };
  const { sessions, asked } = followed({ archived: whole, answer: () => ({ ...ROW, statements: 9 }) });
  expect([await sessions.session(ID), await sessions.segment(ID, 0), asked]).toEqual([
    whole,
    Uint8Array.of(1),
    [],
  ]);
});

test('one that runs is read from its gateway, by the person’s own token', async () => {
  const { sessions, asked } = followed({ archived: ROW, answer: () => ({ ...ROW, statements: 9 }) });
  expect([await sessions.session(ID), asked]).toEqual([
    { ...ROW, statements: 9, followed: { gateway: 'gw-1', why: null } },
    ['gw-1 session lea'],
  ]);
});

test('no gateway names the recording of another', async () => {
  const { sessions } = followed({ archived: null, answer: () => 'archive' });
  expect(await sessions.recordingKey(ID)).toMatch(/^[0-9a-f]{64}$/);
});

test('what a gateway refuses is read from the archive, said so; where that has nothing, it is told', async () => {
  const some = followed({ archived: ROW, answer: refuses('FORBIDDEN') });
  const none = followed({ archived: null, answer: refuses('FORBIDDEN') });
  const young = followed({ archived: null, answer: refuses('SESSION_NOT_FOUND') });
  expect([
    await some.sessions.session(ID),
    await some.sessions.segment(ID, 0),
    await none.sessions.session(ID).catch((error: unknown) => error),
    await young.sessions.session(ID).catch((error: unknown) => error),
  ]).toEqual([
    { ...ROW, followed: { gateway: 'gw-1', why: 'because' } },
    Uint8Array.of(1),
    expect.objectContaining({ code: 'FORBIDDEN', message: 'because' }),
    expect.objectContaining({ code: 'NOT_FOUND', message: 'because' }),
  ]);
});

test.each([
  ['no row', { id: 7 }],
  ['nothing', undefined],
  ['another thing', 'x'.repeat(1_000)],
])('a gateway that answers with %s is read no further', async (_, answer) => {
  const { sessions } = followed({ archived: ROW, answer: () => answer });
  expect((await sessions.session(ID))?.followed?.why).toBe(
    'what the gateway gw-1 answered is not understood',
  );
});

test('windows hear that a session grew only while somebody looks at it', async () => {
  const { sessions, clock, tell } = followed({ archived: ROW, answer: () => ROW });
  const window = sessions.follow();
  tell({ kind: 'sessions', ids: [ID] });
  const before = window.take();
  await sessions.session(ID);
  tell({ kind: 'sessions', ids: [ID, 'b'.repeat(32)] });
  const looking = window.take();
  clock.now += 61_000;
  tell({ kind: 'sessions', ids: [ID] });
  expect([before, looking, window.take()]).toEqual([[], [ID], []]);
});
