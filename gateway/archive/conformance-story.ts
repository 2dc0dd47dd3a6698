/** What the archives under test hold: a story with each kind of ending in it. */
import { parseFilter } from '../../shared/filter/parse.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import type { ArchiveWriter } from './archive.ts';
import { errorResponse, TestLog, type TestSession } from './testing.ts';

/** A log and its sessions, in the order they were opened. */
export interface Story {
  readonly log: TestLog;
  readonly sessions: readonly TestSession[];
}

/** The filter of a text; throws where it does not parse. */
export function filterOf(text: string): Filter {
  const { filter, error } = parseFilter(text);
  if (filter === undefined) throw new Error(error.message);
  return filter;
}

/** One log: a CI agent's three runs with one subject, a person, a refused session, and one cut off by a crash. */
export function recordStory(writer: ArchiveWriter, volumeEvents?: number): Story {
  const log = new TestLog(1, undefined, volumeEvents);
  const append = (...bodies: Uint8Array[]) => bodies.forEach((body) => writer.append(body));
  append(log.event('logOpened'));
  const runs = [1, 2, 3].map((run) => {
    const session = log.session(run);
    append(
      session.event('sessionOpened', { applicationName: `run ${run}` }),
      session.event('identity', { fingerprint: new Uint8Array(32).fill(run), tokenId: `token-${run}` }),
      session.event('ciContext', { run: String(4710 + run) }),
    );
    return session;
  });
  const [first, second, third] = runs as [TestSession, TestSession, TestSession];
  append(
    first.query(
      "create table orders (id int); insert into orders values (1, 'é'); insert into orders values (2)",
    ),
    first.outcome({ tag: 'CREATE TABLE', transaction: null }),
    first.outcome({ ordinal: 1, tag: 'INSERT 0 1', rows: 1, transaction: null }),
    first.outcome({ ordinal: 2, tag: 'INSERT 0 1', rows: 1 }),
    first.event('sessionClosed'),
  );
  const parse = second.event('parse', {
    name: 's',
    text: Buffer.from('select * from public.customers where id = $1'),
  });
  const parsedAt = second.sequence - 1;
  append(parse);
  for (const rows of [10, 20]) {
    append(
      second.event('statement', {
        statement: ++second.statements,
        protocol: 'extended',
        name: 's',
        portal: '',
        parsedAt,
      }),
      second.outcome({ tag: `SELECT ${rows}`, rows, bytes: rows * 8, duration: rows * 1000 }),
    );
  }
  append(second.event('sessionClosed', { outcome: 'disconnected', reason: 'the socket closed' }));
  append(
    third.query('select * from nowhere; select 2'),
    third.outcome({
      status: 'failed',
      sqlstate: '42P01',
      answer: errorResponse('42P01', 'relation "nowhere" does not exist'),
    }),
    third.query('delete from orders'),
    third.outcome({ tag: 'DELETE 2', rows: 2 }),
    third.query('select * from customers'),
  );
  writer.commit();
  const person = log.session(4);
  append(
    person.event('sessionOpened', { connection: 'billing', user: 'ada', clientAddress: '::1' }),
    person.event('identity', {
      subject: 'ada@example.com',
      groups: ['people'],
      userId: '00u-ada',
      fingerprint: new Uint8Array(32).fill(9),
    }),
    person.event('ciContext', {
      provenance: 'asserted',
      provider: 'local',
      run: '1',
      job: '1',
      issuer: null,
      repository: null,
    }),
    person.event('ciMismatch', {
      job: 'local/1/1',
      provenance: 'asserted',
      asserted: 'github/9/9',
      where: 'SET application_name',
    }),
  );
  const refused = log.session(5);
  append(
    refused.event('sessionOpened'),
    refused.event('sessionClosed', { outcome: 'refused', reason: 'the token expired' }),
  );
  append(log.event('recovered'), log.event('logOpened', { boot: 2 }));
  writer.commit();
  return { log, sessions: [...runs, person, refused] };
}
