/** One session of a PostgreSQL log: turns its entries, in their order, into events. */
import type { ImportedLog, ImportedSession } from '../imported-log.ts';
import { readAuditLine, type AuditLine } from './audit-line.ts';
import type { LogEntry } from './log-entry.ts';
import { bindOf, loggedParameters } from './logged-parameters.ts';
import { type Said, wordIn } from './message-kind.ts';
import { serverMessage } from './server-message.ts';

/** A statement whose end was not told yet. */
interface OpenStatement {
  readonly number: number;
  readonly text: Buffer;
  /** SQL statements in the text. */
  readonly parts: number;
  readonly time: number;
  tag: string;
  /** As pgaudit told them; null where it did not. */
  rows: number | null;
  /** STATEMENT_ID and SUBSTATEMENT_ID of pgaudit; null for a statement that the server itself logged. */
  audit: { readonly statement: string; readonly substatement: string } | null;
}

/** Entries that come before it is known whose session it is: the first one, when a connection is received. */
interface Waiting {
  readonly line: number;
  readonly original: Buffer;
  readonly time: number;
  readonly address: string;
  readonly port: number;
}

const ERRORS: ReadonlySet<string> = new Set(['ERROR', 'FATAL', 'PANIC']);

/** What a session shows for a tag while it executes nothing, or only prepares. */
const NO_TAG = /^(?:PARSE|BIND|DESCRIBE|EXECUTE MESSAGE|STARTUP|AUTHENTICATION)$/;

/** How many SQL statements a text holds. */
export type CountStatements = (text: Buffer) => number;

export class LogSession {
  readonly key: string;
  readonly pid: string;
  /** Line of its latest entry. */
  touched = 0;
  readonly #log: ImportedLog;
  readonly #count: CountStatements;
  #session: ImportedSession | null = null;
  #waiting: Waiting[] = [];
  #open: OpenStatement | null = null;
  #authorized = false;
  #lost = false;
  #failure: { readonly sqlstate: string | null; readonly reason: string } | null = null;

  constructor(log: ImportedLog, count: CountStatements, key: string, pid: string) {
    this.#log = log;
    this.#count = count;
    this.key = key;
    this.pid = pid;
  }

  /** Statements so far. */
  get statements(): number {
    return this.#session?.statements ?? 0;
  }

  /** Takes the next entry; returns whether it was the session's last. */
  take(entry: LogEntry, said: Said): boolean {
    this.touched = entry.line;
    if (said.kind === 'received' && this.#session === null) {
      const { line, original, time, address, port } = entry;
      this.#waiting.push({ line, original: Buffer.from(original), time, address, port });
      return false;
    }
    const session = this.#opened(entry, said);
    if (ERRORS.has(entry.severity)) return this.#failed(session, entry);
    if (said.kind === 'statement') this.#statement(session, entry, said);
    else if (said.kind === 'audit') this.#audit(session, entry, readAuditLine(said.line));
    else if (said.kind === 'disconnected') {
      this.#settle(session);
      session.entry(entry.line, entry.original, entry.time);
      this.#close(session, entry.time, this.#lost ? 'disconnected' : 'completed', '');
      return true;
    } else this.#other(session, entry, said);
    return false;
  }

  /** Nothing follows in the file, and its end was not in it. */
  finish(): void {
    const session = this.#session ?? (this.#waiting.length > 0 ? this.#openUnnamed() : null);
    if (session === null) return;
    this.#settle(session);
    this.#close(session, session.time, 'unknown', 'the file does not tell how this session ended');
  }

