/**
 * PostgreSQL's log as text (`log_destination = stderr`): each part of a report begins with the prefix and what it is, its further
 * lines with a tab (PostgreSQL source: utils/error/elog.c).
 */
import { TextLines, type LinePart } from '../text-lines.ts';
import { goesOn } from './audit-line.ts';
import type { EntryTaker } from './csvlog.ts';
import { isBlank } from './jsonlog.ts';
import type { LinePrefix, PrefixedLine } from './line-prefix.ts';
import { hostAndPort, type FilledEntry, newEntry } from './log-entry.ts';
import { LogTimes } from './log-time.ts';
import { sqlstateOf } from './csvlog.ts';
import type { ZoneOffset } from './time-zones.ts';

/** Parts of a report behind its message, and where they go; the others stay in the original alone. */
const PARTS: Readonly<Record<string, 'detail' | 'hint' | 'context' | 'statement' | null>> = {
  DETAIL: 'detail',
  HINT: 'hint',
  CONTEXT: 'context',
  STATEMENT: 'statement',
  QUERY: null,
  LOCATION: null,
  BACKTRACE: null,
};

const POSITION = / at character (\d{1,9})$/;

const TAB = 0x09;
const LINE_FEED = Buffer.from('\n');

/** A report of more bytes ends there: what goes on is told as lines of their own. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface StderrOptions {
  readonly prefix: LinePrefix;
  readonly offset: ZoneOffset;
  /** For lines whose prefix has no time: µs since 1970. */
  readonly time: number;
}

/** Reads a log as it comes in chunks. */
export class StderrLog {
  readonly #taker: EntryTaker;
  readonly #options: StderrOptions;
  readonly #times: LogTimes;
  readonly #starts: LogTimes;
  readonly #lines = new TextLines((bytes, line, part) => this.#line(bytes, line, part));
  readonly #entry = newEntry();
  /** Lines of the report being read; none between two. */
  #original: Buffer[] = [];
  #bytes = 0;
  /** Pieces of the part being read, and which it is. */
  #part: Buffer[] = [];
  #partName: string | null = null;

  constructor(taker: EntryTaker, options: StderrOptions) {
    this.#taker = taker;
    this.#options = options;
    this.#times = new LogTimes(options.offset);
    this.#starts = new LogTimes(options.offset);
  }

  /** The next piece of the file. */
  take(chunk: Buffer): void {
    this.#lines.take(chunk);
  }

  /** The file's end. */
  end(): void {
    this.#lines.end();
    this.#flush();
  }

  #line(bytes: Buffer, line: number, part: LinePart): void {
    if (part !== 'whole') {
      this.#flush();
      this.#taker.broken(line, part === 'piece' ? 0 : 1, bytes, 'the line is too long');
      return;
    }
    const open = this.#original.length > 0;
    if (open && (bytes[0] === TAB || this.#inAudit())) {
      this.#more(bytes, bytes[0] === TAB ? bytes.subarray(1) : bytes);
      return;
    }
    const text = bytes.toString('latin1', 0, Math.min(bytes.length, 600));
    const read = this.#options.prefix.read(text);
    if (read === null) {
      this.#flush();
      if (isBlank(bytes)) this.#taker.blank(1);
      else this.#taker.broken(line, 1, bytes, 'no log entry: the line does not begin with the prefix');
      return;
    }
    const rest = bytes.subarray(read.at);
    if (read.severity in PARTS) this.#nextPart(read, bytes, rest, line);
    else this.#begin(read, bytes, rest, line);
  }

  /** A line that goes on with the part before it. */
  #more(bytes: Buffer, text: Buffer): void {
    this.#keep(bytes);
    this.#part.push(LINE_FEED, Buffer.from(text));
  }

  #keep(bytes: Buffer): void {
    this.#original.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
    if (this.#bytes > MOST_BYTES) this.#flush();
  }

  #nextPart(read: PrefixedLine, bytes: Buffer, rest: Buffer, line: number): void {
    const { p: pid = '' } = read.parts;
    if (this.#original.length === 0 || pid !== this.#entry.pid) {
      this.#flush();
      this.#taker.broken(line, 1, bytes, `a ${read.severity} of no entry`);
      return;
    }
    this.#endPart();
    this.#partName = read.severity;
    this.#part = [Buffer.from(rest)];
    this.#keep(bytes);
  }

  #begin({ parts, severity }: PrefixedLine, bytes: Buffer, rest: Buffer, line: number): void {
    this.#flush();
    const time = this.#timeOf(parts);
    if (time === null) {
      this.#taker.broken(line, 1, bytes, 'no time that can be read');
      return;
    }
    const entry = this.#entry;
    Object.assign(entry, newEntry(), { line, time, severity });
    fillWho(entry, parts);
    entry.started = parts.s === undefined ? null : this.#starts.micros(parts.s);
    this.#partName = 'MESSAGE';
    this.#part = [Buffer.from(rest)];
    this.#keep(bytes);
  }

  #timeOf({ t, m, n }: PrefixedLine['parts']): number | null {
    if (n !== undefined) return Math.round(Number(n) * 1_000_000);
    const text = m ?? t;
    return text === undefined ? this.#options.time : this.#times.micros(text);
  }

  /** Whether a line of pgaudit has quotes open: where it was not the server that wrote it, no tab says that it goes on. */
  #inAudit(): boolean {
    const first = this.#part[0];
    if (this.#partName !== 'MESSAGE' || first?.toString('latin1', 0, 7) !== 'AUDIT: ') return false;
    return goesOn(Buffer.concat(this.#part).toString('latin1'));
  }

  #endPart(): void {
    const text = this.#part.length === 1 ? (this.#part[0] as Buffer) : Buffer.concat(this.#part);
    const name = this.#partName;
    if (name === 'MESSAGE') this.#setMessage(text);
    else if (name !== null) {
      const field = PARTS[name];
      if (field !== null && field !== undefined) this.#entry[field] = text;
    }
    this.#part = [];
    this.#partName = null;
  }

  /** The server writes where an error is behind its message, which other formats have apart. */
  #setMessage(text: Buffer): void {
    const [all = '', position = ''] =
      this.#entry.severity === 'LOG' ? [] : (POSITION.exec(text.toString('latin1')) ?? []);
    this.#entry.message = text.subarray(0, text.length - all.length);
    this.#entry.position = position;
  }

  #flush(): void {
    if (this.#original.length === 0) return;
    this.#endPart();
    const entry = this.#entry;
    entry.lines = this.#original.length;
    entry.original = joined(this.#original);
    this.#original = [];
    this.#bytes = 0;
    this.#taker.entry(entry);
  }
}

function fillWho(entry: FilledEntry, parts: PrefixedLine['parts']): void {
  const { address, port } = parts.r === undefined ? { address: parts.h, port: 0 } : hostAndPort(parts.r);
  entry.pid = parts.p ?? '';
  entry.session = parts.c ?? (parts.s === undefined ? entry.pid : `${entry.pid} ${parts.s}`);
  entry.user = known(parts.u);
  entry.database = known(parts.d);
  entry.application = known(parts.a);
  entry.address = known(address);
  entry.port = port;
  entry.sqlstate = sqlstateOf(parts.e ?? '');
  entry.tag = parts.i ?? '';
}

/** Text of Latin-1 as it was read, as UTF-8; what the server does not know it writes as `[unknown]`. */
function known(text: string | undefined): string {
  return text === undefined || text === '[unknown]' ? '' : Buffer.from(text, 'latin1').toString();
}

function joined(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [LINE_FEED, line])));
}
