/**
 * One pass over a text before it is parsed: where its constants are, how deep it nests, whether its meaning hangs on
 * standard_conforming_strings, and the shape that it shares with texts that differ only in their constants.
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
} from '../../../shared/sql/tokens.ts';

/** What one pass tells of a text. Positions are UTF-16 units. */
export interface TextScan {
  /**
   * The text with a mark in place of each plain `'…'` and each number: texts of one shape parse to trees that differ in those only.
   * Null where a constant could change how what surrounds it is read (back slashes, `E''`, `$$`, open quotes, control characters).
   */
  readonly shape: string | null;
  /** Start and end of each constant by turns, in order. */
  readonly spans: readonly number[];
  /** A back slash stands in a plain `'…'`, or the text ends within a token and has a back slash anywhere. */
  readonly dependsOnBackslash: boolean;
  /** Highest `$n`. */
  readonly parameters: number;
  /** Most brackets and words that nest (CASE) open at once. */
  readonly depth: number;
  /** Most operator characters on one way down the tree: those before each bracket that is open, since the comma or bracket before. */
  readonly operators: number;
}

const STYLES: Readonly<Record<string, QuoteStyle>> = { b: 'bits', e: 'escapes', n: 'plain', x: 'bits' };

/** Stand for a string and a number in a shape. */
const STRING_MARK = '\u0001';
const NUMBER_MARK = '\u0002';

/** Scans a text. */
export function scanText(sql: string): TextScan {
  const scan = new Scan(sql);
  scan.run();
  return scan;
}

class Scan implements TextScan {
  shape: string | null = null;
  readonly spans: number[] = [];
  dependsOnBackslash = false;
  parameters = 0;
  depth = 0;
  operators = 0;
  readonly #sql: string;
  readonly #firstBackslash: number;
  #at = 0;
  #from = 0;
  #out = '';
  #safe = true;
  #cases = 0;
  /** Operators since the last comma or bracket, and those before each open bracket. */
  #chain = 0;
  readonly #outside: number[] = [];
  #outsideAll = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#firstBackslash = sql.indexOf('\\');
  }

  run(): void {
    const sql = this.#sql;
    while (this.#at < sql.length) this.#step(sql.charCodeAt(this.#at));
    this.depth = Math.max(this.depth, this.#cases);
    if (this.#safe) this.shape = this.#out + sql.slice(this.#from);
  }

  #step(code: number): void {
    const sql = this.#sql;
    switch (classOf(code)) {
      case SPACE:
        this.#at++;
        return;
      case WORD:
        return this.#word();
      case DIGIT:
        return this.#number();
      case QUOTE:
        return this.#quoted(this.#at, this.#at, 'plain');
      case DOUBLE_QUOTE:
        this.#at = this.#finished(identifierEnd(sql, this.#at));
        return;
      case DOLLAR:
        return this.#dollar();
      case DASH:
        if (sql.charCodeAt(this.#at + 1) === 0x2d) this.#at = lineEnd(sql, this.#at);
        else this.#operator();
        return;
      case SLASH:
        if (sql.charCodeAt(this.#at + 1) === 0x2a) this.#at = this.#finished(commentEnd(sql, this.#at));
        else this.#operator();
        return;
      case DOT:
        return this.#dot(sql.charCodeAt(this.#at + 1));
      case SEMICOLON:
        this.#chain = 0;
        this.#outsideAll = 0;
        this.#outside.length = 0;
        this.#at++;
        return;
      case OPERATOR:
        return this.#operator();
      default:
        return this.#other(code);
    }
  }

  #operator(): void {
    this.#chain++;
    if (this.#chain + this.#outsideAll > this.operators) this.operators = this.#chain + this.#outsideAll;
    this.#at++;
  }

  #other(code: number): void {
    if (code === 0x28 || code === 0x5b) this.#opened();
    else if (code === 0x29 || code === 0x5d) this.#closed();
    else if (code === 0x2c) this.#chain = 0;
    else if (code < 0x20 || code === 0x5c) this.#safe = false;
    this.#at++;
  }

  #opened(): void {
    this.#outside.push(this.#chain);
    this.#outsideAll += this.#chain;
    this.#chain = 0;
    if (this.#outside.length > this.depth) this.depth = this.#outside.length;
  }

  #closed(): void {
    this.#chain = this.#outside.pop() ?? 0;
    this.#outsideAll -= this.#chain;
  }

  #dot(next: number): void {
    if (isDigit(next)) return this.#number();
    if (next === 0x2e) this.#safe = false;
    this.#at++;
  }

  /** The end of a token; one that never closes goes to the end of the text. */
  #finished(end: number): number {
    if (end >= 0) return end;
    this.#safe = false;
    if (this.#firstBackslash >= 0) this.dependsOnBackslash = true;
    return this.#sql.length;
  }

  #word(): void {
    const sql = this.#sql;
    const start = this.#at;
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
    if (at - start === 4 && CASE.test(sql.slice(start, at))) this.#cases++;
  }

  #prefixed(start: number, next: number): boolean {
    const letter = this.#sql.charAt(start).toLowerCase();
    if (next === 0x27) {
      if (letter === 'u') return false;
      this.#safe = false;
      this.#quoted(letter === 'n' ? start + 1 : start, start + 1, STYLES[letter] ?? 'plain');
      return true;
    }
    const quote = this.#sql.charCodeAt(start + 2);
    if (letter !== 'u' || (quote !== 0x27 && quote !== 0x22)) return false;
    this.#safe = false;
    if (quote === 0x27) this.#quoted(start, start + 2, 'plain');
    else this.#at = this.#finished(identifierEnd(this.#sql, start + 2));
    return true;
  }

  #quoted(start: number, quote: number, style: QuoteStyle): void {
    const end = this.#finished(quotedEnd(this.#sql, quote, style));
    if (style !== 'escapes' && this.#firstBackslash >= 0) {
      const backslash = this.#sql.indexOf('\\', start);
      if (backslash >= 0 && backslash < end) {
        this.dependsOnBackslash = true;
        this.#safe = false;
      }
    }
    this.#constant(start, end, STRING_MARK);
  }

  #number(): void {
    const end = numberEnd(this.#sql, this.#at);
    if (isIdentifierPart(this.#sql.charCodeAt(end))) this.#safe = false;
    this.#constant(this.#at, end, NUMBER_MARK);
  }

  #dollar(): void {
    const sql = this.#sql;
    const start = this.#at;
    if (isDigit(sql.charCodeAt(start + 1))) {
      let at = start + 1;
      while (isDigit(sql.charCodeAt(at))) at++;
      this.parameters = Math.max(this.parameters, Math.min(Number(sql.slice(start + 1, at)), 0xffff));
      this.#at = at;
      return;
    }
    this.#safe = false;
    const tag = dollarTag(sql, start);
    if (tag === null) {
      this.#at++;
      return;
    }
    const close = sql.indexOf(tag, start + tag.length);
    this.#constant(start, this.#finished(close < 0 ? -1 : close + tag.length), STRING_MARK);
  }

  #constant(start: number, end: number, mark: string): void {
    this.spans.push(start, end);
    if (this.#safe) this.#out += this.#sql.slice(this.#from, start) + mark;
    this.#at = end;
    this.#from = end;
  }
}

const CASE = /^case$/i;
