import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Approvals, type Ballot } from './approvals.ts';
import type { HeldStatement, OpenHold, Vote } from './hold.ts';
import { RequestNumbers } from './numbers.ts';
import { decider, FakeClock, held } from './testing/held.ts';

let folder: string;
let clock: FakeClock;
let approvals: Approvals;
let told: string[];
let recorded: [string, Vote][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'approvals-'));
  clock = new FakeClock();
  told = [];
  recorded = [];
  approvals = start();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The registry of a gateway that starts, again where one ran before. */
function start(): Approvals {
  return new Approvals({
    worker: 0,
    numbers: new RequestNumbers(join(folder, 'requests-0'), 0),
    clock,
    tell: ({ id, state }, what) => told.push(`${id} ${what} ${state}`),
  });
}

function open(other: Partial<HeldStatement> = {}): OpenHold {
  return approvals.open(held(other), (id, vote) => recorded.push([id, vote]));
}

function terms(other: Partial<HeldStatement['terms']>): Partial<HeldStatement> {
  return { terms: { ...held().terms, ...other } };
}

const APPROVE: Omit<Ballot, 'id'> = { verdict: 'approve', reason: '', decider: decider() };
const REJECT: Omit<Ballot, 'id'> = { verdict: 'reject', reason: 'no WHERE', decider: decider() };
const BOB = decider({ subject: 'bob', name: null, fingerprint: 'ef'.repeat(32) });

/** Code and words of the error that a vote ends with. */
function refusal(ballot: Ballot): unknown {
  try {
    return approvals.vote(ballot);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return [code, message];
  }
}

describe('a held statement', () => {
  test('goes on when a reviewer approves', async () => {
    const { id, deadline, ended } = open();
    const row = approvals.vote({ id, ...APPROVE, reason: 'as agreed' });
    expect([id, deadline, await ended, row.state, clock.waiting, told]).toEqual([
      '1',
      clock.now() + 60_000,
      { outcome: 'approved', reason: 'approved by Ada L.: as agreed' },
      'approved',
      0,
      ['1 opened pending', '1 ended approved'],
    ]);
  });

  test('is refused when a reviewer rejects, though others have approved', async () => {
    const { id, ended } = open(terms({ quorum: 3 }));
    approvals.vote({ id, ...APPROVE });
    approvals.vote({ id, ...REJECT, decider: BOB });
    expect([await ended, told]).toEqual([
      { outcome: 'rejected', reason: 'rejected by bob: no WHERE' },
      ['1 opened pending', '1 voted pending', '1 ended rejected'],
    ]);
  });

  test('waits for as many as its quorum says', async () => {
    const { id, ended } = open(terms({ quorum: 2 }));
    expect(approvals.vote({ id, ...APPROVE }).state).toBe('pending');
    expect(approvals.vote({ id, ...APPROVE, decider: BOB }).state).toBe('approved');
    expect(await ended).toEqual({ outcome: 'approved', reason: 'approved by Ada L. and bob' });
  });

  test('is refused when nobody decides in time', async () => {
    const { ended } = open();
    clock.pass(59_999);
    expect(told).toEqual(['1 opened pending']);
    clock.pass(1);
    expect(await ended).toEqual({ outcome: 'timeout', reason: 'no decision in time' });
  });

  test('is refused when too few decide in time', async () => {
    const { id, ended } = open(terms({ quorum: 2 }));
    approvals.vote({ id, ...APPROVE });
    clock.pass(60_000);
    expect(await ended).toEqual({ outcome: 'timeout', reason: 'only 1 of 2 approvals in time' });
  });

  test('may be held for longer than a timer of Node lasts', async () => {
    const month = 31 * 86_400_000;
    const { ended } = open(terms({ timeout: month }));
    clock.pass(month - 1);
    expect(told).toEqual(['1 opened pending']);
    clock.pass(1);
    expect((await ended).outcome).toBe('timeout');
  });

  test('is given up with its session', async () => {
    const hold = open();
    const { id, ended } = hold;
    hold.abandon('the agent is gone');
    hold.abandon('again');
    expect([await ended, clock.waiting, refusal({ id, ...APPROVE })]).toEqual([
      { outcome: 'abandoned', reason: 'the agent is gone' },
      0,
      ['NO_LONGER_HELD', '1 is no longer held: the agent is gone'],
    ]);
  });

  test('is given up when the gateway ends, and none is held from then on', async () => {
    const { ended } = open();
    approvals.close('the gateway is shutting down');
    const late = open();
    const outcome = { outcome: 'abandoned', reason: 'the gateway is shutting down' };
    expect([await ended, await late.ended, clock.waiting]).toEqual([outcome, outcome, 0]);
  });

  test('shows that what was approved was no longer what would have run', () => {
    const hold = open();
    const { id } = hold;
    hold.changed('not yet');
    approvals.vote({ id, ...APPROVE });
    hold.changed('search_path changed');
    const { state, outcome } = approvals.show(id);
    expect([state, outcome, told.at(-1)]).toEqual([
      'changed',
      'approved by Ada L., but refused: search_path changed',
      '1 ended changed',
    ]);
  });
});

