/** What a file is, by its beginning. */
import type { ImportGap } from '../../shared/recording/event.ts';
import { CommandError } from '../failure.ts';
import { castHeader } from './asciicast.ts';
import { hoopSessions } from './hoop.ts';
import { gapsOf, type Mapping, readMapping } from './mapping.ts';
import { recordOf } from './postgres/jsonlog.ts';
import { guessPrefix, linePrefix, type LinePrefix } from './postgres/line-prefix.ts';
import { abbreviatedOffset, fixedZone, type ZoneOffset } from './postgres/time-zones.ts';

/** The formats that are read, and what they are. */
export const IMPORT_FORMATS = {
  csvlog: 'PostgreSQL’s log as CSV',
  jsonlog: 'PostgreSQL’s log as JSON lines',
  stderr: 'PostgreSQL’s log as text, with a prefix',
  asciicast: 'terminal recordings of asciinema, version 1 to 3',
  hoop: 'sessions of hoop, as its API gives them',
  lines: 'JSON lines of any program, with --mapping',
} as const;
export type ImportFormat = keyof typeof IMPORT_FORMATS;

/** How a file is to be read. */
export type ReadAs =
  | { readonly format: 'csvlog' | 'jsonlog'; readonly offset: ZoneOffset }
  | { readonly format: 'stderr'; readonly offset: ZoneOffset; readonly prefix: LinePrefix }
  | { readonly format: 'asciicast' | 'hoop' }
  | { readonly format: 'lines'; readonly mapping: Mapping };

/** What the command line says of it. */
export interface FormatOptions {
  readonly format?: ImportFormat | undefined;
  /** `log_line_prefix` of the server. */
  readonly prefix?: string | undefined;
  readonly timezone?: string | undefined;
  /** The mapping's file. */
  readonly mapping?: string | undefined;
}

/** How to read it, what it lacks, and all that the events follow from beside the file's bytes. */
export interface Detected {
  readonly readAs: ReadAs;
  readonly lacks: readonly ImportGap[];
  readonly identity: string;
}

/** Lines of the beginning that a prefix is guessed from. */
const SAMPLE_LINES = 400;

/** Throws {@link CommandError}: the file is of no known format, or the command line says too little of it. */
export function detect(head: Buffer, name: string, options: FormatOptions): Detected {
  const format = options.format ?? impliedFormat(options) ?? formatOf(head);
  if (format === null) throw unknownFormat(name);
  const { timezone, mapping: mappingFile } = options;
  if (format === 'lines') {
    if (mappingFile === undefined) {
      const message = `${name} holds JSON lines of no known program: say with --mapping what is what in them (docs/import.md)`;
      throw new CommandError('BAD_USAGE', message);
    }
    const { mapping, text } = readMapping(mappingFile);
    return { readAs: { format, mapping }, lacks: gapsOf(mapping), identity: JSON.stringify([format, text]) };
  }
  if (format === 'asciicast' || format === 'hoop') {
    return { readAs: { format }, lacks: LACKS[format], identity: JSON.stringify([format]) };
  }
  const offset = zoneOf(head, name, timezone);
  if (format !== 'stderr') {
    return { readAs: { format, offset }, lacks: LACKS[format], identity: JSON.stringify([format, timezone]) };
  }
  const prefix = options.prefix === undefined ? guessPrefix(linesOf(head)) : linePrefix(options.prefix);
  if (prefix === null) throw unknownPrefix(name);
  const identity = JSON.stringify([format, timezone, prefix.text]);
  return { readAs: { format, offset, prefix }, lacks: stderrGaps(prefix), identity };
}

const POSTGRES: readonly ImportGap[] = ['identity', 'rows', 'row count', 'transaction status'];

const LACKS: Readonly<Record<'csvlog' | 'jsonlog' | 'asciicast' | 'hoop', readonly ImportGap[]>> = {
  csvlog: POSTGRES,
  jsonlog: POSTGRES,
  asciicast: ['identity', 'address', 'rows', 'row count'],
  hoop: [
    'identity',
    'address',
    'application',
    'rows',
    'row count',
    'outcome',
    'duration',
    'transaction status',
  ],
};

