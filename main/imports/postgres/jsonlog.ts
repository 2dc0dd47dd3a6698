/**
 * PostgreSQL's jsonlog (version 15 on; PostgreSQL manual, §19.8.5), one object a line; bare, or in the `record` of the log of
 * CloudNativePG, whose names are those of csvlog's columns.
 */
import { TextLines } from '../text-lines.ts';
import type { EntryTaker } from './csvlog.ts';
import { hostAndPort, type FilledEntry, newEntry } from './log-entry.ts';
import { LogTimes } from './log-time.ts';
import type { ZoneOffset } from './time-zones.ts';

/** Reads jsonlog as it comes in chunks. */
export function jsonlogReader(taker: EntryTaker, offset: ZoneOffset): TextLines {
  const times = new LogTimes(offset);
  const starts = new LogTimes(offset);
  const entry = newEntry();
  return new TextLines((bytes, line, part) => {
    const whole = part === 'whole';
    if (whole && isBlank(bytes)) {
      taker.blank(1);
      return;
    }
    const record = whole ? recordOf(bytes) : null;
    const time = record === null ? null : times.micros(text(record, 'timestamp', 'log_time'));
    if (record === null || time === null) {
      taker.broken(line, part === 'piece' ? 0 : 1, bytes, problemOf(record, whole));
      return;
    }
    entry.line = line;
    entry.original = bytes;
    entry.time = time;
    entry.started = starts.micros(text(record, 'session_start', 'session_start_time'));
    fill(entry, record);
    taker.entry(entry);
  });
}

/** The object that a line holds; null when it holds none. */
export function recordOf(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const inner = value['record'];
  return typeof value['logger'] === 'string' && isRecord(inner) ? inner : value;
}

function fill(entry: FilledEntry, record: Readonly<Record<string, unknown>>): void {
  const from = hostAndPort(text(record, 'connection_from'));
  entry.pid = text(record, 'pid', 'process_id');
  entry.session = text(record, 'session_id') || entry.pid;
  entry.user = text(record, 'user', 'user_name');
  entry.database = text(record, 'dbname', 'database_name');
  entry.address = text(record, 'remote_host') || from.address;
  entry.port = Number(text(record, 'remote_port')) || from.port;
  entry.application = text(record, 'application_name');
  entry.severity = text(record, 'error_severity') || 'LOG';
  const sqlstate = text(record, 'state_code', 'sql_state_code');
  entry.sqlstate = sqlstate === '00000' ? '' : sqlstate;
  entry.tag = text(record, 'ps', 'command_tag');
  entry.message = messageOf(record);
  entry.detail = bytesOf(record, 'detail');
  entry.hint = bytesOf(record, 'hint');
  entry.context = bytesOf(record, 'context');
  entry.statement = bytesOf(record, 'statement', 'query');
  entry.position = text(record, 'cursor_position', 'query_pos');
}

/** CloudNativePG takes the lines of pgaudit apart; their text is put together again. */
function messageOf(record: Readonly<Record<string, unknown>>): Buffer {
  const audit = record['audit'];
  if (!isRecord(audit)) return Buffer.from(text(record, 'message'));
  const fields = [
    'audit_type',
    'statement_id',
    'substatement_id',
    'class',
    'command',
    'object_type',
    'object_name',
    'statement',
    'parameter',
    'rows',
  ].map((name) => text(audit, name));
  return Buffer.from(`AUDIT: ${fields.map(quoted).join(',')}`);
}

function quoted(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function bytesOf(record: Readonly<Record<string, unknown>>, ...names: readonly string[]): Buffer | null {
  const found = text(record, ...names);
  return found === '' ? null : Buffer.from(found);
}

/** The first of the names that the record has, as text. */
function text(record: Readonly<Record<string, unknown>>, ...names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return '';
}

function problemOf(record: Readonly<Record<string, unknown>> | null, whole: boolean): string {
  if (!whole) return 'the line is too long';
  return record === null ? 'no JSON object' : 'no time that can be read';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a line has nothing but white space. */
export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
