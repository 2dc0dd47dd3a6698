/** PostgreSQL's csvlog (PostgreSQL manual, §19.8.4): 23 columns up to version 12, 24 in 13, 26 from 14 on. */
import { CsvRows } from '../csv-rows.ts';
import { hostAndPort, type LogEntry, newEntry } from './log-entry.ts';
import { LogTimes } from './log-time.ts';
import type { ZoneOffset } from './time-zones.ts';

/** Columns in their order. */
const COLUMN = {
  time: 0,
  user: 1,
  database: 2,
  pid: 3,
  from: 4,
  session: 5,
  tag: 7,
  started: 8,
  severity: 11,
  sqlstate: 12,
  message: 13,
  detail: 14,
  hint: 15,
  context: 18,
  query: 19,
  application: 22,
  backend: 23,
} as const;

/** Up to the message all versions have the same columns; a row with fewer is cut, or is no row of a log. */
const LEAST_COLUMNS = COLUMN.message + 1;

/** Where entries of a log go. */
export interface EntryTaker {
  /** `entry` is valid during the call. */
  readonly entry: (entry: LogEntry) => void;
  readonly broken: (line: number, lines: number, original: Buffer, problem: string) => void;
  readonly blank: (lines: number) => void;
}

/** Reads csvlog as it comes in chunks. */
export function csvlogReader(taker: EntryTaker, offset: ZoneOffset): CsvRows {
  const times = new LogTimes(offset);
  const starts = new LogTimes(offset);
  const entry = newEntry();
  return new CsvRows({
    blank: taker.blank,
    broken: (line, original) =>
      taker.broken(line, 1, original, 'no row of csvlog: a quote is not closed, or text follows one'),
    row(rows, count, line, lines, original) {
      const time = count < LEAST_COLUMNS ? null : times.micros(rows.text(COLUMN.time));
      if (time === null) {
        taker.broken(line, lines, original, problemOf(count, rows.text(COLUMN.time)));
        return;
      }
      entry.line = line;
      entry.lines = lines;
      entry.original = original;
      entry.time = time;
      readWho(rows, entry, starts);
      entry.severity = rows.text(COLUMN.severity);
      entry.sqlstate = sqlstateOf(rows.text(COLUMN.sqlstate));
      entry.tag = rows.text(COLUMN.tag);
      entry.message = rows.bytes(COLUMN.message);
      entry.detail = bytesOrNull(rows, COLUMN.detail);
      entry.hint = bytesOrNull(rows, COLUMN.hint);
      entry.context = bytesOrNull(rows, COLUMN.context);
      entry.statement = bytesOrNull(rows, COLUMN.query);
      taker.entry(entry);
    },
  });
}

function readWho(rows: CsvRows, entry: LogEntry, starts: LogTimes): void {
  const session = rows.text(COLUMN.session);
  entry.pid = rows.text(COLUMN.pid);
  entry.backend = rows.text(COLUMN.backend);
  entry.user = rows.text(COLUMN.user);
  entry.database = rows.text(COLUMN.database);
  entry.application = rows.text(COLUMN.application);
  if (session === entry.session && session !== '') return; // the rest is the same in all of a session
  entry.session = session;
  const { address, port } = hostAndPort(rows.text(COLUMN.from));
  entry.address = address;
  entry.port = port;
  entry.started = starts.micros(rows.text(COLUMN.started));
}

function bytesOrNull(rows: CsvRows, column: number): Buffer | null {
  return rows.has(column) ? rows.bytes(column) : null;
}

function problemOf(count: number, time: string): string {
  if (count < LEAST_COLUMNS) return `no row of csvlog: ${count} columns`;
  return `no time that can be read: ${time.slice(0, 40)}`;
}

/** What was no error has a code of its own, which tells nothing. */
export function sqlstateOf(code: string): string {
  return code === '00000' ? '' : code;
}
