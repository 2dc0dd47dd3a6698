/**
 * Text → filter. Terms side by side must all hold; `not` and a minus bind closest, then `and`, then `or`; parentheses group.
 * A text that cannot be meant is refused, pointing at the place. Grammar: docs/filter.md.
 */
import { allOf, anyOf, EVERYTHING, type Expression, type Filter, type FilterError } from './filter.ts';
import { readTerm } from './read-term.ts';
import { keywordOf, scanTokens, type Token, type Word } from './scan.ts';

/** A filter, or the first thing that is wrong with its text. */
export type ParsedFilter =
  | { readonly filter: Filter; readonly error?: never }
  | { readonly error: FilterError; readonly filter?: never };

/** Longest text, in characters: percent-encoded it still fits the 16 KiB that Node takes as the head of a request. */
export const MAX_LENGTH = 4_000;

/** Parentheses and negations within each other: more than anybody writes, and far from the end of any stack. */
export const MAX_DEPTH = 50;

/** Terms of one filter: each may become a look-up of its own in every volume. */
export const MAX_TERMS = 200;

/** Reads a filter. The empty text is the filter that everything passes. */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > MAX_LENGTH)
    return {
      error: { message: `a filter has at most ${MAX_LENGTH} characters`, range: [MAX_LENGTH, text.length] },
    };
  const reading: Reading = { text, tokens: scanTokens(text), at: 0, depth: 0, terms: 0 };
  if (reading.tokens.length === 0) return { filter: EVERYTHING };
  const root = readAny(reading);
  if ('message' in root) return { error: root };
  const rest = reading.tokens[reading.at];
  if (rest !== undefined)
    return { error: fault(rest, 'no parenthesis is open here; put quotes around the text to search for it') };
  return { filter: { root } };
}

/** Where the parser stands. */
interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
  terms: number;
}

type Read = Expression | FilterError;

function fault({ range }: Pick<Token, 'range'>, message: string): FilterError {
  return { message, range };
}

/** `a b or c`, up to a closing parenthesis or the end. */
function readAny(reading: Reading): Read {
  const parts: Expression[] = [];
  for (;;) {
    const part = readAll(reading);
    if ('message' in part) return part;
    parts.push(part);
    if (keywordOf(reading.tokens[reading.at]) !== 'or') return anyOf(parts);
    reading.at++;
  }
}

/** `a and b c`, up to an `or`, a closing parenthesis or the end. */
function readAll(reading: Reading): Read {
  const parts: Expression[] = [];
  for (;;) {
    const token = reading.tokens[reading.at];
    const joins = keywordOf(token) === 'and';
    if (parts.length > 0 && !joins && endsTerms(token)) return allOf(parts);
    if (parts.length > 0 && joins) reading.at++;
    const part = readNegated(reading);
    if ('message' in part) return part;
    parts.push(part);
  }
}

function endsTerms(token: Token | undefined): boolean {
  return token === undefined || token.kind === 'close' || keywordOf(token) === 'or';
}

function readNegated(reading: Reading): Read {
  const token = reading.tokens[reading.at];
  if (token === undefined || token.kind === 'close' || isJoining(token)) return missing(reading);
  const negates = token.kind === 'minus' || keywordOf(token) === 'not';
  if (!negates && token.kind === 'word') return readWord(reading, token);
  if (reading.depth === MAX_DEPTH) return fault(token, `a filter nests at most ${MAX_DEPTH} deep`);
  reading.depth++;
  const read = negates ? readNot(reading, token) : readGroup(reading, token);
  reading.depth--;
  return read;
}

function isJoining(token: Token): boolean {
  const keyword = keywordOf(token);
  return keyword === 'and' || keyword === 'or';
}

function readNot(reading: Reading, negation: Token): Read {
  reading.at++;
  const next = reading.tokens[reading.at];
  if (negation.kind === 'minus' && next?.kind === 'minus')
    return fault(negation, 'one minus sign says "not"; put quotes around the text to search for it');
  const of = readNegated(reading);
  return 'message' in of ? of : { kind: 'not', of };
}

function readGroup(reading: Reading, open: Token): Read {
  reading.at++;
  const inner = readAny(reading);
  if ('message' in inner) return inner;
  if (reading.tokens[reading.at]?.kind !== 'close') return unclosed(open);
  reading.at++;
  return inner;
}

function unclosed(open: Pick<Token, 'range'>): FilterError {
  return { ...fault(open, 'this parenthesis is never closed'), unfinished: true };
}

/** A term is wanted where there is none. */
function missing({ tokens, at, text }: Reading): FilterError {
  const [before, here] = [tokens[at - 1], tokens[at]];
  if (here?.kind === 'close' && before?.kind === 'open')
    return { message: 'there is nothing between these parentheses', range: [before.range[0], here.range[1]] };
  const keyword = keywordOf(before);
  if (before !== undefined && keyword !== null) {
    const nothing = fault(before, `nothing stands behind this "${keyword}"; quote it to search for the word`);
    return here === undefined ? { ...nothing, unfinished: true } : nothing;
  }
  if (here !== undefined && isJoining(here))
    return fault(here, `nothing stands before this "${keywordOf(here)}"; quote it to search for the word`);
  if (here?.kind === 'close')
    return fault(here, 'no parenthesis is open here; put quotes around the text to search for it');
  return before === undefined
    ? { message: 'a term is missing here', range: [0, text.length] }
    : unclosed(before);
}

function readWord(reading: Reading, word: Word): Read {
  reading.at++;
  const next = reading.tokens[reading.at];
  if (next?.kind === 'open' && next.range[0] === word.range[1]) return glued(reading, word);
  if (++reading.terms > MAX_TERMS) return fault(word, `a filter has at most ${MAX_TERMS} terms`);
  return readTerm(word, reading.text);
}

/** `count(*)` is a text that lacks its quotes, `table:(a or b)` a group of values, which does not exist. */
function glued({ tokens, at, text }: Reading, word: Word): FilterError {
  const close = tokens.slice(at).find(({ kind }) => kind === 'close');
  const range: readonly [number, number] = [word.range[0], close?.range[1] ?? text.length];
  if (word.name !== null && word.value === '')
    return { message: `parentheses hold whole terms: (${word.name}:a or ${word.name}:b)`, range };
  const name = text.slice(word.range[0], word.valueRange[0]);
  const value = text.slice(word.valueRange[0], range[1]);
  return { message: `a value with parentheses needs quotes: ${name}${JSON.stringify(value)}`, range };
}
