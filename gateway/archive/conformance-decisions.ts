/** What every archive must tell of policy's decisions and of what was masked. */
import { beforeAll, describe, expect, test } from 'vitest';
import { SessionId } from '../../shared/api/session.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import type { ArchiveReader, ArchiveWriter } from './archive.ts';
import { filterOf } from './conformance-story.ts';
import { errorResponse, type TestLog, type TestSession } from './testing.ts';

/** An archive that others wrote to before. */
interface Written {
  readonly log: TestLog;
  readonly writer: ArchiveWriter;
  readonly reader: ArchiveReader;
}

const refusal = { status: 'failed', sqlstate: '42501', answer: errorResponse('42501', 'denied by policy') };

/** A statement denied, four held, one let pass by observing, masked answers, and one that nobody decided on. */
export function recordDecisions({ log, writer }: Omit<Written, 'reader'>): TestSession[] {
  const session = log.session(20);
  const append = (...bodies: Uint8Array[]) => bodies.forEach((body) => writer.append(body));
  append(session.event('sessionOpened'), session.event('policyApplied', { mode: 'observe' }));
  append(session.event('policyApplied'));
  append(session.query('drop table kept'));
  append(session.decision({ effect: 'deny', rules: ['no-drop'], severity: 'critical' }));
  append(session.outcome(refusal));
  for (const outcome of ['approved', 'rejected', 'timeout']) {
    append(session.query(`delete from kept where is = '${outcome}'; select 1`));
    append(session.decision({ effect: 'hold', rules: ['where', 'big'], severity: 'high' }));
    // The hold is seen while it is open.
    writer.commit();
    append(session.holdEnded(outcome));
    append(
      ...(outcome === 'approved'
        ? [session.outcome({ transaction: null }), session.outcome({ ordinal: 1 })]
        : [session.outcome(refusal)]),
    );
  }
  append(session.query('select email, name from people'));
  append(session.decision({ rules: ['reads'], severity: 'info' }));
  append(session.columnsMasked(['public.people.email', 'public.people.name'], 'pii'));
  append(
    session.event('detected', {
      statement: session.statements,
      ordinal: 0,
      where: 'rows',
      detectors: ['card'],
      rules: ['cards'],
      counts: [3],
    }),
  );
  append(session.outcome({ rows: 2 }), session.query('select 2'), session.outcome());
  append(session.event('sessionClosed'));
  const observing = log.session(21);
  append(observing.event('sessionOpened'), observing.event('policyApplied', { mode: 'observe' }));
  append(observing.query('drop table kept'));
  append(observing.decision({ effect: 'deny', enforced: false, rules: ['no-drop'] }), observing.outcome());
  append(observing.query('truncate kept'), observing.decision({ effect: 'hold', rules: ['where'] }));
  writer.commit();
  return [session, observing];
}