function stderrGaps(prefix: LinePrefix): ImportGap[] {
  const gaps: ImportGap[] = [...POSTGRES];
  if (!prefix.has('h') && !prefix.has('r')) gaps.push('address');
  if (!prefix.has('a')) gaps.push('application');
  if (!['t', 'm', 'n'].some((part) => prefix.has(part as 't'))) gaps.push('time');
  return gaps;
}

/** An option that only one format has tells which it is. */
function impliedFormat({ mapping, prefix }: FormatOptions): ImportFormat | null {
  if (mapping !== undefined) return 'lines';
  return prefix === undefined ? null : 'stderr';
}

/** The format that the beginning is of; null when it is of none. */
function formatOf(head: Buffer): ImportFormat | null {
  const lines = linesOf(head);
  const first = lines.find((line) => line.trim() !== '') ?? '';
  if (/^\s*[[{]/.test(first)) return jsonFormatOf(first, head.toString());
  const rows = lines.filter((line) =>
    /^"?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^,]{0,40},(?:[^,]*,){12}/.test(line),
  );
  if (rows.length > 0) return 'csvlog';
  return guessPrefix(lines) === null ? null : 'stderr';
}

function jsonFormatOf(first: string, text: string): ImportFormat {
  let value: unknown;
  try {
    value = JSON.parse(first);
  } catch {
    // One document over several lines, or a line longer than the beginning.
    if (/"version"\s*:\s*[123]\b/.test(text) && /"(?:stdout|width|term)"\s*:/.test(text)) return 'asciicast';
    if (/"event_stream"\s*:/.test(text) || /"start_date"\s*:/.test(text)) return 'hoop';
    return 'lines';
  }
  if (castHeader(value) !== null) return 'asciicast';
  if (hoopSessions(value) !== null) return 'hoop';
  const record = recordOf(Buffer.from(first));
  const known = record !== null && ('error_severity' in record || 'message' in record || 'audit' in record);
  return known && ('timestamp' in record || 'log_time' in record) ? 'jsonlog' : 'lines';
}

/** What a time zone in the file means. Refuses those that nobody knows before anything is imported. */
function zoneOf(head: Buffer, name: string, timezone: string | undefined): ZoneOffset {
  if (timezone !== undefined) {
    const zone = fixedZone(timezone);
    if (zone === null) {
      const message = `there is no time zone ${timezone}: name one such as Europe/Berlin or +02:00`;
      throw new CommandError('BAD_USAGE', message);
    }
    return zone;
  }
  const found = /\d\d:\d\d:\d\d(?:\.\d+)? ([A-Z]{2,5}|[+-]\d{2,4})(?![A-Za-z0-9])/.exec(
    head.toString('latin1', 0, 65_536),
  );
  if (found?.[1] !== undefined && abbreviatedOffset(found[1]) === null) {
    const message = `${name} has times in ${found[1]}, which is no time zone known here: say with --timezone which it is, such as Asia/Tehran`;
    throw new CommandError('BAD_USAGE', message);
  }
  return abbreviatedOffset;
}

/** The first lines of the beginning, as far as they are whole. */
function linesOf(head: Buffer): readonly string[] {
  return head.toString('latin1').split(/\r?\n/, SAMPLE_LINES);
}

function unknownFormat(name: string): CommandError {
  const message = `${name} is of no format known here; if it is a log of PostgreSQL, say with --prefix what its log_line_prefix is, else with --format what it is`;
  return new CommandError('FORMAT_UNKNOWN', message);
}

function unknownPrefix(name: string): CommandError {
  const message = `${name} has none of the usual prefixes: say with --prefix what log_line_prefix is (SHOW log_line_prefix)`;
  return new CommandError('FORMAT_UNKNOWN', message);
}
