/**
 * The commands that give, take or use names of prepared statements and cursors, or that matter to where a transaction ends:
 * what protocol and SQL share (PostgreSQL manual, part VI "SQL Commands"). All others are of no concern here.
 */
import { identifier, nextWord, type SqlWord, statementFrom } from './sql-words.ts';

/** What such a command does. Names are as the server knows them; null stands for ALL. */
export type SqlCommand =
  | { readonly kind: 'prepare'; readonly name: string; readonly text: Buffer }
  | { readonly kind: 'declare'; readonly name: string; readonly text: Buffer; readonly hold: boolean }
  /** EXECUTE, also within EXPLAIN and CREATE TABLE AS; FETCH or MOVE. */
  | { readonly kind: 'execute' | 'fetch'; readonly name: string }
  | { readonly kind: 'deallocate' | 'close'; readonly name: string | null }
  | { readonly kind: 'discard all' }
  | { readonly kind: 'savepoint' | 'release' | 'rollback to'; readonly name: string }
  /** COMMIT or ROLLBACK AND CHAIN: another transaction follows at once. */
  | { readonly kind: 'chain' }
  /** CALL and DO, which may commit on their own. */
  | { readonly kind: 'procedure' };

/** The first two letters of these commands. */
const STARTS = new Set(
  ['ab', 'ca', 'cl', 'co', 'cr', 'de', 'di', 'do', 'en', 'ex', 'fe', 'mo', 'pr', 're', 'ro', 'sa'].map(
    (start) => pair(start.charCodeAt(0), start.charCodeAt(1)),
  ),
);

/** ABORT, COMMIT, END and ROLLBACK: sent for every transaction, and this short they say nothing but that. */
const ENDS = new Set(['ab', 'co', 'en', 'ro'].map((start) => pair(start.charCodeAt(0), start.charCodeAt(1))));
const PLAIN_END_BYTES = 12;

const DELETE = pair(0x64, 0x65);

/** Texts beyond this are read no further than their first words: the data path has no time for them. */
const MAX_READ_BYTES = 1 << 20;

/** The command that a text begins with; null for every other. */
export function commandOf(text: Buffer): SqlCommand | null {
  return mayBeCommand(text) ? read(text, text.toString('latin1'), 0) : null;
}

/** The commands of a Query's text by their place in it, read as far as they are asked for. */
export class QueryCommands {
  readonly #text: Buffer;
  #sql: string | null = null;
  #at = 0;
  #next = 0;

  constructor(text: Buffer) {
    this.#text = text;
  }

