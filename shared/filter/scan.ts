/** Splits a filter into words and signs: where each stands, what it names and what its quotes hold. Knows no field and no value. */
import type { Comparison } from './filter.ts';

/** One word of a filter, whole or still being typed. Ranges are character positions in the text. */
export interface Word {
  readonly kind: 'word';
  readonly range: readonly [number, number];
  /** What stands before the comparison, as written; null for a bare word or phrase. */
  readonly name: string | null;
  /** null exactly when `name` is. */
  readonly comparison: Comparison | null;
  /** With the quotes taken off and `\"` and `\\` resolved. */
  readonly value: string;
  readonly valueRange: readonly [number, number];
  readonly quoted: boolean;
  /** Its quote is opened and never closed. */
  readonly open: boolean;
}

/** A parenthesis, or a minus right before what it negates. */
export interface Sign {
  readonly kind: 'open' | 'close' | 'minus';
  readonly range: readonly [number, number];
}

export type Token = Word | Sign;

/** Words that join terms. */
export const KEYWORDS = ['and', 'or', 'not'] as const;
export type Keyword = (typeof KEYWORDS)[number];

const SPACE = /\s/u;
const NAME = /[\p{L}\p{N}_.][\p{L}\p{N}_.-]*(?=[:=<>])/uy;
/** `rows:>100` is what many type for `rows>100`. */
const COLON_AND_SIGN = /^:[<>]/;
const COMPARISONS: readonly Comparison[] = ['>=', '<=', ':', '=', '>', '<'];

/** The words and signs of a filter, in order. */
export function scanTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at++;
      continue;
    }
    const token = scanSign(text, at) ?? scanWord(text, at);
    tokens.push(token);
    at = token.range[1];
  }
  return tokens;
}

/** The keyword that an unquoted bare word is, in any case; null when it is none. */
export function keywordOf(token: Token | undefined): Keyword | null {
  if (token?.kind !== 'word' || token.quoted || token.name !== null) return null;
  return KEYWORDS.find((keyword) => keyword === token.value.toLowerCase()) ?? null;
}

function scanSign(text: string, at: number): Sign | null {
  const range: readonly [number, number] = [at, at + 1];
  if (text[at] === '(') return { kind: 'open', range };
  if (text[at] === ')') return { kind: 'close', range };
  return text[at] === '-' && /^[^\s)]/u.test(text.slice(at + 1, at + 3)) ? { kind: 'minus', range } : null;
}

function scanWord(text: string, start: number): Word {
  NAME.lastIndex = start;
  const name = NAME.exec(text)?.[0] ?? null;
  const afterName = start + (name?.length ?? 0);
  const sign =
    afterName + (name !== null && COLON_AND_SIGN.test(text.slice(afterName, afterName + 2)) ? 1 : 0);
  const comparison =
    name === null ? null : (COMPARISONS.find((known) => text.startsWith(known, sign)) ?? null);
  const from = sign + (comparison?.length ?? 0);
  const { value, end, quoted, open } = text[from] === '"' ? scanQuoted(text, from) : scanBare(text, from);
  return {
    kind: 'word',
    range: [start, end],
    name,
    comparison,
    value,
    valueRange: [from, end],
    quoted,
    open,
  };
}

interface ScannedValue {
  readonly value: string;
  readonly end: number;
  readonly quoted: boolean;
  readonly open: boolean;
}

function scanQuoted(text: string, from: number): ScannedValue {
  let value = '';
  let at = from + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at++;
    value += text[at];
    at++;
  }
  const open = at >= text.length;
  return { value, end: open ? at : at + 1, quoted: true, open };
}

function scanBare(text: string, from: number): ScannedValue {
  let end = from;
  while (end < text.length && !/[\s()]/u.test(text.charAt(end))) end++;
  return { value: text.slice(from, end), end, quoted: false, open: false };
}
