/**
 * Sessions of hoop as its API gives them (`GET /api/sessions/{id}`, github.com/hoophq/hoop gateway/api/openapi/types.go): what it
 * recorded is `event_stream`, items of seconds, `i`, `o` or `e`, and base64. Of a PostgreSQL connection these are the agent's wire
 * messages, else a terminal's bytes. Answers of a database are not in it.
 */
import type { ImportedLog, ImportedSession } from './imported-log.ts';
import { FrontendReader, type FrontendMessage } from './frontend-messages.ts';
import type { Tally } from './tally.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a value is a session, a list of them, or a page of such a list. */
export function hoopSessions(value: unknown): readonly Json[] | null {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : listIn(value);
  const sessions = list.filter(isSession);
  return sessions.length > 0 && sessions.length === list.length ? sessions : null;
}

function listIn(value: unknown): readonly unknown[] {
  if (!isRecord(value)) return [];
  const { data } = value;
  return Array.isArray(data) && !isSession(value) ? (data as readonly unknown[]) : [value];
}

function isSession(value: unknown): value is Json {
  return (
    isRecord(value) &&
    'event_stream' in value &&
    typeof value['start_date'] === 'string' &&
    typeof value['connection'] === 'string'
  );
}

/** An item of the stream. */
interface Item {
  /** µs since 1970. */
  readonly time: number;
  readonly code: 'i' | 'o' | 'e';
  readonly data: Buffer;
  readonly original: string;
}

/** Writes one session; `line` is where it stands in the file. */
export function importHoopSession(log: ImportedLog, tally: Tally, source: Json, line: number): void {
  const begin = microsOf(source['start_date']);
  if (begin === null) {
    tally.problem(line, 'the session has no start_date that can be read');
    log.entry({ line, problem: 'no start_date', original: withoutStream(source) }, null, 0);
    return;
  }
  const { items, broken } = itemsOf(source['event_stream'], begin);
  const session = log.open(textOf(source, 'id'), line, {
    connection: textOf(source, 'connection'),
    user: textOf(source, 'user') || textOf(source, 'user_email'),
    applicationName: textOf(source, 'verb') === '' ? 'hoop' : `hoop ${textOf(source, 'verb')}`,
    time: begin,
  });
  session.entry(line, withoutStream(source), begin);
  for (const item of broken) {
    tally.problem(line, 'an item of event_stream cannot be read');
    session.entry(line, Buffer.from(item), session.time, 'no item of event_stream');
  }
  const wire = isWire(items);
  const script = scriptOf(source['script']);
  if (!wire && script !== '') session.statement(Buffer.from(script), begin);
  if (wire) writeWire(session, items, line);
  else for (const item of items) writeTerminal(session, item, line);
  const end = microsOf(source['end_date']);
  const reason = end === null ? 'hoop had not closed the session' : '';
  const outcome = end === null ? 'unknown' : 'completed';
  session.record('sessionClosed', { outcome, sqlstate: null, reason }, end ?? session.time);
  tally.statements += session.statements;
}

/** What the agent sent to PostgreSQL. The start-up packet is left out: hoop's secret key is in it, as the user. */
function writeWire(session: ImportedSession, items: readonly Item[], line: number): void {
  const reader = new FrontendReader();
  for (const { code, time, data, original } of items) {
    const messages = code === 'i' ? reader.take(data) : [];
    const secret = messages.some(({ type }) => type === 'startup' || type === 'password');
    session.entry(
      line,
      Buffer.from(secret ? '"left out: it holds what the agent signed in with"' : original),
      time,
    );
    for (const message of messages) writeMessage(session, message, time);
  }
}

function writeMessage(session: ImportedSession, message: FrontendMessage, time: number): void {
  if (message.type === 'query') session.statement(message.text, time);
  if (message.type !== 'execute') return;
  const { text, name, parameters } = message;
  session.statement(text, time, { name, parameters });
}

function writeTerminal(session: ImportedSession, { code, time, data, original }: Item, line: number): void {
  session.entry(line, Buffer.from(original), time);
  session.record(code === 'i' ? 'terminalInput' : 'terminalOutput', { data }, time);
}

/** Whether what was sent begins as PostgreSQL's protocol does. */
function isWire(items: readonly Item[]): boolean {
  const first = items.find(({ code }) => code === 'i');
  return first !== undefined && new FrontendReader().take(first.data).length > 0;
}

function itemsOf(
  stream: unknown,
  begin: number,
): { readonly items: readonly Item[]; readonly broken: readonly string[] } {
  const items: Item[] = [];
  const broken: string[] = [];
  for (const item of Array.isArray(stream) ? (stream as readonly unknown[]) : []) {
    const original = JSON.stringify(item);
    const [seconds, code, data] = Array.isArray(item) ? (item as readonly unknown[]) : [0, 'o', item];
    const known = code === 'i' || code === 'o' || code === 'e';
    if (!known || typeof seconds !== 'number' || !(seconds >= 0) || typeof data !== 'string') {
      broken.push(original);
      continue;
    }
    const bytes = Array.isArray(item) ? Buffer.from(data, 'base64') : Buffer.from(data);
    items.push({ time: begin + Math.round(seconds * 1_000_000), code, data: bytes, original });
  }
  return { items, broken };
}

function withoutStream(source: Json): Buffer {
  const rest = Object.entries(source).filter(([key]) => key !== 'event_stream');
  return Buffer.from(JSON.stringify(Object.fromEntries(rest)));
}

function scriptOf(script: unknown): string {
  return isRecord(script) && typeof script['data'] === 'string' ? script['data'] : '';
}

function microsOf(date: unknown): number | null {
  const ms = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return ms >= 0 ? ms * 1000 : null;
}

function textOf(source: Json, key: string): string {
  const value = source[key];
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