  /** The command at a place, places asked for in ascending order; null for every other statement. */
  at(ordinal: number): SqlCommand | null {
    if (ordinal === 0) return commandOf(this.#text);
    if (this.#text.length > MAX_READ_BYTES) return null;
    const sql = (this.#sql ??= this.#text.toString('latin1'));
    let start = -1;
    for (; this.#next <= ordinal; this.#next++) {
      const statement = statementFrom(sql, this.#at);
      if (statement === null) return null;
      start = statement.start;
      this.#at = statement.end;
    }
    return start < 0 ? null : read(this.#text, sql, start);
  }
}

/** Looks at the first letters alone: almost every text is none of these commands and must cost no more. */
function mayBeCommand(text: Buffer): boolean {
  let at = 0;
  while ((text[at] ?? 0xff) <= 0x20) at++;
  const first = text[at] ?? 0;
  if (first === 0x2d || first === 0x2f || first === 0x3b) return true; // a comment, or an empty statement
  const start = pair(first, text[at + 1] ?? 0);
  if (!STARTS.has(start)) return false;
  if (start === DELETE) return ((text[at + 2] ?? 0) | 0x20) !== 0x6c;
  return text.length - at > PLAIN_END_BYTES || !ENDS.has(start);
}

/** Two letters in either case as one number. */
function pair(first: number, second: number): number {
  return ((first | 0x20) << 8) | (second | 0x20);
}

function read(text: Buffer, sql: string, start: number): SqlCommand | null {
  const words = new Words(sql, start);
  const first = words.next();
  switch (first?.word) {
    case 'prepare':
      return prepare(text, words);
    case 'declare':
      return declare(text, words);
    case 'execute':
      return named('execute', words.name());
    case 'explain':
    case 'create':
      return executeWithin(words);
    case 'fetch':
    case 'move':
      return named('fetch', words.lastName());
    case 'deallocate':
      return nameOrAll('deallocate', words, 'prepare');
    case 'close':
      return nameOrAll('close', words, null);
    case 'discard':
      return words.next()?.word === 'all' ? { kind: 'discard all' } : null;
    case 'savepoint':
      return named('savepoint', words.name());
    case 'release':
      return named('release', words.nameAfter('savepoint'));
    case 'commit':
    case 'end':
    case 'rollback':
    case 'abort':
      return transactionEnd(words);
    case 'call':
    case 'do':
      return { kind: 'procedure' };
    default:
      return null;
  }
}

/** `PREPARE name [(types)] AS statement`; PREPARE TRANSACTION gives no statement a name. */
function prepare(text: Buffer, words: Words): SqlCommand | null {
  const name = words.name();
  const as = words.find('as');
  if (name === null || as === null) return null;
  return { kind: 'prepare', name, text: text.subarray(as.end, words.end()) };
}

/** `DECLARE name [options] CURSOR [WITH HOLD] FOR query`. */
function declare(text: Buffer, words: Words): SqlCommand | null {
  const name = words.name();
  let hold = false;
  let before = '';
  for (let token = words.next(); token !== null; token = words.next()) {
    if (token.word === 'hold') hold = before === 'with';
    if (token.word === 'for' && name !== null)
      return { kind: 'declare', name, text: text.subarray(token.end, words.end()), hold };
    before = token.word;
  }
  return null;
}

/** `EXPLAIN [options] EXECUTE name`, `CREATE TABLE … AS EXECUTE name`; null where none is executed. */
function executeWithin(words: Words): SqlCommand | null {
  if (!/\bexecute\b/i.test(words.sql)) return null;
  let before = 'explain';
  for (let token = words.next(); token !== null; token = words.next()) {
    // Elsewhere EXECUTE is a privilege, or what a trigger does with a function.
    if (token.word === 'execute' && BEFORE_EXECUTE.has(before)) return named('execute', words.name());
    before = token.word === '' ? words.sql.charAt(token.start) : token.word;
  }
  return null;
}

const BEFORE_EXECUTE: ReadonlySet<string> = new Set(['explain', 'analyze', 'analyse', 'verbose', ')', 'as']);

function nameOrAll(kind: 'deallocate' | 'close', words: Words, optional: string | null): SqlCommand | null {
  let token = words.next();
  const next = token?.word === optional ? words.next() : null;
  if (next !== null) token = next;
  if (token === null) return null;
  if (token.word === 'all') return { kind, name: null };
  const name = identifier(words.sql, token);
  return name === null ? null : { kind, name };
}

/** `COMMIT`, `ROLLBACK TO [SAVEPOINT] name`, `… AND [NO] CHAIN`; null when it says nothing but that it ends. */
function transactionEnd(words: Words): SqlCommand | null {
  let before = '';
  for (let token = words.next(); token !== null; token = words.next()) {
    if (token.word === 'to') return named('rollback to', words.nameAfter('savepoint'));
    if (token.word === 'chain') return before === 'no' ? null : { kind: 'chain' };
    before = token.word;
  }
  return null;
}

function named(
  kind: 'execute' | 'fetch' | 'savepoint' | 'release' | 'rollback to',
  name: string | null,
): SqlCommand | null {
  return name === null ? null : { kind, name };
}

/** Tokens that the commands' own words take at most; what a hostile text has beyond that is not read. */
const MAX_WORDS = 10_000;

/** The tokens of one statement, one after the other; empty statements before it are skipped. */
class Words {
  readonly sql: string;
  #at: number;
  #left = MAX_WORDS;

  constructor(sql: string, start: number) {
    this.sql = sql;
    this.#at = start;
    for (;;) {
      const token = nextWord(sql, this.#at);
      if (token === null || !isSemicolon(sql, token)) break;
      this.#at = token.end;
    }
  }

  /** The next token; null at the statement's end. */
  next(): SqlWord | null {
    const token = this.#left-- > 0 ? nextWord(this.sql, this.#at) : null;
    if (token === null || isSemicolon(this.sql, token)) return null;
    this.#at = token.end;
    return token;
  }

  /** Where the statement ends; too long a text counts to its own end. */
  end(): number {
    const rest = this.sql.length - this.#at;
    if (rest > MAX_READ_BYTES || !this.sql.includes(';', this.#at)) return this.sql.length;
    return statementFrom(this.sql, this.#at)?.end ?? this.#at;
  }

  /** The next token as a name; null when it is none. */
  name(): string | null {
    const token = this.next();
    return token === null ? null : identifier(this.sql, token);
  }

  /** The next name, behind a word that may stand before it. */
  nameAfter(optional: string): string | null {
    const token = this.next();
    if (token?.word === optional) return this.name() ?? identifier(this.sql, token);
    return token === null ? null : identifier(this.sql, token);
  }

  /** The last name of the statement. */
  lastName(): string | null {
    let last: SqlWord | null = null;
    for (let token = this.next(); token !== null; token = this.next()) last = token;
    return last === null ? null : identifier(this.sql, last);
  }

  /** Goes behind the next such word outside of parentheses; null when there is none. */
  find(word: string): SqlWord | null {
    let depth = 0;
    for (let token = this.next(); token !== null; token = this.next()) {
      if (token.word === word && depth === 0) return token;
      const char = token.word === '' ? this.sql.charAt(token.start) : '';
      if (char === '(') depth++;
      if (char === ')') depth--;
    }
    return null;
  }
}

function isSemicolon(sql: string, { start, word }: SqlWord): boolean {
  return word === '' && sql.charCodeAt(start) === 0x3b;
}
