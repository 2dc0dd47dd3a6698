/** PostgreSQL's csvlog (PostgreSQL manual, §19.8.4): 23 columns up to version 12, 24 in 13, 26 from 14 on. */
import { CsvRows } from '../csv-rows.ts';
import { hostAndPort, type LogEntry } from './log-entry.ts';
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
  position: 20,
  application: 22,
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
  let entry: CsvEntry | null = null;
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
      entry ??= new CsvEntry(rows, new LogTimes(offset));
      entry.line = line;
      entry.lines = lines;
      entry.original = original;
      entry.time = time;
      taker.entry(entry);
    },
  });
}

/** The row that is being read; columns are read when they are asked for, which for most of them is never. */
class CsvEntry implements LogEntry {
  line = 0;
  lines = 0;
  original: Buffer = Buffer.alloc(0);
  time = 0;
  readonly #rows: CsvRows;
  readonly #starts: LogTimes;

  constructor(rows: CsvRows, starts: LogTimes) {
    this.#rows = rows;
    this.#starts = starts;
  }

  get session(): string {
    return this.#rows.text(COLUMN.session);
  }
  get started(): number | null {
    return this.#starts.micros(this.#rows.text(COLUMN.started));
  }
  get pid(): string {
    return this.#rows.text(COLUMN.pid);
  }
  get user(): string {
    return this.#rows.text(COLUMN.user);
  }
  get database(): string {
    return this.#rows.text(COLUMN.database);
  }
  get address(): string {
    return hostAndPort(this.#rows.text(COLUMN.from)).address;
  }
  get port(): number {
    return hostAndPort(this.#rows.text(COLUMN.from)).port;
  }
  get application(): string {
    return this.#rows.text(COLUMN.application);
  }
  get severity(): string {
    return this.#rows.text(COLUMN.severity);
  }
  get sqlstate(): string {
    return sqlstateOf(this.#rows.text(COLUMN.sqlstate));
  }
  get tag(): string {
    return this.#rows.text(COLUMN.tag);
  }
  get message(): Buffer {
    return this.#rows.bytes(COLUMN.message);
  }
  get detail(): Buffer | null {
    return this.#bytes(COLUMN.detail);
  }
  get hint(): Buffer | null {
    return this.#bytes(COLUMN.hint);
  }
  get context(): Buffer | null {
    return this.#bytes(COLUMN.context);
  }
  get statement(): Buffer | null {
    return this.#bytes(COLUMN.query);
  }
  get position(): string {
    return this.#rows.text(COLUMN.position);
  }

  #bytes(column: number): Buffer | null {
    return this.#rows.has(column) ? this.#rows.bytes(column) : null;
  }
}

function problemOf(count: number, time: string): string {
  if (count < LEAST_COLUMNS) return `no row of csvlog: ${count} columns`;
  return `no time that can be read: ${time.slice(0, 40)}`;
}

/** What was no error has a code of its own, which tells nothing. */
export function sqlstateOf(code: string): string {
  return code === '00000' ? '' : code;
}
