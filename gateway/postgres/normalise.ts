/**
 * Brings SQL into the form that statements differing only in their literals share: literals become `$n`, comments and runs
 * of white space one space. A scanner of its own, because a load sends new literals with every statement and PostgreSQL's
 * parser costs ten times as much.
 */

import {
  DASH,
  DIGIT,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  OPERATOR,
  PREFIXES,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
  WORD,
  classOf,
  commentEnd,
  dollarTag,
  identifierEnd,
  isDigit,
  isIdentifierPart,
  lineEnd,
  numberEnd,
  quotedEnd,
  type QuoteStyle,
} from '../../shared/sql/tokens.ts';

/** A text in normal form. */
export interface NormalText {
  readonly text: string;
  /** False when a token cannot be PostgreSQL's (an open quote, `1abc`): the parser must then see the original. */
  readonly wellFormed: boolean;
  /** Where semicolons stand in the original, outside quotes and comments; in UTF-16 units. */
  readonly semicolons: readonly number[];
  /** Where the same semicolons stand in `text`. */
  readonly normalSemicolons: readonly number[];
  /** Most operator characters between two semicolons: a bound on how deep a statement's parse tree may be. */
  readonly operators: number;
}

const STYLES: Readonly<Record<string, QuoteStyle>> = { e: 'escapes', b: 'bits', x: 'bits' };

const NONE: readonly number[] = [];

/** The normal form of a text. */
export function normalise(sql: string): NormalText {
  const scanner = new Scanner(sql, 1);
  scanner.run();
  // Placeholders of our own are numbered above the statement's, so that `$1` stays what the agent called `$1`.
  if (scanner.highestParameter === 0 || scanner.literals === 0) return scanner.result();
  const again = new Scanner(sql, scanner.highestParameter + 1);
  again.run();
  return again.result();
}

class Scanner {
  literals = 0;
  highestParameter = 0;
  readonly #sql: string;
  readonly #first: number;
  #at = 0;
  /** Start of what is not yet copied out. */
  #from = 0;
  #out = '';
  /** Code of the last character of `#out`: asking the growing string itself would flatten it each time. */
  #last = NaN;
  /** The last thing written was a placeholder: what sticks to it needs a space. */
  #afterPlaceholder = false;
  #wellFormed = true;
  #operators = 0;
  #mostOperators = 0;
  #semicolons: number[] | null = null;
  #normalSemicolons: number[] | null = null;

  constructor(sql: string, first: number) {
    this.#sql = sql;
    this.#first = first;
  }

  result(): NormalText {
    return {
      text: this.#out,
      wellFormed: this.#wellFormed,
      semicolons: this.#semicolons ?? NONE,
      normalSemicolons: this.#normalSemicolons ?? NONE,
      operators: Math.max(this.#operators, this.#mostOperators),
    };
  }

  run(): void {
    const sql = this.#sql;
    while (this.#at < sql.length) this.#step(sql.charCodeAt(this.#at));
    this.#copy(this.#at);
    if (this.#last === 0x20) this.#out = this.#out.slice(0, -1);
  }

  #step(code: number): void {
    switch (classOf(code)) {
      case SPACE:
        return this.#space();
      case WORD:
        return this.#word();
      case DIGIT:
        return this.#number();
      case QUOTE:
        return this.#literal(this.#at, this.#finished(quotedEnd(this.#sql, this.#at, 'plain')));
      case DOUBLE_QUOTE:
        this.#at = this.#finished(identifierEnd(this.#sql, this.#at));
        return;
      case DOLLAR:
        return this.#dollar();
      case DASH:
        return this.#sql.charCodeAt(this.#at + 1) === 0x2d
          ? this.#blank(lineEnd(this.#sql, this.#at))
          : this.#operator();
      case SLASH:
        return this.#sql.charCodeAt(this.#at + 1) === 0x2a
          ? this.#blank(this.#finished(commentEnd(this.#sql, this.#at)))
          : this.#operator();
      case DOT:
        return this.#dot(this.#sql.charCodeAt(this.#at + 1));
      case SEMICOLON:
        return this.#semicolon();
      case OPERATOR:
        return this.#operator();
      default:
        return this.#plain();
    }
  }

  /** Copies the original up to `end`. */
  #copy(end: number): void {
    if (end > this.#from) {
      this.#out += this.#sql.slice(this.#from, end);
      this.#last = this.#sql.charCodeAt(end - 1);
      this.#afterPlaceholder = false;
    }
    this.#from = end;
  }

  #plain(): void {
    this.#at++;
  }

