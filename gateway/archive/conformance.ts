/** What every archive must do, whatever it keeps its volumes in: run by the tests of each implementation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type Filter } from '../../shared/filter/filter.ts';
import type { SessionSort } from '../../shared/api/routes.ts';
import { SessionId } from '../../shared/api/session.ts';
import { readOutline } from '../../shared/replay/outline.ts';
import { StepColumns } from '../../shared/replay/step-columns.ts';
import { readPackedSegment } from '../../shared/recording/record.ts';
import type { ArchiveReader, ArchiveWriter, FactsOf } from './archive.ts';
import { filterOf, recordStory, type Story } from './conformance-story.ts';
import { describeDecisions } from './conformance-decisions.ts';
import { plainFacts, rolling } from './testing.ts';

/** An archive of its own for one suite. */
export interface ArchiveUnderTest {
  readonly openWriter: (factsOf: FactsOf) => ArchiveWriter;
  readonly openReader: () => Promise<ArchiveReader>;
  readonly remove: () => void;
  /** Whether the store refuses a filter that asks what it does not hold, with NOT_HERE; left out: it answers all. */
  readonly isNotHere?: (filter: Filter) => boolean;
  /** A volume ends with so many events; left out: there is one volume. */
  readonly volumeEvents?: number;
}

/** Runs the suite. `create` gives an archive that nothing was recorded into. */
export function describeArchive(name: string, create: () => ArchiveUnderTest): void {
  describe(`${name} as an archive`, () => {
    const archive = create();
    let recorded: Story;
    let writer: ArchiveWriter;
    let reader: ArchiveReader;
    const id = (n: number) => SessionId.parse(recorded.sessions[n - 1]?.hex);

    beforeAll(async () => {
      writer = rolling(archive.openWriter(plainFacts));
      recorded = recordStory(writer, archive.volumeEvents);
      while (writer.index(100).more);
      reader = await archive.openReader();
    });
    afterAll(async () => {
      await reader.close();
      writer.close();
      archive.remove();
    });

    /** Holds an answer to what is expected, or a store that has none to saying so. */
    const answers = async (
      filter: string,
      answer: (filter: string) => Promise<unknown>,
      expected: unknown,
    ) => {
      if (archive.isNotHere?.(filterOf(filter)) === true)
        await expect(answer(filter)).rejects.toMatchObject({ code: 'NOT_HERE' });
      else expect(await answer(filter)).toEqual(expected);
    };
    const sessionsOf = async (filter: string, sort: SessionSort = 'started') => {
      const page = await reader.sessions({ filter: filterOf(filter), sort, limit: 100 });
      return page.items.map((row) => recorded.sessions.findIndex((session) => session.hex === row.id) + 1);
    };
    const textsOf = async (filter: string) =>
      (await reader.statements({ filter: filterOf(filter), limit: 100 })).items.map(({ text }) => text);

    test('counts what it holds', async () => {
      expect(await reader.info()).toMatchObject({
        sessions: 5,
        statements: 9,
        events: recorded.log.index,
        first: Date.UTC(2026, 10, 21, 9) * 1000 + 1000,
        last: recorded.log.time,
      });
      const { volumes } = await reader.info();
      expect(volumes > 1).toBe(archive.volumeEvents !== undefined);
    });

    test('knows how far it has each log, and passes over what it has', async () => {
      const before = await reader.info();
      const body = recorded.log.event('heartbeat', { sessions: 0 });
      writer.append(body);
      writer.append(body);
      writer.commit();
      expect([writer.watermark(recorded.log.log), (await reader.info()).events]).toEqual([
        recorded.log.index,
        before.events + 1,
      ]);
    });

    test('a session tells who, from where, how it went and what it did', async () => {
      const row = await reader.session(id(2));
      expect(row).toMatchObject({
        id: id(2),
        outcome: 'disconnected',
        reason: 'the socket closed',
        connection: 'shop',
        user: 'ci',
        applicationName: 'run 2',
        identity: {
          subject: 'ci-deployer',
          tokenId: 'token-2',
          groups: ['ci-agents'],
          fingerprint: '02'.repeat(32),
        },
        ci: { provenance: 'attested', provider: 'github', run: '4712', job: '1', repository: 'acme/shop' },
        statements: 2,
        rows: 30,
        errors: 0,
        bytes: 240,
        events: 9,
        denied: 0,
        held: 0,
        masked: 0,
        policy: null,
        verbs: ['SELECT'],
      });
      expect(row?.ended).toBeGreaterThan(row?.started ?? Infinity);
    });

    test('a session tells which other job its agent asserted', async () => {
      expect([await reader.session(id(2)), await reader.session(id(4))]).toMatchObject([
        { identity: { userId: null }, ciMismatch: null },
        { identity: { userId: '00u-ada' }, ci: { provider: 'local' }, ciMismatch: 'github/9/9' },
      ]);
    });

    test('a session that its gateway did not survive ended in the unknown', async () => {
      expect(await Promise.all([3, 4, 5].map(async (n) => (await reader.session(id(n)))?.outcome))).toEqual([
        'unknown',
        'unknown',
        'refused',
      ]);
      expect(await reader.session(SessionId.parse('0'.repeat(32)))).toBeNull();
    });

    test('statements are told one by one, with their own text, whoever sent them together', async () => {
      const { items } = await reader.statements({ filter: EVERYTHING, session: id(1), limit: 100 });
      expect(
        items.map(({ statement, ordinal, text, verb, tables, rows, status }) => [
          statement,
          ordinal,
          text,
          verb,
          tables,
          rows,
          status,
        ]),
      ).toEqual([
        [1, 0, 'create table orders (id int)', 'CREATE TABLE', ['orders'], 0, 'completed'],
        [1, 1, "insert into orders values (1, 'é')", 'INSERT', ['orders'], 1, 'completed'],
        [1, 2, 'insert into orders values (2)', 'INSERT', ['orders'], 1, 'completed'],
      ]);
    });

    test('a prepared statement has its text each time; what failed says why; what came after it was skipped', async () => {
      const prepared = await reader.statements({ filter: EVERYTHING, session: id(2), limit: 100 });
      expect(prepared.items.map(({ text, rows, duration }) => [text, rows, duration])).toEqual([
        ['select * from public.customers where id = $1', 10, 10_000],
        ['select * from public.customers where id = $1', 20, 20_000],
      ]);
      const failed = await reader.statements({ filter: EVERYTHING, session: id(3), limit: 100 });
      expect(
        failed.items.map(({ text, status, sqlstate, errorMessage }) => [
          text,
          status,
          sqlstate,
          errorMessage,
        ]),
      ).toEqual([
        ['select * from nowhere', 'failed', '42P01', 'relation "nowhere" does not exist'],
        ['select 2', 'skipped', null, null],
        ['delete from orders', 'completed', null, null],
        ['select * from customers', 'unknown', null, null],
      ]);
    });

    test.each([
      ['token:ci-deployer', [1, 2, 3]],
      ['token:CI-*', [1, 2, 3]],
      ['token:020202020202', [2]],
      ['token:token-3', [3]],
      ['sub:ada@example.com', [4]],
      ['group:people', [4]],
      ['issuer:"https://issuer.example"', [1, 2, 3, 4]],
      ['job:gh/4712', [2]],
      ['job:gh/471', []],
      ['job:github', [1, 2, 3]],
      ['job:gh/471*/1', [1, 2, 3]],
      ['run:4713 repo:acme/shop', [3]],
      ['ci:attested', [1, 2, 3]],
      ['ci:local', [4]],
      ['ci:none', [5]],
      ['ci:mismatch', [4]],
      ['ci:mismatch ci:attested', []],
      ['token:00u-ada', [4]],
      ['connection:billing', [4]],
      ['user:ada address:::1*', [4]],
      ['app:"run 2"', [2]],
      ['session:0003', [3]],
      ['session:000', [1, 2, 3, 4, 5]],
      ['outcome:refused', [5]],
      ['table:orders', [1, 3]],
      ['table:customers', [2, 3]],
      ['table:public.customers', [2]],
      ['table:public.*', [2]],
      ['verb:delete', [3]],
      ['verb:"create table"', [1]],
      ['verb:create', [1]],
      ['table:customers verb:delete', []],
      ['table:orders verb:delete job:github/4713', [3]],
      ['status:failed', [3]],
      ['error:*', [3]],
      ['error:42*', [3]],
      ['error:23505', []],
      ['rows>=20', [2]],
      ['dur>15ms table:customers', [2]],
      ['insert "into orders"', [1]],
      ['token:nobody', []],
      ['before:2026-11-21T09:00:00.004Z', [1]],
      ['after:2026-11-22', [3, 4]],
      ['', [1, 2, 3, 4, 5]],
    ])('sessions that match %s', async (filter, expected) => {
      await answers(filter, (text) => sessionsOf(text), expected);
    });

    test.each<[SessionSort, number[]]>([
      ['-started', [5, 4, 3, 2, 1]],
      ['started', [1, 2, 3, 4, 5]],
      ['-statements', [3, 1, 2, 5, 4]],
      ['-rows', [2, 3, 1, 5, 4]],
      ['-errors', [3, 5, 4, 2, 1]],
      ['-duration', [2, 1, 5, 4, 3]],
    ])('sorted by %s, page by page', async (sort, expected) => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await reader.sessions({ filter: EVERYTHING, sort, after, limit: 2 });
        seen.push(...page.items.map((row) => row.id));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual(expected.map(id));
    });

    test.each([
      ['verb:delete', ['delete from orders']],
      ['job:gh/4712 rows>10', ['select * from public.customers where id = $1']],
      [
        'table:orders',
        [
          'delete from orders',
          'insert into orders values (2)',
          "insert into orders values (1, 'é')",
          'create table orders (id int)',
        ],
      ],
      ['error:42P01', ['select * from nowhere']],
      ['status:unknown', ['select * from customers']],
      ['app:"run 3" select', ['select * from customers', 'select 2', 'select * from nowhere']],
      ['connection:billing', []],
      [
        'table:cust* after:2026-11-21',
        [
          'select * from customers',
          'select * from public.customers where id = $1',
          'select * from public.customers where id = $1',
        ],
      ],
      ['before:2026-11-21', []],
    ])('statements that match %s, newest first', async (filter, expected) => {
      await answers(filter, textsOf, expected);
    });

    test.each(['', 'table:orders', 'token:ci-deployer', 'job:github'])(
      'statements page by page for "%s"',
      async (filter) => {
        const all = await reader.statements({ filter: filterOf(filter), limit: 100 });
        const paged: unknown[] = [];
        let after: string | undefined;
        do {
          const page = await reader.statements({ filter: filterOf(filter), after, limit: 1 });
          paged.push(...page.items);
          after = page.next ?? undefined;
        } while (after !== undefined);
        expect(paged).toEqual(all.items);
      },
    );

    test.each(['', 'table:orders', 'token:ci-deployer', 'verb:select'])(
      'any place in the list of statements for "%s" is gone to by its number',
      async (filter) => {
        const all = await reader.statements({ filter: filterOf(filter), limit: 100 });
        const found = await Promise.all(
          all.items.map((_, at) => reader.statements({ filter: filterOf(filter), at, limit: 100 })),
        );
        expect(all.total).toBe(all.items.length);
        // Where volumes were written at the same time a place nearby is taken, and said.
        const offsets = found.map(({ offset = -1 }) => offset);
        expect(found.map(({ items }) => items)).toEqual(offsets.map((offset) => all.items.slice(offset)));
        if (archive.volumeEvents === undefined) expect(offsets).toEqual(all.items.map((_, at) => at));
        const beyond = await reader.statements({ filter: filterOf(filter), at: 1_000, limit: 1 });
        expect([beyond.items, beyond.offset]).toEqual([[], all.total]);
      },
    );

    test.each<[string, SessionSort]>([
      ['', '-started'],
      ['', 'started'],
      ['', '-duration'],
      ['', '-errors'],
      ['token:ci-deployer', '-rows'],
      ['table:orders', '-started'],
      ['outcome:unknown', 'started'],
    ])('any place in the list of sessions for "%s" by %s is gone to by its number', async (filter, sort) => {
      const request = { filter: filterOf(filter), sort, limit: 100 };
      const { items } = await reader.sessions(request);
      const found = await Promise.all(items.map((_, at) => reader.sessions({ ...request, at })));
      expect(found.map((page) => [page.items, page.offset, page.total])).toEqual(
        items.map((_, at) => [items.slice(at), at, items.length]),
      );
      const beyond = await reader.sessions({ ...request, at: 1_000 });
      expect([beyond.items, beyond.offset]).toEqual([[], items.length]);
    });

    test('there is no place by number in a list that is not counted', async () => {
      const filter = filterOf('rows>0 token:ci-deployer');
      expect((await reader.statements({ filter, limit: 1 })).total).toBeNull();
      await expect(reader.statements({ filter, at: 1, limit: 1 })).rejects.toMatchObject({
        code: 'BAD_CURSOR',
      });
    });

    test('a cursor of another list is refused', async () => {
      const { next } = await reader.sessions({ filter: EVERYTHING, sort: '-rows', limit: 1 });
      const after = next ?? '';
      await expect(
        reader.sessions({ filter: EVERYTHING, sort: 'started', after, limit: 1 }),
      ).rejects.toMatchObject({ code: 'BAD_CURSOR' });
      await expect(reader.statements({ filter: EVERYTHING, after: '☃', limit: 1 })).rejects.toMatchObject({
        code: 'BAD_CURSOR',
      });
    });

    test('facets count sessions', async () => {
      const everything = await reader.facets(EVERYTHING);
      expect(everything.fields).toEqual({
        token: [
          { value: 'ci-deployer', count: 3 },
          { value: 'ada@example.com', count: 1 },
        ],
        job: [
          { value: 'github/4711/1', count: 1, provenance: 'attested' },
          { value: 'github/4712/1', count: 1, provenance: 'attested' },
          { value: 'github/4713/1', count: 1, provenance: 'attested' },
          { value: 'local/1/1', count: 1, provenance: 'asserted' },
        ],
        table: [
          { value: 'orders', count: 2 },
          { value: 'customers', count: 1 },
          { value: 'nowhere', count: 1 },
          { value: 'public.customers', count: 1 },
        ],
        verb: [
          { value: 'SELECT', count: 2 },
          { value: 'CREATE TABLE', count: 1 },
          { value: 'DELETE', count: 1 },
          { value: 'INSERT', count: 1 },
        ],
        connection: [
          { value: 'shop', count: 4 },
          { value: 'billing', count: 1 },
        ],
        outcome: [
          { value: 'unknown', count: 2 },
          { value: 'completed', count: 1 },
          { value: 'disconnected', count: 1 },
          { value: 'refused', count: 1 },
        ],
        policy: [],
        masked: [],
      });
      const orders = await reader.facets(filterOf('table:orders'));
      expect([orders.total, orders.fields.verb, orders.histogram.counts.reduce((a, b) => a + b, 0)]).toEqual([
        2,
        [
          { value: 'CREATE TABLE', count: 1 },
          { value: 'DELETE', count: 1 },
          { value: 'INSERT', count: 1 },
          { value: 'SELECT', count: 1 },
        ],
        2,
      ]);
      expect((await reader.facets(filterOf('token:nobody'))).total).toBe(0);
    });

    test('segments hold every event of a session, as it was recorded', async () => {
      const events = [];
      for (const { number } of await reader.segments(id(3))) {
        const packed = await reader.segment(id(3), number);
        events.push(...readPackedSegment(packed ?? new Uint8Array()));
      }
      expect(events.map(({ event }) => event.sequence)).toEqual(events.map((_, sequence) => sequence));
      expect(events.length).toBe((await reader.session(id(3)))?.events);
      expect(await reader.segment(id(3), 999)).toBeNull();
    });

    test('the segments around an event are those of the whole list that stand there', async () => {
      const whole = (await reader.segments(id(3))).toSorted((a, b) => a.firstSequence - b.firstSequence);
      const sequences = [0, ...whole.map(({ lastSequence }) => lastSequence), Number.MAX_SAFE_INTEGER];
      for (const sequence of sequences) {
        const { first, items } = await reader.segmentsAround(id(3), sequence);
        expect(items).toEqual(whole.slice(first, first + items.length));
        expect(
          items.some(
            ({ lastSequence }) => lastSequence >= Math.min(sequence, whole.at(-1)?.lastSequence ?? 0),
          ),
        ).toBe(true);
      }
      expect(await reader.segmentsAround(SessionId.parse('ff'.repeat(16)), 0)).toEqual({
        first: 0,
        items: [],
      });
    });

    test('steps page by page are the steps of the whole time line', async () => {
      const whole = await reader.steps(id(2), { limit: 100 });
      const paged: unknown[] = [];
      let after: string | undefined;
      do {
        const page = await reader.steps(id(2), { after, limit: 2 });
        paged.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(paged).toEqual(whole.items);
      expect(whole.items.map(({ kind }) => kind)).toEqual([
        'sessionOpened',
        'identity',
        'ciContext',
        'parse',
        'statement',
        'outcome',
        'statement',
        'outcome',
        'sessionClosed',
      ]);
      const again = await reader.steps(id(2), {
        after: (await reader.steps(id(2), { limit: 2 })).next ?? '',
        limit: 2,
      });
      expect(again.items).toEqual(whole.items.slice(2, 4));
    });

    test('steps from any event on are those of the whole time line', async () => {
      const { items } = await reader.steps(id(2), { limit: 100 });
      const found = await Promise.all(
        items.map(({ sequence }) => reader.steps(id(2), { from: sequence, limit: 3 })),
      );
      expect(found.map((page) => page.items)).toEqual(items.map((_, at) => items.slice(at, at + 3)));
    });

    test('an outline block by block is the steps of the whole time line without their words', async () => {
      for (const number of [2, 3]) {
        const { items } = await reader.steps(id(number), { limit: 500 });
        const points: unknown[] = [];
        for (let from = 0, last = false; !last;) {
          const block = readOutline(await reader.outline(id(number), from, 2));
          const columns = new StepColumns();
          columns.append(block);
          points.push(...Array.from({ length: block.length }, (_, at) => columns.at(at)));
          [from, last] = [block.next, block.last];
        }
        expect(points).toEqual(items.map(({ label: _label, ...point }) => point));
      }
    });

    test('statements of a session are gone to by their place and by their number', async () => {
      const { items } = await reader.statements({ session: id(3), filter: EVERYTHING, limit: 500 });
      const pages = async (place: { at: number } | { statement: number; ordinal?: number }) => {
        const page = await reader.statements({ session: id(3), filter: EVERYTHING, limit: 2, ...place });
        return { items: page.items, offset: page.offset };
      };
      for (const [at, { statement, ordinal }] of items.entries()) {
        const expected = { items: items.slice(at, at + 2), offset: at };
        expect([await pages({ at }), await pages({ statement, ordinal })]).toEqual([expected, expected]);
      }
      expect(await pages({ at: 999 })).toEqual({ items: [], offset: items.length });
    });

    test('what is committed becomes visible, and who grew is told', async () => {
      const { events } = await reader.info();
      const session = recorded.log.session(6);
      writer.append(session.event('sessionOpened'));
      writer.append(session.query('select 1'));
      expect((await reader.info()).events).toBe(events);
      writer.commit();
      expect([(await reader.info()).events, await reader.changedSince(events)]).toEqual([
        events + 2,
        [session.hex],
      ]);
      const { items } = await reader.statements({ filter: EVERYTHING, limit: 1 });
      expect(items).toMatchObject([
        { session: session.hex, text: 'select 1', status: 'unknown', outcomeSequence: null },
      ]);
      writer.append(session.outcome({ rows: 1, duration: 7 }));
      writer.commit();
      expect((await reader.statements({ filter: EVERYTHING, limit: 1 })).items).toMatchObject([
        { text: 'select 1', status: 'completed', rows: 1, duration: 7, outcomeSequence: 2 },
      ]);
    });

    test('what was rolled back says so, each statement has the status of its transaction, EXECUTE its tables', async () => {
      const session = recorded.log.session(7);
      const found = async () => {
        const { items } = await reader.statements({
          filter: EVERYTHING,
          session: SessionId.parse(session.hex),
          limit: 9,
        });
        return items.map(({ text, status, transaction }) => [text, status, transaction]);
      };
      const add = (...bodies: Uint8Array[]) => {
        for (const body of bodies) writer.append(body);
        writer.commit();
      };
      add(session.event('sessionOpened'), session.query('begin'), session.outcome({ transaction: 'T' }));
      add(session.query('delete from orders; execute gone'), session.outcome({ transaction: null }));
      expect(await found()).toEqual([
        ['begin', 'completed', 'T'],
        ['delete from orders', 'completed', null],
        ['execute gone', 'unknown', null],
      ]);
      const prepared = {
        target: 'S',
        name: 'gone',
        statement: 1,
        ordinal: 0,
        text: Buffer.from('delete from gone'),
      };
      add(session.event('prepared', prepared));
      const runs = { statement: 2, ordinal: 1, target: 'S', name: 'gone', at: session.sequence - 1 };
      add(session.event('runs', runs), session.outcome({ ordinal: 1, transaction: null }));
      add(session.event('ready', { transaction: 'T' }), session.query('rollback'));
      const ended = {
        outcome: 'rolled back',
        cause: 'rollback',
        first: 2,
        firstOrdinal: 0,
        last: 2,
        lastOrdinal: 1,
      };
      add(session.event('transactionEnded', ended), session.outcome());
      expect(await found()).toEqual([
        ['begin', 'completed', 'T'],
        ['delete from orders', 'rolled-back', 'T'],
        ['execute gone', 'rolled-back', 'T'],
        ['rollback', 'completed', 'I'],
      ]);
      const of = async (filter: string) =>
        (await reader.statements({ filter: filterOf(filter), limit: 9 })).items.map(({ text }) => text);
      expect(await of('status:rolled-back table:gone')).toEqual(['execute gone']);
      expect(await of('status:rolled-back table:orders')).toEqual(['delete from orders']);
    });

    describeDecisions(() => ({ log: recorded.log, writer, reader }));
  });
}
