/**
 * Terminal recordings: asciicast v1 (one JSON document), v2 and v3 (a header and one event a line; docs.asciinema.org/manual/asciicast).
 * Times are seconds: of the recording in v2, since the event before in v1 and v3.
 */
import type { ImportedLog, ImportedSession } from './imported-log.ts';
import type { Tally } from './tally.ts';
import { TextLines, type LinePart } from './text-lines.ts';
import { isBlank } from './postgres/jsonlog.ts';

/** What a header says. */
export interface CastHeader {
  readonly version: 1 | 2 | 3;
  readonly columns: number;
  readonly rows: number;
  /** µs since 1970; null where the recording does not know when it was made. */
  readonly time: number | null;
  readonly command: string;
  readonly title: string;
}

/** Reads a header; null when it is none. */
export function castHeader(value: unknown): CastHeader | null {
  if (!isRecord(value)) return null;
  const { version } = value;
  if (version !== 1 && version !== 2 && version !== 3) return null;
  const size = version === 3 ? value['term'] : { cols: value['width'], rows: value['height'] };
  if (!isRecord(size)) return null;
  const { cols: columns, rows } = size;
  if (!isSize(columns) || !isSize(rows)) return null;
  const { timestamp, command, title } = value;
  return {
    version,
    columns,
    rows,
    time: typeof timestamp === 'number' && timestamp > 0 ? Math.round(timestamp * 1_000_000) : null,
    command: typeof command === 'string' ? command : '',
    title: typeof title === 'string' ? title : '',
  };
}

/** The longest recording that is believed: a hundred years, in s. */
const LONGEST = 3_155_760_000;

/** Reads v2 and v3 as they come in chunks; `time` (µs since 1970) stands in where the header has none. */
export class AsciicastReader {
  readonly #log: ImportedLog;
  readonly #tally: Tally;
  readonly #fallback: number;
  readonly #lines = new TextLines((bytes, line, part) => this.#line(bytes, line, part));
  #header: CastHeader | null = null;
  #session: ImportedSession | null = null;
  /** Of the latest event, µs from the beginning. */
  #at = 0;
  #begin = 0;
  #exit: string | null = null;

  constructor(log: ImportedLog, tally: Tally, time: number) {
    this.#log = log;
    this.#tally = tally;
    this.#fallback = time;
  }

  /** The next piece of the file. */
  take(chunk: Buffer): void {
    this.#lines.take(chunk);
  }

  /** The file's end. */
  end(): void {
    this.#lines.end();
    if (this.#session === null) return;
    const reason = this.#exit === null ? 'the recording ends' : `exit status ${this.#exit}`;
    this.#session.record(
      'sessionClosed',
      { outcome: 'completed', sqlstate: null, reason },
      this.#begin + this.#at,
    );
  }

  #line(bytes: Buffer, line: number, part: LinePart): void {
    if (part === 'whole' && isBlank(bytes)) {
      this.#tally.empty(1);
      return;
    }
    this.#tally.entry(part === 'piece' ? 0 : 1);
    if (part !== 'whole') this.#broken(bytes, line, 'the line is too long');
    else if (this.#session === null) this.#beginWith(bytes, line);
    else if (bytes[0] === 0x23 && this.#header?.version === 3) {
      this.#tally.apart++;
      this.#session.entry(line, bytes, this.#begin + this.#at);
    } else this.#event(this.#session, bytes, line);
  }

