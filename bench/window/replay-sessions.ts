/** The sessions that replays are measured over, written by the archive's own writer: the same ones at each call. */
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import { concat, dataRow, rowDescription } from '../../shared/replay/fixtures/recording.ts';

/** Events between two commits. */
const COMMIT_EVENTS = 5_000;

/** Bytes of a statement's rows that ran ahead of its outcome, and with it. */
const ROWS_BYTES = 1_150;
const OUTCOME_BYTES = 250;

/** An hour of a terminal, ten chunks of output a second. */
const CHUNKS_A_SECOND = 10;
export const TERMINAL_CHUNKS = 3_600 * CHUNKS_A_SECOND;
export const TERMINAL_BYTES = 50_000_000;

/** Chunks between two changes of the terminal's size. */
const RESIZE_CHUNKS = 600;

/** Writes an archive into `folder` of one session of `steps` steps, some 500 bytes each. Gives its id. */
export function writeLongSession(folder: string, steps: number): string {
  return writeSession(folder, (session) => longSession(session, steps));
}

/** The same of one recorded terminal of an hour and about `bytes` bytes. */
export function writeTerminal(folder: string, bytes: number): string {
  return writeSession(folder, (session, log) => terminalSession(session, log, bytes));
}

function writeSession(
  folder: string,
  events: (session: TestSession, log: TestLog) => Iterable<Uint8Array>,
): string {
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(7);
  const session = log.session(1);
  writer.append(log.event('logOpened'));
  let written = 0;
  for (const event of events(session, log)) {
    writer.append(event);
    if (++written % COMMIT_EVENTS === 0) writer.commit();
  }
  writer.commit();
  while (writer.index(1_000).more);
  writer.close();
  return session.hex;
}

/** Where in the session of {@link writeLongSession} a statement is sent. */
export function stepOfStatement(statement: number): number {
  return 2 + 3 * (statement - 1);
}

/** Statements of three steps: sent, rows, done. One in a thousand fails, one in five thousand waits a minute. */
function* longSession(session: TestSession, steps: number): Generator<Uint8Array> {
  yield session.event('sessionOpened');
  yield session.event('identity');
  for (let statement = 1; session.sequence < steps - 1; statement++) {
    yield session.query(
      `SELECT id, name, total FROM orders WHERE customer = ${statement} AND state = 'open' ORDER BY id`,
    );
    const description = session.sequence;
    const head = rowDescription(['id', 23], ['name', 25]);
    const rows = dataRow(String(statement), `row ${statement} `.repeat(ROWS_BYTES / 12));
    yield session.event('rows', {
      statement,
      ordinal: 0,
      rows: 1,
      continued: false,
      describedAt: null,
      answer: concat(head, rows),
    });
    const failed = statement % 1_000 === 0;
    yield session.outcome({
      status: failed ? 'failed' : 'completed',
      sqlstate: failed ? '57014' : null,
      tag: failed ? '' : 'SELECT 2',
      rows: 2,
      describedAt: description,
      answer: dataRow(String(statement), 'the last row '.repeat(OUTCOME_BYTES / 13)),
    });
  }
  yield session.event('sessionClosed');
}

function* terminalSession(session: TestSession, log: TestLog, bytes: number): Generator<Uint8Array> {
  yield session.event('sessionOpened');
  yield session.event('terminalResized', { columns: 120, rows: 40 });
  for (let chunk = 0; chunk < TERMINAL_CHUNKS; chunk++) {
    log.time += 1_000_000 / CHUNKS_A_SECOND - 1_000;
    if (chunk % RESIZE_CHUNKS === RESIZE_CHUNKS - 1)
      yield session.event('terminalResized', { columns: 80 + (chunk % 97), rows: 24 + (chunk % 31) });
    else yield session.event('terminalOutput', { data: Buffer.from(output(chunk, bytes / TERMINAL_CHUNKS)) });
  }
  yield session.event('sessionClosed');
}

/** By turns a log that scrolls by, and a full-screen program that draws over itself. */
function output(chunk: number, bytes: number): string {
  // Each chunk says which it is.
  const lines: string[] = [];
  const draws = Math.floor(chunk / 1_500) % 2 === 1;
  if (chunk % 1_500 === 0) lines.push(draws ? '\x1b[?1049h\x1b[2J' : '\x1b[?1049l');
  for (let length = 0, line = 0; length < bytes; line++) {
    const text = draws
      ? `\x1b[${1 + ((chunk + line) % 24)};1H\x1b[38;5;${(chunk + line) % 256}m${'▁▂▃▄▅▆▇█'.repeat(4)}\x1b[0m cpu ${chunk}`
      : `\x1b[3${line % 8}m${chunk}.${line}\x1b[0m migrating orders 日本 ${'.'.repeat((chunk + line) % 60)} ok\r\n`;
    lines.push(text);
    length += text.length;
  }
  lines.push(draws ? `\x1b[24;1H@${chunk}@ ` : `@${chunk}@\r\n`);
  return lines.join('');
}
