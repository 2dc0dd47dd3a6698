/** A session whose statements, values and results are far larger than anybody looks at. */
import type { StatementFacts } from '../../gateway/archive/archive.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import { concat, dataRow, rowDescription, uint16, values } from '../../shared/replay/fixtures/recording.ts';

/** How large each of them is. */
export interface HostileSizes {
  /** Bytes of a value in a single line. */
  readonly line: number;
  /** Bytes of a statement's text: once in one line, once in many. */
  readonly sql: number;
  /** Rows of a result. */
  readonly rows: number;
  readonly parameters: number;
}

/** Statements of the session, in this order. */
export const HOSTILE = ['line', 'longSql', 'manyLines', 'rows', 'parameters'] as const;

/** Bytes of an event of rows, and rows of one. */
const CHUNK_BYTES = 60_000;
const CHUNK_ROWS = 256;

/** Events between two commits. */
const COMMIT_EVENTS = 500;

/** Writes the session into an archive in `folder`; gives its id. */
export function writeHostileSession(folder: string, sizes: HostileSizes): string {
  const writer = openSqliteWriter({ path: folder, ...testWriting(factsOfAny) });
  try {
    const log = new TestLog(11);
    const session = log.session(1);
    writer.append(log.event('logOpened'));
    let written = 0;
    for (const event of hostileSession(session, sizes)) {
      writer.append(event);
      if (++written % COMMIT_EVENTS === 0) writer.commit();
    }
    writer.commit();
    while (writer.index(1_000).more);
    return session.hex;
  } finally {
    writer.close();
  }
}

/** What the archive's index knows of each of them; finding it out is not what is tested. */
function factsOfAny(): StatementFacts[] {
  const text = 'SELECT 1';
  return [
    {
      verb: 'SELECT',
      class: 'read',
      tables: [],
      columns: [],
      functions: [],
      text,
      start: 0,
      fingerprintText: text,
    },
  ];
}

function* hostileSession(session: TestSession, sizes: HostileSizes): Generator<Uint8Array> {
  yield session.event('sessionOpened');
  yield session.query('SELECT document FROM archive');
  yield* longRow(session, sizes.line);
  yield session.query(`SELECT '${'x'.repeat(sizes.sql)}' /* the end of the long line */`);
  yield session.outcome({ statement: 2, tag: 'SELECT 1', rows: 1 });
  yield session.query(manyLines(sizes.sql));
  yield session.outcome({ statement: 3, tag: 'INSERT 0 1' });
  yield session.query('SELECT number, word FROM numbers');
  yield* manyRows(session, sizes.rows);
  yield* manyParameters(session, sizes.parameters);
  yield session.event('sessionClosed');
}

/** A row that goes on over many events, as the recorder cuts it. */
function* longRow(session: TestSession, bytes: number): Generator<Uint8Array> {
  const whole = concat(
    rowDescription(['document', 25], ['note', 25]),
    dataRow(`begin ${'lorem-ipsum-'.repeat(Math.ceil(bytes / 12))} end`, 'behind it'),
  );
  const describedAt = session.sequence;
  for (let at = 0; at < whole.length; at += CHUNK_BYTES) {
    const last = at + CHUNK_BYTES >= whole.length;
    yield session.event('rows', {
      statement: 1,
      ordinal: 0,
      rows: last ? 1 : 0,
      continued: !last,
      describedAt: at === 0 ? null : describedAt,
      answer: whole.subarray(at, at + CHUNK_BYTES),
    });
  }
  yield session.outcome({ statement: 1, tag: 'SELECT 1', rows: 1, describedAt });
}

function manyLines(bytes: number): string {
  const lines: string[] = [];
  for (let length = 0; length < bytes; length += 16) lines.push(`(${lines.length}, 'value')`);
  return `INSERT INTO numbers VALUES\n${lines.join(',\n')}`;
}

function* manyRows(session: TestSession, rows: number): Generator<Uint8Array> {
  const head = rowDescription(['number', 23], ['word', 25]);
  const describedAt = session.sequence;
  for (let row = 0; row < rows; row += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - row);
    const data = Array.from({ length: count }, (_, at) => dataRow(String(row + at), `word ${row + at}`));
    yield session.event('rows', {
      statement: 4,
      ordinal: 0,
      rows: count,
      continued: false,
      describedAt: row === 0 ? null : describedAt,
      answer: concat(...(row === 0 ? [head] : []), ...data),
    });
  }
  yield session.outcome({ statement: 4, tag: `SELECT ${rows}`, rows, describedAt });
}

function* manyParameters(session: TestSession, count: number): Generator<Uint8Array> {
  const texts = Array.from({ length: count }, (_, at) => `parameter ${at + 1}`);
  yield session.event('statement', {
    statement: 5,
    protocol: 'extended',
    name: '',
    portal: '',
    text: Buffer.from(`SELECT ${texts.map((_, at) => `$${at + 1}`).join(', ')}`),
    parameters: concat(uint16(count), values(...texts).subarray(2)),
  });
  yield session.outcome({ statement: 5, tag: 'SELECT 0' });
}
