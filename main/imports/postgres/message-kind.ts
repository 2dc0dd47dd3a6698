/** What the message of a log entry says happened (PostgreSQL source: tcop/postgres.c, postmaster.c, libpq/auth.c). */

/** A statement that was asked; `name` is null for a simple Query. `duration` (µs) is there when it had ended. */
interface StatementSaid {
  readonly kind: 'statement';
  readonly name: string | null;
  readonly text: Buffer;
  readonly duration: number | null;
}

export type Said =
  | StatementSaid
  /** The statement named before took so long, µs. */
  | { readonly kind: 'duration'; readonly duration: number }
  /** A Parse or Bind of its own: the Execute has an entry too. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'audit'; readonly line: Buffer }
  | { readonly kind: 'received' | 'authorized' | 'disconnected'; readonly words: string }
  /** The connection was lost. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'other' };

/** Bytes of a message that are looked at: the longest name of a prepared statement fits in. */
const HEAD_BYTES = 160;

const EXECUTE = /^execute (?:fetch from )?(.*?): /s;
const DURATION = /^duration: (\d+(?:\.\d+)?) ms(?:  (statement|execute|parse|bind|fastpath function call)|$)/;
const LOST =
  /^(?:unexpected EOF on client connection|could not (?:receive data from|send data to) client|connection to client lost)/;
const CONNECTION = /^(?:(connection received)|((?:replication )?connection authorized)|(disconnection)): /;

/** Longest words of a connection's entries that are read. */
const WORDS_BYTES = 1_000;

/** Reads a message. */
export function saidIn(message: Buffer): Said {
  const head = message.toString('latin1', 0, Math.min(HEAD_BYTES, message.length));
  switch (head.charCodeAt(0)) {
    case 0x73: // s
      if (!head.startsWith('statement: ')) return OTHER;
      return { kind: 'statement', name: null, text: message.subarray(11), duration: null };
    case 0x65: // e
      return head.startsWith('execute ') ? executed(message, head, 0, null) : OTHER;
    case 0x64: // d
      return head.startsWith('duration: ') ? timed(message, head) : connection(message, head);
    case 0x41: // A
      return head.startsWith('AUDIT: ') ? { kind: 'audit', line: message.subarray(7) } : OTHER;
    case 0x75: // u
      return LOST.test(head) ? { kind: 'lost' } : OTHER;
    case 0x63: // c
      return LOST.test(head) ? { kind: 'lost' } : connection(message, head);
    case 0x72: // r
      return connection(message, head);
    default:
      return OTHER;
  }
}

const OTHER: Said = { kind: 'other' };

function timed(message: Buffer, head: string): Said {
  const [all, ms, what] = DURATION.exec(head) ?? [];
  if (all === undefined) return OTHER;
  const duration = Math.round(Number(ms) * 1000);
  if (what === undefined) return message.length === all.length ? { kind: 'duration', duration } : OTHER;
  if (what === 'parse' || what === 'bind') return { kind: 'prepared' };
  const at = all.length;
  if (what === 'statement')
    return { kind: 'statement', name: null, text: message.subarray(at + 2), duration };
  return what === 'execute' ? executed(message, head, at - what.length, duration) : OTHER;
}

/** `execute NAME: SQL` or `execute NAME/PORTAL: SQL` from `at` on. */
function executed(message: Buffer, head: string, at: number, duration: number | null): Said {
  const [all, names = ''] = EXECUTE.exec(head.slice(at)) ?? [];
  if (all === undefined) return OTHER;
  const [name = ''] = names.split('/');
  return {
    kind: 'statement',
    name: name === '<unnamed>' ? '' : name,
    text: message.subarray(at + all.length),
    duration,
  };
}

function connection(message: Buffer, head: string): Said {
  const found = CONNECTION.exec(head);
  if (found === null) return OTHER;
  const [, received, authorized] = found;
  const words = message.subarray(0, WORDS_BYTES).toString();
  if (received !== undefined) return { kind: 'received', words };
  return { kind: authorized === undefined ? 'disconnected' : 'authorized', words };
}

/** The value behind `key=` in an entry about a connection; empty where it is not there. */
export function wordIn(words: string, key: string): string {
  const at = new RegExp(`(?:^|\\s)${key}=(.*?)(?=\\s[a-z_]+=|\\sSSL |\\sGSS |$)`).exec(words);
  return at?.[1] ?? '';
}
