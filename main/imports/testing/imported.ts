/** Imports bytes into memory and tells what came of them, in words that a test can compare. */
import type { FactsOf } from '../../../gateway/archive/archive.ts';
import { plainFacts } from '../../../gateway/archive/testing.ts';
import { readBody, type StoredEvent } from '../../../shared/recording/record.ts';
import { readParameters } from '../../../shared/replay/parameters.ts';
import { firstBody, readErrorFields } from '../../../shared/replay/wire.ts';
import { detect, type FormatOptions } from '../detect.ts';
import { ImportedLog, type ImportWriter } from '../imported-log.ts';
import { LineCount } from '../line-count.ts';
import { readerOf } from '../reader.ts';
import { Tally } from '../tally.ts';

/** What a test compares. */
interface ImportedBytes {
  readonly format: string;
  readonly lacks: readonly string[];
  readonly tally: Tally;
  /** Lines of the bytes, counted apart. */
  readonly lines: number;
  readonly events: readonly StoredEvent[];
}

/** When a test's file was last written to: 2026-11-22T09:00:00Z in µs. */
export const MODIFIED = 1_795_338_000_000_000;

const FORMATS = { name: 'a file', origin: { sha256: new Uint8Array(32), file: 'a file' } };

/** Imports `text` in pieces of `chunk` bytes. */
export function importBytes(
  text: string | Buffer,
  options: FormatOptions = {},
  chunk = Number.POSITIVE_INFINITY,
  factsOf: FactsOf = plainFacts,
): ImportedBytes {
  const bytes = Buffer.from(text);
  const { readAs, lacks } = detect(bytes, FORMATS.name, options);
  const events: StoredEvent[] = [];
  const writer: ImportWriter = {
    watermark: () => 0,
    append: (body) => void events.push(readBody(Buffer.from(body))),
    commit: () => undefined,
    checkpoint: () => null,
  };
  const log = new ImportedLog(writer, new Uint8Array(16), {
    ...FORMATS.origin,
    format: readAs.format,
    lacks,
  });
  const tally = new Tally();
  const count = new LineCount();
  const reader = readerOf(readAs, { log, tally, time: MODIFIED, factsOf });
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = bytes.subarray(at, at + chunk);
    count.take(piece);
    reader.take(piece);
  }
  reader.end();
  return { format: readAs.format, lacks, tally, lines: count.lines, events };
}

/** One line an event: time since the first second of the hour, session by its order of appearance, what it says. */
export function storyOf({ events }: Pick<ImportedBytes, 'events'>): string[] {
  const sessions = new Map<string, number>();
  return events.map((stored) => {
    const { session, sequence, time } = stored.event;
    const key = session === null ? '' : Buffer.from(session).toString('hex');
    if (key !== '' && !sessions.has(key)) sessions.set(key, sessions.size + 1);
    const who = key === '' ? 'log' : `${sessions.get(key)}.${sequence}`;
    return `${who} ${clock(time)} ${wordsOf(stored)}`;
  });
}

function clock(micros: number): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  return `${text.slice(11, 23)}${String(micros % 1000).padStart(3, '0')}`;
}

function wordsOf({ event, payloads }: StoredEvent): string {
  const text = (name: string) => Buffer.from(payloads[name] ?? []).toString();
  switch (event.kind) {
    case 'sessionOpened': {
      const { connection, user, applicationName, clientAddress, clientPort, tls } = event.fields;
      return `opened ${[connection, user, applicationName, clientAddress, clientPort].join('|')}${tls ? '|tls' : ''}`;
    }
    case 'imported':
      return 'imported';
    case 'sourceEntry':
      return `line ${event.fields.line}${event.fields.problem === null ? '' : ` (${event.fields.problem})`}`;
    case 'statement': {
      const { statement, name } = event.fields;
      const parameters = payloads['parameters'] ? readParameters(payloads['parameters'], [], []) : null;
      const values = parameters?.map((parameter) => parameter.text ?? 'NULL');
      return `statement ${statement}${name === null ? '' : ` «${name}»`}: ${text('text')}${values === undefined ? '' : ` [${values.join(', ')}]`}`;
    }
    case 'outcome': {
      const { statement, ordinal, status, tag, rows, duration, sqlstate } = event.fields;
      return [
        `outcome ${statement}.${ordinal} ${status}`,
        tag,
        rows < 0 ? '' : `${rows} rows`,
        duration < 0 ? '' : `${duration} µs`,
        sqlstate ?? '',
        messageOf(payloads['answer'], 'E'),
      ]
        .filter((word) => word !== '')
        .join(' ');
    }
    case 'notice':
      return `notice ${event.fields.severity} ${messageOf(payloads['message'], 'N')}`;
    case 'sessionClosed': {
      const { outcome, sqlstate, reason } = event.fields;
      return `closed ${[outcome, sqlstate ?? '', reason].filter((word) => word !== '').join(' ')}`;
    }
    case 'terminalOutput':
    case 'terminalInput':
      return `${event.kind} ${JSON.stringify(text('data'))}`;
    case 'terminalResized':
      return `resized ${event.fields.columns}x${event.fields.rows}`;
    case 'terminalMarked':
      return `marked ${event.fields.label}`;
    default:
      return event.kind;
  }
}

function messageOf(bytes: Uint8Array | null | undefined, type: 'E' | 'N'): string {
  const body = bytes ? firstBody(bytes, type) : null;
  const fields = body && readErrorFields(body);
  return fields === null ? '' : [fields.message, fields.detail, fields.hint].filter(Boolean).join(' / ');
}