  #dot(next: number): void {
    if (isDigit(next)) return this.#number();
    // `1..2` is a range in PL/pgSQL and an error in SQL.
    if (next === 0x2e) this.#wellFormed = false;
    this.#at += next === 0x2e ? 2 : 1;
  }

  #operator(): void {
    this.#operators++;
    this.#at++;
  }

  /** One space that stands alone is copied with its surroundings; anything longer is replaced. */
  #space(): void {
    const next = this.#sql.charCodeAt(this.#at + 1);
    const alone = this.#sql.charCodeAt(this.#at) === 0x20 && classOf(next) !== SPACE;
    if (alone && this.#at > this.#from) {
      this.#at++;
      if (this.#startsComment()) this.#copy(this.#at);
      return;
    }
    this.#blank(this.#at + 1);
  }

  #startsComment(): boolean {
    const code = this.#sql.charCodeAt(this.#at);
    return (
      (code === 0x2d || code === 0x2f) && this.#sql.charCodeAt(this.#at + 1) === (code === 0x2d ? 0x2d : 0x2a)
    );
  }

  /** White space or a comment up to `end`: one space, none at the start or after a space. */
  #blank(end: number): void {
    this.#copy(this.#at);
    if (this.#out !== '' && this.#last !== 0x20) this.#separate();
    this.#afterPlaceholder = false;
    this.#at = end;
    this.#from = end;
  }

  /** The end of a token; one that never closes goes to the end of the text. */
  #finished(end: number): number {
    if (end >= 0) return end;
    this.#wellFormed = false;
    return this.#sql.length;
  }

  #word(): void {
    const sql = this.#sql;
    const start = this.#at;
    if (this.#afterPlaceholder && start === this.#from) this.#separate();
    const next = sql.charCodeAt(start + 1);
    if (
      (next === 0x27 || next === 0x26) &&
      PREFIXES.includes(sql.charAt(start)) &&
      this.#prefixed(start, next)
    )
      return;
    let at = start + 1;
    while (isIdentifierPart(sql.charCodeAt(at))) at++;
    this.#at = at;
  }

  /** `E'…'`, `B'…'`, `X'…'`, `U&'…'` as one literal; `U&"…"` as an identifier; `N'…'` as the word it stands for and a literal. */
  #prefixed(start: number, next: number): boolean {
    const letter = this.#sql.charAt(start).toLowerCase();
    if (next === 0x27) {
      if (letter === 'u') return false;
      if (letter === 'n') this.#at = start + 1;
      const from = letter === 'n' ? start + 1 : start;
      this.#literal(from, this.#finished(quotedEnd(this.#sql, start + 1, STYLES[letter] ?? 'plain')));
      return true;
    }
    const quote = this.#sql.charCodeAt(start + 2);
    if (letter !== 'u' || (quote !== 0x27 && quote !== 0x22)) return false;
    if (quote === 0x27) this.#literal(start, this.#finished(quotedEnd(this.#sql, start + 2, 'plain')));
    else this.#at = this.#finished(identifierEnd(this.#sql, start + 2));
    return true;
  }

  #number(): void {
    const end = numberEnd(this.#sql, this.#at);
    if (isIdentifierPart(this.#sql.charCodeAt(end))) this.#wellFormed = false;
    this.#literal(this.#at, end);
  }

  #dollar(): void {
    const sql = this.#sql;
    const start = this.#at;
    if (isDigit(sql.charCodeAt(start + 1))) return this.#parameter(start);
    const tag = dollarTag(sql, start);
    if (tag === null) return this.#plain();
    const close = sql.indexOf(tag, start + tag.length);
    this.#literal(start, this.#finished(close < 0 ? -1 : close + tag.length));
  }

  #parameter(start: number): void {
    const sql = this.#sql;
    if (this.#afterPlaceholder && start === this.#from) this.#separate();
    let at = start + 1;
    while (isDigit(sql.charCodeAt(at))) at++;
    this.highestParameter = Math.max(
      this.highestParameter,
      Math.min(Number(sql.slice(start + 1, at)), 0xffff),
    );
    if (isIdentifierPart(sql.charCodeAt(at))) this.#wellFormed = false;
    this.#at = at;
  }

  /** Writes a placeholder for the characters from `start` to `end`. */
  #literal(start: number, end: number): void {
    this.#copy(start);
    if (isIdentifierPart(this.#last)) this.#separate();
    this.#out += `$${this.#first + this.literals}`;
    this.#last = 0x30;
    this.literals++;
    this.#afterPlaceholder = true;
    this.#at = end;
    this.#from = end;
  }

  #separate(): void {
    this.#out += ' ';
    this.#last = 0x20;
    this.#afterPlaceholder = false;
  }

  #semicolon(): void {
    this.#copy(this.#at);
    this.#mostOperators = Math.max(this.#operators, this.#mostOperators);
    this.#operators = 0;
    this.#semicolons ??= [];
    this.#normalSemicolons ??= [];
    this.#semicolons.push(this.#at);
    this.#normalSemicolons.push(this.#out.length);
    this.#at++;
  }
}
