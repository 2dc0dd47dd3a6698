/** One entry of a PostgreSQL log, whatever its format: what the server reported at one moment, with all its parts. */

export interface LogEntry {
  /** Where it stands in the file, from 1. */
  line: number;
  lines: number;
  /** As it stands there, valid until the next entry. */
  original: Buffer;
  /** µs since 1970. */
  time: number;
  /** What tells its session from others: the session id (start and process), or the process; empty where neither is told. */
  session: string;
  /** When its session began, µs since 1970; null where that is not told. */
  started: number | null;
  /** Of the server's process; empty where it is not told. */
  pid: string;
  user: string;
  database: string;
  /** Host, IP address or `[local]`; empty where it is not told. */
  address: string;
  port: number;
  application: string;
  /** LOG, ERROR, … */
  severity: string;
  /** Empty where it is not told. */
  sqlstate: string;
  /** The command tag that the session showed at that moment. */
  tag: string;
  message: Buffer;
  detail: Buffer | null;
  hint: Buffer | null;
  context: Buffer | null;
  /** The statement that was running when an error came. */
  statement: Buffer | null;
  /** What kind of process wrote it, `client backend` or another; empty where it is not told. */
  backend: string;
}

/** Which of the facts that an entry may have the format does not tell at all. */
export interface EntryFacts {
  readonly names: boolean;
  readonly address: boolean;
  readonly application: boolean;
}

const NOTHING = Buffer.alloc(0);

/** An entry to be filled in, again and again. */
export function newEntry(): LogEntry {
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
    backend: '',
  };
}

/** `host:port` of a log as both; a Unix socket is `[local]`. */
export function hostAndPort(text: string): { readonly address: string; readonly port: number } {
  const [, address, port] = /^(.*?)[:(](\d{1,5})\)?$/.exec(text) ?? [];
  return address === undefined ? { address: text, port: 0 } : { address, port: Number(port) };
}