  #opened(entry: LogEntry, said: Said): ImportedSession {
    if (said.kind === 'authorized') this.#authorized = true;
    if (this.#session !== null) return this.#session;
    const words = said.kind === 'authorized' ? said.words : '';
    const first = this.#waiting[0];
    const began = first?.time ?? startOf(entry, said);
    const session = this.#log.open(this.key, first?.line ?? entry.line, {
      connection: entry.database || wordIn(words, 'database'),
      user: entry.user || wordIn(words, 'user'),
      applicationName: entry.application || wordIn(words, 'application_name'),
      clientAddress: entry.address,
      clientPort: entry.port,
      tls: words.includes(' SSL '),
      time: Math.min(entry.started ?? began, began),
    });
    return this.#begun(session);
  }

  /** Nothing but a connection was received. */
  #openUnnamed(): ImportedSession {
    const { line, time, address: clientAddress, port: clientPort } = this.#waiting[0] as Waiting;
    return this.#begun(this.#log.open(this.key, line, { connection: '', clientAddress, clientPort, time }));
  }

  #begun(session: ImportedSession): ImportedSession {
    this.#session = session;
    for (const { line, original, time } of this.#waiting) session.entry(line, original, time);
    this.#waiting = [];
    return session;
  }

  #statement(session: ImportedSession, entry: LogEntry, said: Extract<Said, { kind: 'statement' }>): void {
    const { text, name, duration } = said;
    const open = this.#open;
    // pgaudit told of it when it began.
    if (duration !== null && open !== null && open.audit !== null && open.text.equals(text)) {
      session.entry(entry.line, entry.original, entry.time);
      this.#end(session, { status: 'completed', tag: tagOf(entry) || open.tag, duration }, entry.time);
      return;
    }
    this.#settle(session);
    const start = startOf(entry, said);
    session.entry(entry.line, entry.original, start);
    const parameters = entry.detail === null ? null : loggedParameters(entry.detail);
    this.#begin(session, text, start, { name, parameters });
    if (duration !== null)
      this.#end(session, { status: 'completed', tag: tagOf(entry), duration }, entry.time);
  }

  #begin(
    session: ImportedSession,
    text: Buffer,
    time: number,
    asked: { readonly name?: string | null; readonly parameters?: Uint8Array | null } = {},
  ): OpenStatement {
    this.#open = {
      number: session.statement(text, time, asked),
      text: Buffer.from(text),
      parts: this.#count(text),
      time,
      tag: '',
      rows: null,
      audit: null,
    };
    return this.#open;
  }

  #audit(session: ImportedSession, entry: LogEntry, line: AuditLine | null): void {
    if (line === null) {
      this.#other(session, entry, { kind: 'other' });
      return;
    }
    const open = this.#open;
    if (open !== null && belongsTo(line, open)) {
      session.entry(entry.line, entry.original, entry.time);
      open.audit = line;
      open.tag ||= line.command;
      open.rows ??= line.rows;
      return;
    }
    const within = open?.audit?.statement === line.statement;
    if (!within) this.#settle(session);
    session.entry(entry.line, entry.original, entry.time);
    if (line.text === null) return; // said with a line that this file does not have
    const parameters = line.parameters === null ? null : bindOf(line.parameters);
    if (within) return this.#within(session, line, parameters, entry.time);
    const begun = this.#begin(session, line.text, entry.time, {
      name: parameters === null ? null : '',
      parameters,
    });
    begun.audit = line;
    begun.tag = line.command;
    begun.rows = line.rows;
  }

  /** A statement that another one ran, as in a function: that one goes on. */
  #within(session: ImportedSession, line: AuditLine, parameters: Uint8Array | null, time: number): void {
    const number = session.statement(line.text ?? Buffer.alloc(0), time, {
      name: parameters === null ? null : '',
      parameters,
    });
    session.outcome(
      number,
      line.rows === null
        ? { status: 'unknown' }
        : { status: 'completed', tag: line.command, rows: line.rows },
      time,
    );
  }

  /** Returns whether that was the session's end: of one that was never let in no more is logged. */
  #failed(session: ImportedSession, entry: LogEntry): boolean {
    const { statement, time } = entry;
    const open = this.#open;
    const known = open !== null && (statement === null || open.text.equals(statement));
    if (!known) this.#settle(session);
    session.entry(entry.line, entry.original, time);
    const sqlstate = entry.sqlstate === '' ? null : entry.sqlstate;
    const ended = { status: 'failed', sqlstate, answer: serverMessage('E', entry) } as const;
    if (!known && statement !== null) this.#begin(session, statement, time);
    if (this.#open === null) session.outcome(0, ended, time);
    else this.#end(session, ended, time);
    if (entry.severity === 'ERROR') return false;
    this.#failure = { sqlstate, reason: firstLine(entry.message) };
    if (this.#authorized || session.statements > 0) return false;
    this.#close(session, time, 'refused', '');
    return true;
  }

  #other(session: ImportedSession, entry: LogEntry, said: Said): void {
    session.entry(entry.line, entry.original, entry.time);
    if (said.kind === 'duration' && this.#open !== null) {
      const tag = tagOf(entry) || this.#open.tag;
      this.#end(session, { status: 'completed', tag, duration: said.duration }, entry.time);
    }
    if (said.kind === 'lost') this.#lost = true;
    if (said.kind !== 'other' && said.kind !== 'lost') return;
    const { severity, sqlstate } = entry;
    session.record('notice', { severity, sqlstate, message: serverMessage('N', entry) }, entry.time);
  }

  /** What followed told nothing of the statement's end. */
  #settle(session: ImportedSession): void {
    const open = this.#open;
    if (open === null) return;
    const { rows, tag, time } = open;
    this.#end(session, rows === null ? { status: 'unknown' } : { status: 'completed', tag, rows }, time);
  }

  /** The log tells of a text as a whole: what its first statements came to is known only where all of it was completed. */
  #end(
    session: ImportedSession,
    ended: Omit<Parameters<ImportedSession['outcome']>[1], 'ordinal'>,
    time: number,
  ): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const last = open.parts - 1;
    const status = ended.status === 'completed' ? 'completed' : 'unknown';
    for (let ordinal = 0; ordinal < last; ordinal++) session.outcome(open.number, { ordinal, status }, time);
    const rows = open.rows === null ? {} : { rows: open.rows };
    session.outcome(open.number, { ...rows, ...ended, ordinal: last }, time);
  }

  #close(session: ImportedSession, time: number, outcome: string, reason: string): void {
    const failure = this.#failure;
    const refused = failure !== null && !this.#authorized && session.statements === 0;
    session.record(
      'sessionClosed',
      failure === null
        ? { outcome, sqlstate: null, reason }
        : { outcome: refused ? 'refused' : 'failed', ...failure },
      time,
    );
  }
}

/** Lines of pgaudit about one statement: the same numbers, or no text of their own, or the same text. */
function belongsTo(line: AuditLine, open: OpenStatement): boolean {
  const { audit } = open;
  if (audit !== null && audit.statement !== line.statement) return false;
  if (line.text === null) return audit !== null;
  return line.text.equals(open.text);
}

/** When what an entry tells of began, µs. */
function startOf(entry: LogEntry, said: Said): number {
  return entry.time - (said.kind === 'statement' ? (said.duration ?? 0) : 0);
}

/** The command tag, which the log has without its row count. */
function tagOf({ tag }: LogEntry): string {
  return /^[A-Z][A-Z ]+$/.test(tag) && !NO_TAG.test(tag) ? tag : '';
}

function firstLine(message: Buffer): string {
  const text = message.toString();
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
