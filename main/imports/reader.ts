/** The reader of each format: takes a file in pieces and writes what it means. */
import type { FactsOf } from '../../gateway/archive/archive.ts';
import { AsciicastReader } from './asciicast.ts';
import type { ReadAs } from './detect.ts';
import { DocumentReader } from './documents.ts';
import type { ImportedLog } from './imported-log.ts';
import { MappedLines } from './mapped-lines.ts';
import { csvlogReader } from './postgres/csvlog.ts';
import { jsonlogReader } from './postgres/jsonlog.ts';
import type { CountStatements } from './postgres/log-session.ts';
import { LogSessions } from './postgres/log-sessions.ts';
import { StderrLog } from './postgres/stderr-log.ts';
import type { Tally } from './tally.ts';

export interface Reader {
  /** The next piece of the file. */
  take(chunk: Buffer): void;
  /** The file's end. */
  end(): void;
}

export interface ReaderParts {
  readonly log: ImportedLog;
  readonly tally: Tally;
  /** Stands in where the file has no time, µs since 1970. */
  readonly time: number;
  readonly factsOf: FactsOf;
}

export function readerOf(readAs: ReadAs, { log, tally, time, factsOf }: ReaderParts): Reader {
  switch (readAs.format) {
    case 'asciicast':
      return new DocumentReader({ log, tally, time }, new AsciicastReader(log, tally, time));
    case 'hoop':
      return new DocumentReader({ log, tally, time }, null);
    case 'lines':
      return new MappedLines(log, tally, readAs.mapping, time);
    default: {
      const names = readAs.format !== 'stderr' || readAs.prefix.has('u') || readAs.prefix.has('d');
      const sessions = new LogSessions(log, tally, { names, time, count: counting(factsOf) });
      return endingWith(postgresReader(readAs, sessions, time), () => sessions.end());
    }
  }
}

function postgresReader(
  readAs: Extract<ReadAs, { format: 'csvlog' | 'jsonlog' | 'stderr' }>,
  sessions: LogSessions,
  time: number,
): Reader {
  const { offset } = readAs;
  if (readAs.format === 'stderr') return new StderrLog(sessions, { prefix: readAs.prefix, offset, time });
  return readAs.format === 'csvlog' ? csvlogReader(sessions, offset) : jsonlogReader(sessions, offset);
}

function endingWith(reader: Reader, end: () => void): Reader {
  return {
    take: (chunk) => reader.take(chunk),
    end() {
      reader.end();
      end();
    },
  };
}

const SEMICOLON = 0x3b;

/** Counts statements as the archive will; only a text with a semicolon within it is worth a look. */
function counting(factsOf: FactsOf): CountStatements {
  return (text) => {
    const at = text.indexOf(SEMICOLON);
    if (at < 0 || text.subarray(at + 1).every((byte) => byte <= 0x20)) return 1;
    return Math.max(1, factsOf(text.toString()).length);
  };
}
