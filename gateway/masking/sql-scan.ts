/** Reads a SQL text token by token (PostgreSQL manual §4.1) and tells of each constant whether a secret belongs there. */
import {
  classOf,
  commentEnd,
  DASH,
  DIGIT,
  DOLLAR,
  DOUBLE_QUOTE,
  identifierEnd,
  isDigit,
  isIdentifierPart,
  lineEnd,
  numberEnd,
  QUOTE,
  SLASH,
  SPACE,
  WORD,
} from '../../shared/sql/tokens.ts';
import { type Literal, literalAt, type Reading, unicodeUnescaped, valueOf } from './literal.ts';
import { type Place, SqlContext } from './sql-context.ts';

/** Who is told what a scan finds, in the order of the text. */
export interface Findings {
  literal(literal: Literal, place: Place): void;
  /** Characters outside of constants that are a secret all the same: a password without its quotes. */
  bare(start: number, end: number): void;
  comment(start: number, end: number): void;
  number?(start: number, end: number): void;
  /** A quoted name, its quotes included. */
  identifier?(start: number, end: number): void;
}

/** What a scan told beside its findings. */
export type Scanned = Pick<
  SqlContext,
  'uncertain' | 'awaitsSecret' | 'awaitsPassword' | 'changesRole' | 'composes' | 'takesSecrets'
>;

/** Scans a text of one character a byte, in which plain constants are read as `reading` says. */
export function scanSql(sql: string, reading: Reading, findings: Findings): Scanned {
  const scan = new SqlScan(sql, reading, findings);
  while (!scan.done) scan.step();
  scan.context.end();
  return scan.context;
}

class SqlScan {
  readonly context: SqlContext;
  readonly #sql: string;
  readonly #reading: Reading;
  readonly #findings: Findings;
  #at = 0;

  constructor(sql: string, reading: Reading, findings: Findings) {
    this.#sql = sql;
    this.#reading = reading;
    this.#findings = findings;
    this.context = new SqlContext(sql);
  }

  get done(): boolean {
    return this.#at >= this.#sql.length;
  }

  step(): void {
    const sql = this.#sql;
    const kind = classOf(sql.charCodeAt(this.#at));
    if (kind === SPACE) {
      this.#at++;
      return;
    }
    const next = sql.charCodeAt(this.#at + 1);
    if (kind === DASH && next === 0x2d) return this.#comment(lineEnd(sql, this.#at));
    if (kind === SLASH && next === 0x2a) return this.#comment(commentEnd(sql, this.#at));
    if (kind === QUOTE || kind === DOLLAR || kind === WORD) {
      const literal = literalAt(sql, this.#at, this.#reading);
      if (literal !== null) return this.#literal(literal);
    }
    if (kind === DOLLAR && isDigit(next)) return this.#parameter();
    if (this.#isMisplaced(kind)) return this.#bare(wordEnd(sql, this.#at));
    if (kind === WORD) return this.#word();
    if (kind === DOUBLE_QUOTE) return this.#identifier(this.#at);
    if (kind === DIGIT) return this.#number();
    this.context.symbol(sql.charAt(this.#at), this.#at);
    this.#at++;
  }

  #comment(end: number): void {
    const start = this.#at;
    this.#at = end < 0 ? this.#sql.length : end;
    this.#findings.comment(start, this.#at);
  }

  #literal(literal: Literal): void {
    const follower = this.#sql.charCodeAt(literal.end);
    // A quote within a password that was not doubled: what follows is more of the password.
    const broken = this.context.passwordFollows && (isIdentifierPart(follower) || follower === 0x27);
    this.#findings.literal(literal, this.context.place());
    this.context.literal(() => valueOf(this.#sql, literal));
    this.#at = literal.end;
    if (broken) this.#bare(this.#sql.length);
  }

  #parameter(): void {
    this.#at++;
    while (isDigit(this.#sql.charCodeAt(this.#at))) this.#at++;
    this.context.parameter();
  }

  #isMisplaced(kind: number): boolean {
    const char = this.#sql.charAt(this.#at);
    // What may end a statement, and a format's placeholder, are where they belong.
    if (char === '%' || char === ';' || char === ')') return false;
    return this.context.isMisplaced(kind === WORD ? this.#wordAt().toLowerCase() : '');
  }

  /** Takes what goes on to `end` for a secret. */
  #bare(end: number): void {
    if (end > this.#at) this.#findings.bare(this.#at, end);
    this.context.misplaced();
    this.#at = end;
  }

  #word(): void {
    const word = this.#wordAt();
    if ((word === 'u' || word === 'U') && this.#sql.startsWith('&"', this.#at + 1))
      return this.#identifier(this.#at + 2);
    this.context.word(word.toLowerCase());
    this.#at += word.length;
  }

  #wordAt(): string {
    let end = this.#at + 1;
    while (isIdentifierPart(this.#sql.charCodeAt(end))) end++;
    return this.#sql.slice(this.#at, end);
  }

  #identifier(quote: number): void {
    const end = identifierEnd(this.#sql, quote);
    const inner = this.#sql.slice(quote + 1, end < 0 ? undefined : end - 1).toLowerCase();
    this.context.identifier(quote === this.#at ? inner : unicodeUnescaped(inner, '\\'));
    this.#at = end < 0 ? this.#sql.length : end;
    this.#findings.identifier?.(quote, this.#at);
  }

  #number(): void {
    const start = this.#at;
    this.context.number();
    this.#at = Math.max(start + 1, numberEnd(this.#sql, start));
    this.#findings.number?.(start, this.#at);
  }
}

/** The next white space or semicolon, or the end. */
function wordEnd(sql: string, from: number): number {
  let at = from;
  while (at < sql.length && sql[at] !== ';' && classOf(sql.charCodeAt(at)) !== SPACE) at++;
  return at;
}