/** Adds the tests to a suite whose archive holds other sessions already. */
export function describeDecisions(written: () => Written): void {
  describe('of decisions and masks', () => {
    let sessions: TestSession[];
    beforeAll(() => {
      sessions = recordDecisions(written());
    });

    const idOf = (n: number) => SessionId.parse(sessions[n]?.hex);
    const decisionsOf = async (n: number) => {
      const { items } = await written().reader.statements({
        filter: EVERYTHING,
        session: idOf(n),
        limit: 99,
      });
      return items.map(({ verb, ordinal, decision, rules, severity }) => [
        verb,
        ordinal,
        decision,
        rules,
        severity,
      ]);
    };

    test('a statement says what policy said of it and what became of that', async () => {
      const held = ['where', 'big'];
      expect(await decisionsOf(0)).toEqual([
        ['DROP TABLE', 0, 'denied', ['no-drop'], 'critical'],
        ['DELETE', 0, 'approved', held, 'high'],
        ['SELECT', 1, 'approved', held, 'high'],
        ['DELETE', 0, 'rejected', held, 'high'],
        ['SELECT', 1, 'rejected', held, 'high'],
        ['DELETE', 0, 'timeout', held, 'high'],
        ['SELECT', 1, 'timeout', held, 'high'],
        ['SELECT', 0, 'allowed', ['reads'], 'info'],
        ['SELECT', 0, null, [], null],
      ]);
    });

    test('what nobody decided on is held while its session lives, and what was only observed says so', async () => {
      expect(await decisionsOf(1)).toEqual([
        ['DROP TABLE', 0, 'observed-deny', ['no-drop'], 'medium'],
        ['TRUNCATE', 0, 'held', ['where'], 'medium'],
      ]);
    });

    test('what is held still when its session ends is abandoned', async () => {
      const { log, writer, reader } = written();
      const session = log.session(22);
      const add = (...bodies: Uint8Array[]) => {
        for (const body of bodies) writer.append(body);
        writer.commit();
      };
      add(session.event('sessionOpened'), session.query('delete from kept'));
      add(session.decision({ effect: 'hold', rules: ['where'] }));
      const latest = async () =>
        (await reader.statements({ filter: EVERYTHING, session: SessionId.parse(session.hex), limit: 1 }))
          .items[0];
      expect((await latest())?.decision).toBe('held');
      add(session.event('sessionClosed', { outcome: 'failed' }));
      expect((await latest())?.decision).toBe('abandoned');
    });

    test('a statement says which columns of its answer are masked, and what detectors found', async () => {
      const { items } = await written().reader.statements({ filter: filterOf('masked:*'), limit: 9 });
      expect(items.map(({ text, maskedColumns, detectors }) => [text, maskedColumns, detectors])).toEqual([
        ['select email, name from people', ['public.people.email', 'public.people.name'], ['card']],
      ]);
    });

    test('sessions count what was denied, held and masked, and name their latest policy', async () => {
      const rows = await Promise.all([0, 1].map(async (n) => written().reader.session(idOf(n))));
      const hash = '07'.repeat(32);
      expect(rows).toMatchObject([
        { denied: 1, held: 3, masked: 1, policy: { hash, mode: 'enforce' } },
        { denied: 0, held: 1, masked: 0, policy: { hash, mode: 'observe' } },
      ]);
    });

    test.each([
      ['policy:denied', 1],
      ['policy:held verb:delete session:0014', 3],
      ['policy:held session:0015', 1],
      ['policy:approved', 2],
      ['policy:rejected', 2],
      ['policy:timeout verb:delete', 1],
      ['policy:observed', 1],
      ['policy:observed-hold', 0],
      ['policy:allowed', 1],
      ['policy:no-*', 2],
      ['policy:BIG', 6],
      ['policy:big policy:approved', 2],
      ['policy:nothing', 0],
      ['severity:critical', 1],
      ['severity:high policy:rejected', 2],
      ['masked:email', 1],
      ['masked:people.email', 1],
      ['masked:public.people.*', 1],
      ['masked:mail', 0],
      ['masked:card', 1],
      ['masked:pii', 1],
      ['masked:cards table:people', 1],
    ])('%s is %d statements', async (filter, count) => {
      const { items } = await written().reader.statements({ filter: filterOf(filter), limit: 99 });
      expect(items.length).toBe(count);
    });

    test.each([
      ['policy:denied', [0]],
      ['policy:no-drop', [0, 1]],
      ['policy:denied masked:email', []],
      ['masked:email', [0]],
      ['masked:email policy:reads', [0]],
      ['severity:medium verb:truncate', [1]],
    ])('sessions that match %s', async (filter, expected) => {
      const { reader } = written();
      const page = await reader.sessions({ filter: filterOf(filter), sort: 'started', limit: 99 });
      expect(page.items.map(({ id }) => sessions.findIndex(({ hex }) => hex === id))).toEqual(expected);
    });

    test('facets count the sessions of each decision and of what is masked', async () => {
      const { fields } = await written().reader.facets(filterOf('table:kept session:0014'));
      expect([fields.policy, fields.masked]).toEqual([
        [
          { value: 'allowed', count: 1 },
          { value: 'approved', count: 1 },
          { value: 'denied', count: 1 },
          { value: 'held', count: 1 },
          { value: 'rejected', count: 1 },
          { value: 'timeout', count: 1 },
        ],
        [
          { value: 'card', count: 1 },
          { value: 'public.people.email', count: 1 },
          { value: 'public.people.name', count: 1 },
        ],
      ]);
    });
  });
}
