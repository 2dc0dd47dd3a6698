/** One entry of a PostgreSQL log, whatever its format: what the server reported at one moment, with all its parts. */

export interface LogEntry {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly lines: number;
  /** As it stands there, valid until the next entry. */
  readonly original: Buffer;
  /** µs since 1970. */
  readonly time: number;
  /** What tells its session from others: the session id (start and process), or the process; empty where neither is told. */
  readonly session: string;
  /** When its session began, µs since 1970; null where that is not told. */
  readonly started: number | null;
  /** Of the server's process; empty where it is not told. */
  readonly pid: string;
  readonly user: string;
  readonly database: string;
  /** Host, IP address or `[local]`; empty where it is not told. */
  readonly address: string;
  readonly port: number;
  readonly application: string;
  /** LOG, ERROR, … */
  readonly severity: string;
  /** Empty where it is not told. */
  readonly sqlstate: string;
  /** The command tag that the session showed at that moment. */
  readonly tag: string;
  readonly message: Buffer;
  readonly detail: Buffer | null;
  readonly hint: Buffer | null;
  readonly context: Buffer | null;
  /** The statement that was running when an error came. */
  readonly statement: Buffer | null;
  /** Where in it, in characters from 1; empty where that is not told. */
  readonly position: string;
}

/** One that is filled in, again and again. */
export type FilledEntry = { -readonly [K in keyof LogEntry]: LogEntry[K] };

const NOTHING = Buffer.alloc(0);

/** An entry to be filled in, again and again. */
export function newEntry(): FilledEntry {
  return {
    line: 0,
    lines: 1,
    original: NOTHING,
    time: 0,
    session: '',
    started: null,
    pid: '',
    user: '',
    database: '',
    address: '',
    port: 0,
    application: '',
    severity: 'LOG',
    sqlstate: '',
    tag: '',
    message: NOTHING,
    detail: null,
    hint: null,
    context: null,
    statement: null,
    position: '',
  };
}

/** `host:port` of a log as both; a Unix socket is `[local]`. */
export function hostAndPort(text: string): { readonly address: string; readonly port: number } {
  const [, address, port] = /^(.*?)[:(](\d{1,5})\)?$/.exec(text) ?? [];
  return address === undefined ? { address: text, port: 0 } : { address, port: Number(port) };
}