  #beginWith(bytes: Buffer, line: number): void {
    const header = castHeader(parsed(bytes));
    if (header === null) {
      this.#broken(bytes, line, 'no header of an asciicast');
      return;
    }
    this.#header = header;
    this.#begin = header.time ?? this.#fallback;
    this.#session = openTerminal(this.#log, header, line, this.#begin);
    this.#session.entry(line, bytes, this.#begin);
    this.#session.record('terminalResized', header, this.#begin);
  }

  #event(session: ImportedSession, bytes: Buffer, line: number): void {
    const value = parsed(bytes);
    const [time, code, data] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    const problem = !Array.isArray(value) ? 'no event: not a JSON array' : this.#problemOf(value, code, data);
    if (problem !== null) return this.#broken(bytes, line, problem);
    const micros = Math.round((time as number) * 1_000_000);
    this.#at = this.#header?.version === 3 ? this.#at + micros : micros;
    const at = this.#begin + this.#at;
    session.entry(line, bytes, at);
    if (code === 'x') this.#exit = data as string;
    else recordTerminal(session, code as string, data as string, at);
  }

  #problemOf(value: readonly unknown[], code: unknown, data: unknown): string | null {
    const [time] = value;
    if (value.length !== 3) return `no event: ${value.length} items, not 3`;
    if (typeof time !== 'number' || !(time >= 0) || time > LONGEST) return 'no event: its time cannot be';
    if (typeof code !== 'string' || typeof data !== 'string') return 'no event: its code or data is no text';
    return code === 'r' && sizeOf(data) === null ? 'no event: a size that no terminal has' : null;
  }

  #broken(bytes: Buffer, line: number, problem: string): void {
    this.#tally.problem(line, problem);
    const time = this.#session === null ? this.#fallback : this.#begin + this.#at;
    this.#log.entry({ line, problem, original: bytes }, null, time);
  }
}

/** Reads the document of v1: `stdout` is a list of delay and text. */
export function readAsciicast1(
  log: ImportedLog,
  tally: Tally,
  document: Readonly<Record<string, unknown>>,
  { bytes, lines, time }: { readonly bytes: Buffer; readonly lines: number; readonly time: number },
): void {
  const header = castHeader(document);
  const { stdout } = document;
  tally.entry(lines);
  if (header === null || !Array.isArray(stdout)) {
    tally.problem(1, 'no asciicast of version 1');
    log.entry({ line: 1, problem: 'no asciicast of version 1', original: bytes }, null, time);
    return;
  }
  const session = openTerminal(log, header, 1, time);
  session.entry(1, bytes, time);
  session.record('terminalResized', header, time);
  let at = time;
  for (const [i, frame] of (stdout as readonly unknown[]).entries()) {
    const [delay, text] = Array.isArray(frame) ? (frame as readonly unknown[]) : [];
    if (typeof delay !== 'number' || !(delay >= 0) || delay > LONGEST || typeof text !== 'string') {
      tally.problem(1, `item ${i + 1} of stdout is no delay and text`);
      continue;
    }
    at += Math.round(delay * 1_000_000);
    session.record('terminalOutput', { data: Buffer.from(text) }, at);
  }
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: 'the recording ends' }, at);
}

function openTerminal(log: ImportedLog, header: CastHeader, line: number, time: number): ImportedSession {
  const { title, command } = header;
  return log.open('', line, {
    connection: 'terminal',
    applicationName: title === '' ? command : title,
    protocol: 'terminal',
    time,
  });
}

/** An event of a terminal: o, i, r or m. Codes of later versions stay in the original alone. */
export function recordTerminal(session: ImportedSession, code: string, data: string, time: number): void {
  if (code === 'o') session.record('terminalOutput', { data: Buffer.from(data) }, time);
  else if (code === 'i') session.record('terminalInput', { data: Buffer.from(data) }, time);
  else if (code === 'm') session.record('terminalMarked', { label: data }, time);
  else if (code === 'r') {
    const size = sizeOf(data);
    if (size !== null) session.record('terminalResized', size, time);
  }
}

function sizeOf(text: string): { readonly columns: number; readonly rows: number } | null {
  const [, columns, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  const size = { columns: Number(columns), rows: Number(rows) };
  return isSize(size.columns) && isSize(size.rows) ? size : null;
}

/** What a terminal can be: larger ones would be made up to exhaust whoever shows them. */
function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2_000;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