describe('a decision', () => {
  test('is recorded before it counts', () => {
    const { id } = open();
    approvals.vote({ id, ...REJECT });
    const { issuer, subject, userId, name, groups, fingerprint } = decider();
    const by = { issuer, subject, userId, name, groups, fingerprint };
    expect(recorded).toEqual([['1', { verdict: 'reject', by, reason: 'no WHERE', at: clock.now() }]]);
  });

  test('that cannot be recorded does not count', () => {
    let failing = true;
    const { id } = approvals.open(held(), () => {
      if (failing) throw new Error('disk full');
    });
    const failed = refusal({ id, ...APPROVE });
    expect([failed, approvals.show(id).votes]).toEqual([
      ['NOT_RECORDED', 'the decision on 1 could not be recorded'],
      [],
    ]);
    failing = false;
    expect(approvals.vote({ id, ...APPROVE }).state).toBe('approved');
  });

  test('during whose recording the session ends does not count', async () => {
    const hold: OpenHold = approvals.open(held(), () => hold.abandon('the disk failed'));
    expect([refusal({ id: hold.id, ...APPROVE }), (await hold.ended).outcome]).toEqual([
      ['NO_LONGER_HELD', '1 is no longer held: the disk failed'],
      'abandoned',
    ]);
  });

  test('by one who has voted before names the first', () => {
    const { id } = open(terms({ quorum: 2 }));
    approvals.vote({ id, ...APPROVE });
    const again = decider({ fingerprint: '99'.repeat(32) });
    expect([refusal({ id, ...REJECT, decider: again }), recorded.length]).toEqual([
      ['VOTED', 'Ada L. has voted on 1 before, to approve it'],
      1,
    ]);
  });

  test('by one person with two subjects counts once', () => {
    const { id } = open(terms({ quorum: 2 }));
    approvals.vote({ id, ...APPROVE, decider: decider({ userId: '00u1' }) });
    const other = decider({ subject: 'ada@example.com', userId: '00u1' });
    expect(refusal({ id, ...APPROVE, decider: other })).toEqual([
      'VOTED',
      'Ada L. has voted on 1 before, to approve it',
    ]);
  });

  test('on what was decided says how', () => {
    const { id } = open();
    approvals.vote({ id, ...REJECT });
    expect(refusal({ id, ...APPROVE, decider: BOB })).toEqual([
      'DECIDED',
      '1 was decided before: rejected by Ada L.: no WHERE',
    ]);
  });

  test('that comes late is too late, even where the timer is later still', async () => {
    const { id, ended } = open();
    clock.pass(60_000, true);
    const late = ['TIMED_OUT', 'too late, 1 was refused: no decision in time'];
    expect([refusal({ id, ...APPROVE }), (await ended).outcome, refusal({ id, ...APPROVE })]).toEqual([
      late,
      'timeout',
      late,
    ]);
  });

  test('to reject takes a reason', () => {
    const { id } = open();
    expect([refusal({ id, ...REJECT, reason: ' ' }), recorded]).toEqual([
      ['REASON_MISSING', 'say why it is rejected: the agent is told'],
      [],
    ]);
  });

  test('takes somebody who may decide, and leaves no trace else', () => {
    const { id } = open();
    const stranger = decider({ groups: ['guests'] });
    expect([refusal({ id, ...APPROVE, decider: stranger }), recorded]).toEqual([
      ['NOT_AN_APPROVER', 'Ada L. may not decide on this: it takes a member of dba'],
      [],
    ]);
  });

  test('on what never was, or was before the gateway started again, says which', () => {
    open();
    approvals = start();
    expect([refusal({ id: '1', ...APPROVE }), refusal({ id: '4711', ...APPROVE })]).toEqual([
      ['NO_LONGER_HELD', '1 is no longer held: its session ended'],
      ['NO_SUCH_REQUEST', 'there is no request 4711'],
    ]);
    expect(Number(open().id)).toBeGreaterThan(1);
  });
});

describe('the list', () => {
  test('has what is pending, then what ended, the newest first, and forgets the oldest', () => {
    open();
    open();
    for (let ended = 0; ended < 101; ended++) open().abandon('gone');
    const ids = approvals.list().map(({ id }) => Number(id));
    expect([ids.slice(0, 4), ids.at(-1), ids.length]).toEqual([[2, 1, 103, 102], 4, 102]);
    expect(refusal({ id: '3', ...APPROVE })).toEqual([
      'NO_LONGER_HELD',
      '3 is no longer held: it ended long ago',
    ]);
  });
});
