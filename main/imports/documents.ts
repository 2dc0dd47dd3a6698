/**
 * Files that are one JSON document, or one on each line: read whole, because JSON has no other way to be read. asciicast of version 2
 * and 3 are told from the one of version 1 by their first line, and go to their own reader.
 */
import { castHeader, readAsciicast1, type AsciicastReader } from './asciicast.ts';
import { hoopSessions, importHoopSession } from './hoop.ts';
import type { ImportedLog } from './imported-log.ts';
import { CommandError } from '../failure.ts';
import type { Tally } from './tally.ts';

/** The largest document: what parsing takes is ten times that. */
const MOST_BYTES = 256 * 1024 * 1024;

const LINE_FEED = 0x0a;

interface Parts {
  readonly log: ImportedLog;
  readonly tally: Tally;
  readonly time: number;
}

export class DocumentReader {
  readonly #parts: Parts;
  readonly #lines: AsciicastReader | null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Set once the first line told that events follow, one a line. */
  #streams = false;

  /** `lines` reads recordings that have one event a line; null where the file is none of those. */
  constructor(parts: Parts, lines: AsciicastReader | null) {
    this.#parts = parts;
    this.#lines = lines;
  }

  /** The next piece of the file. Throws {@link CommandError} when the document is too large. */
  take(chunk: Buffer): void {
    if (this.#streams) {
      this.#lines?.take(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_BYTES)
      throw new CommandError(
        'IMPORT_TOO_LARGE',
        'the document is larger than 256 MiB: import its sessions one by one',
      );
    if (this.#lines !== null && chunk.includes(LINE_FEED)) this.#look(this.#lines);
  }

  /** The file's end. */
  end(): void {
    if (this.#streams) return this.#lines?.end();
    const bytes = Buffer.concat(this.#chunks);
    if (bytes.length === 0) return;
    if (this.#lines !== null) this.#endCast(this.#lines, bytes);
    else this.#hoop(bytes);
  }

  /** Whether the first line is a header of version 2 or 3, or at least no document of version 1. */
  #look(lines: AsciicastReader): void {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const first = bytes.toString('utf8', 0, bytes.indexOf(LINE_FEED));
    if (/^\s*$/.test(first) || castHeader(parsed(first)) === null) return;
    if (castHeader(parsed(first))?.version === 1) return;
    this.#streams = true;
    this.#chunks = [];
    lines.take(bytes);
  }

  #endCast(lines: AsciicastReader, bytes: Buffer): void {
    const value = parsed(bytes.toString());
    if (isRecord(value) && value['version'] === 1)
      return readAsciicast1(this.#parts.log, this.#parts.tally, value, {
        bytes,
        lines: linesIn(bytes),
        time: this.#parts.time,
      });
    lines.take(bytes);
    lines.end();
  }

  #hoop(bytes: Buffer): void {
    const { log, tally, time } = this.#parts;
    const whole = hoopSessions(parsed(bytes.toString()));
    if (whole !== null) {
      tally.entry(linesIn(bytes));
      for (const session of whole) importHoopSession(log, tally, session, 1);
      return;
    }
    let from = 0;
    for (let line = 1; from < bytes.length; line++) {
      const found = bytes.indexOf(LINE_FEED, from);
      const end = found < 0 ? bytes.length : found;
      const original = bytes.subarray(from, end);
      from = end + 1;
      const text = original.toString();
      if (text.trim() === '') {
        tally.empty(1);
        continue;
      }
      tally.entry(1);
      const sessions = hoopSessions(parsed(text));
      for (const session of sessions ?? []) importHoopSession(log, tally, session, line);
      if (sessions !== null) continue;
      const problem = 'no session of hoop';
      tally.problem(line, problem);
      log.entry({ line, problem, original }, null, time);
    }
  }
}

function linesIn(bytes: Buffer): number {
  let lines = bytes[bytes.length - 1] === LINE_FEED ? 0 : 1;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
