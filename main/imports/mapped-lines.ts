/** JSON lines of any program, read by a mapping: each line is one statement. */
import type { ImportedLog, ImportedSession } from './imported-log.ts';
import { numberAt, textAt, valueAt } from './json-path.ts';
import { UNITS, type Mapping } from './mapping.ts';
import { bindOf } from './postgres/logged-parameters.ts';
import { isBlank } from './postgres/jsonlog.ts';
import { serverMessage } from './postgres/server-message.ts';
import type { Tally } from './tally.ts';
import { TextLines } from './text-lines.ts';

/** Sessions that may be open at a time; the one silent for longest is taken for ended beyond. */
const MOST_OPEN = 20_000;

/** The latest time that an event can have, µs: what a number holds exactly. */
const LATEST = Number.MAX_SAFE_INTEGER;

export class MappedLines {
  readonly #log: ImportedLog;
  readonly #tally: Tally;
  readonly #mapping: Mapping;
  readonly #sessions = new Map<string, ImportedSession>();
  #time: number;
  readonly #lines = new TextLines((bytes, line, part) => {
    if (part === 'whole' && isBlank(bytes)) return this.#tally.empty(1);
    this.#tally.entry(part === 'piece' ? 0 : 1);
    const problem = part === 'whole' ? this.#line(bytes, line) : 'the line is too long';
    if (problem === null) return;
    this.#tally.problem(line, problem);
    this.#log.entry({ line, problem, original: bytes }, null, this.#time);
  });

  /** `time` (µs since 1970) is for what cannot be read ahead of all that can. */
  constructor(log: ImportedLog, tally: Tally, mapping: Mapping, time: number) {
    this.#log = log;
    this.#tally = tally;
    this.#mapping = mapping;
    this.#time = time;
  }

  /** The next piece of the file. */
  take(chunk: Buffer): void {
    this.#lines.take(chunk);
  }

  /** The file's end. */
  end(): void {
    this.#lines.end();
    for (const session of this.#sessions.values()) this.#close(session);
    this.#sessions.clear();
  }

  /** Takes a line; says what is wrong with it where it cannot be read. */
  #line(bytes: Buffer, line: number): string | null {
    const { mapping } = this;
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString());
    } catch {
      return 'no JSON';
    }
    const told = this.#timeOf(value);
    if (told === null) return 'no time where the mapping says';
    const text = textAt(value, mapping.text);
    const duration = microsAt(value, mapping.duration, UNITS[mapping.durationUnit]);
    const start = mapping.timeOf === 'end' && text !== null ? told - (duration ?? 0) : told;
    this.#time = told;
    const session = this.#session(value, line, start);
    session.entry(line, bytes, start);
    if (text === null) return null;
    const parameters = parametersOf(value, mapping);
    const number = session.statement(Buffer.from(text), start, {
      name: parameters === null ? null : '',
      parameters,
    });
    this.#outcome(session, number, value, { start, duration });
    return null;
  }

  get mapping(): Mapping {
    return this.#mapping;
  }

  #outcome(
    session: ImportedSession,
    number: number,
    value: unknown,
    { start, duration }: { readonly start: number; readonly duration: number | null },
  ): void {
    const { mapping } = this;
    const message = textAt(value, mapping.error?.message);
    const sqlstate = textAt(value, mapping.error?.sqlstate);
    const rows = numberAt(value, mapping.rows);
    const tag = textAt(value, mapping.tag);
    const took = duration === null ? {} : { duration };
    const failed = (message ?? '') !== '' || (sqlstate !== null && !/^0*$/.test(sqlstate));
    const end = start + (duration ?? 0);
    if (failed) {
      const report = { severity: 'ERROR', detail: null, hint: null, context: null, position: '' };
      const answer = serverMessage('E', {
        ...report,
        sqlstate: sqlstate ?? '',
        message: Buffer.from(message ?? ''),
      });
      session.outcome(number, { status: 'failed', sqlstate, answer, ...took }, end);
    } else if (rows !== null || tag !== null || duration !== null || mapping.error !== undefined) {
      const counted = rows !== null && Number.isSafeInteger(rows) && rows >= 0 ? { rows } : {};
      session.outcome(number, { status: 'completed', tag: tag ?? '', ...counted, ...took }, end);
    } else session.outcome(number, { status: 'unknown' }, end);
  }

  #session(value: unknown, line: number, time: number): ImportedSession {
    const { mapping } = this;
    const key = textAt(value, mapping.session) ?? '';
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const database = textAt(value, mapping.database) ?? '';
    const session = this.#log.open(key, line, {
      connection: textAt(value, mapping.connection) ?? database,
      user: textAt(value, mapping.user) ?? '',
      applicationName: textAt(value, mapping.application) ?? '',
      clientAddress: textAt(value, mapping.address) ?? '',
      clientPort: Math.max(0, Math.trunc(numberAt(value, mapping.port) ?? 0)) % 65_536,
      time,
    });
    this.#sessions.set(key, session);
    const [oldest] = this.#sessions;
    if (this.#sessions.size > MOST_OPEN && oldest !== undefined) {
      this.#close(oldest[1]);
      this.#sessions.delete(oldest[0]);
    }
    return session;
  }

  #close(session: ImportedSession): void {
    this.#tally.statements += session.statements;
    const reason = 'the file does not tell how this session ended';
    session.record('sessionClosed', { outcome: 'unknown', sqlstate: null, reason }, session.time);
  }

  /** Text is read as ISO 8601, where it has an offset or `Z`; a number in the mapping's unit. µs since 1970. */
  #timeOf(value: unknown): number | null {
    const { time, timeUnit } = this.#mapping;
    const found = valueAt(value, time);
    if (typeof found === 'string' && /^\d{4}-\d\d-\d\d/.test(found)) {
      const fraction = /\.(\d+)/.exec(found)?.[1] ?? '';
      const seconds = Date.parse(found.replace(/\.\d+/, '').replace(/^(\S{10}) /, '$1T'));
      if (!/(?:Z|[+-]\d\d:?\d\d)$/.test(found) || Number.isNaN(seconds)) return null;
      return seconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
    }
    return microsAt(value, time, UNITS[timeUnit]);
  }
}

function microsAt(value: unknown, path: Mapping['duration'], unit: number): number | null {
  const number = numberAt(value, path);
  if (number === null) return null;
  const micros = Math.round(number * unit);
  return micros >= 0 && micros <= LATEST ? micros : null;
}

/** A list in its order, an object in the order of its keys; one value is one parameter. Null where there are none. */
function parametersOf(value: unknown, { parameters }: Mapping): Uint8Array | null {
  const found = parameters === undefined ? undefined : valueAt(value, parameters);
  if (found === undefined || found === null) return null;
  const list: readonly unknown[] =
    typeof found === 'object' ? (Object.values(found) as readonly unknown[]) : [found];
  return bindOf(
    list.map((item) =>
      item === null || item === undefined
        ? null
        : Buffer.from(typeof item === 'string' ? item : JSON.stringify(item)),
    ),
  );
}
