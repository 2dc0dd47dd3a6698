/** Text → filter. Terms stand side by side and must all hold; a text that cannot be meant is refused, pointing at the place. */
import {
  FILTER_FIELDS,
  type Comparison,
  type Filter,
  type FilterField,
  type Term,
  type ValueType,
} from './filter.ts';
import { nearest } from './nearest.ts';
import { scanWords, type Word } from './scan.ts';
import { parseCount, parseDuration, parseTime } from './value.ts';
import { FIELD_NAMES, FIELD_WORDS, PROVIDER_ALIASES, VERB_BEGINNINGS } from './vocabulary.ts';

/** What is wrong with a filter, and where, as character positions. */
export interface FilterError {
  readonly message: string;
  readonly range: readonly [number, number];
}

/** A filter, or the first thing that is wrong with its text. */
export type ParsedFilter =
  | { readonly filter: Filter; readonly error?: never }
  | { readonly error: FilterError; readonly filter?: never };

/** Reads a filter. The empty text is the filter that everything passes. */
export function parseFilter(text: string): ParsedFilter {
  const terms: Term[] = [];
  for (const word of scanWords(text)) {
    const read = readWord(word, text);
    if ('message' in read) return { error: read };
    terms.push(read);
  }
  return { filter: { terms } };
}

function readWord(word: Word, text: string): Term | FilterError {
  if (word.open) return { message: 'this quote is never closed', range: word.valueRange };
  const grammar = laterGrammar(word);
  if (grammar !== null) return grammar;
  if (word.name === null || word.comparison === null) return bareTerm(word);
  const field = word.name.toLowerCase();
  if (!isField(field)) return unknownField(word, word.name, text);
  if (word.value === '')
    return {
      message: `${field} needs a value, like ${EXAMPLES[FILTER_FIELDS[field]](field)}`,
      range: word.range,
    };
  return readTerm(word, field, word.comparison);
}

/** Reads what a later grammar will know, so that nobody takes `a or b` for a search for the word "or". */
function laterGrammar(word: Word): FilterError | null {
  if (word.quoted) return null;
  const range = word.range;
  if (word.name === null && /^(or|not|and)$/i.test(word.value)) {
    const sign = word.value.toLowerCase();
    if (sign === 'and')
      return {
        message: `terms side by side must all hold: leave out "and", or quote it to search for the word`,
        range,
      };
    return {
      message: `"${sign}" is not known yet: all terms must hold; quote it to search for the word`,
      range,
    };
  }
  if (/[()]/.test(word.value))
    return { message: 'parentheses are not known yet; quote the text to search for them', range };
  if (word.name !== null && word.name.startsWith('-')) {
    return { message: 'a minus sign for "not" is not known yet; quote the text to search for it', range };
  }
  return null;
}

function bareTerm(word: Word): Term | FilterError {
  if (word.value.trim() === '')
    return { message: 'there is nothing between these quotes', range: word.range };
  return { field: 'text', comparison: ':', value: word.value, range: word.range };
}

function unknownField(word: Word, name: string, text: string): FilterError {
  const meant = nearest(name, FIELD_NAMES);
  const quoted = JSON.stringify(text.slice(...word.range));
  const hint = meant === null ? `to search for it as text, write ${quoted}` : `did you mean "${meant}"?`;
  return {
    message: `there is no field "${name}"; ${hint}`,
    range: [word.range[0], word.range[0] + name.length],
  };
}

/** How a term of each type looks, for messages. */
const EXAMPLES: Readonly<Record<ValueType, (field: FilterField) => string>> = {
  text: (field) => `${field}:…`,
  path: (field) => `${field}:github/4711`,
  number: (field) => `${field}>100`,
  duration: (field) => `${field}>2s`,
  time: (field) => `${field}:2026-11-01`,
};

function readTerm(word: Word, field: FilterField, sign: Comparison): Term | FilterError {
  const type = FILTER_FIELDS[field];
  if (type === 'number' || type === 'duration') return numberTerm(word, field, sign, type);
  if (sign !== ':' && sign !== '=') return notCompared(word, field, sign);
  return type === 'time' ? timeTerm(word, field, sign) : textTerm(word, field, sign);
}

function timeTerm(word: Word, field: FilterField, sign: Comparison): Term | FilterError {
  const number = parseTime(word.value);
  if (number !== null) return { field, comparison: sign, value: word.value, number, range: word.range };
  return {
    message: `"${word.value}" is not a time; write 2026-11-01, 2026-11-01T14:30 or 2026-11-01T14:30:05+01:00`,
    range: word.valueRange,
  };
}

function textTerm(word: Word, field: FilterField, sign: Comparison): Term | FilterError {
  const words = FIELD_WORDS[field];
  if (words !== undefined && !words.includes(word.value.toLowerCase()) && !word.value.includes('*')) {
    const meant = nearest(word.value, words);
    const hint = meant === null ? `it is one of ${words.join(', ')}` : `did you mean "${meant}"?`;
    return { message: `"${word.value}" is not a value of ${field}; ${hint}`, range: word.valueRange };
  }
  if (field === 'error' && !/^[0-9A-Z*]{1,5}$/i.test(word.value)) {
    return {
      message: `"${word.value}" is not an SQLSTATE; write five letters or digits, like 42P01, or a glob, like 23* or *`,
      range: word.valueRange,
    };
  }
  return { field, comparison: sign, value: writtenOut(field, sign, word.value), range: word.range };
}

/** The value that a short one stands for. */
function writtenOut(field: FilterField, sign: Comparison, value: string): string {
  if (field === 'verb' && sign === ':')
    return VERB_BEGINNINGS.includes(value.toLowerCase()) ? `${value} *` : value;
  if (field !== 'job' && field !== 'ci') return value;
  const [provider = ''] = value.split('/', 1);
  const alias = PROVIDER_ALIASES[provider.toLowerCase()];
  return alias === undefined ? value : alias + value.slice(provider.length);
}

function numberTerm(
  word: Word,
  field: FilterField,
  sign: Comparison,
  type: 'number' | 'duration',
): Term | FilterError {
  const number = type === 'number' ? parseCount(word.value) : parseDuration(word.value);
  if (number === null) {
    const expected = type === 'number' ? 'a whole number' : 'a duration; write 150ms, 2s or 1m';
    return { message: `"${word.value}" is not ${expected}`, range: word.valueRange };
  }
  if (type === 'duration' && (sign === ':' || sign === '=')) {
    return {
      message: `compare a duration: ${field}>${word.value} or ${field}<${word.value}`,
      range: word.range,
    };
  }
  return { field, comparison: sign, value: word.value, number, range: word.range };
}

function notCompared(word: Word, field: FilterField, sign: Comparison): FilterError {
  return {
    message: `${field} is not compared with ${sign}; write ${field}:${word.value}`,
    range: word.range,
  };
}

/** Whether a word is the name of a field. */
export function isField(name: string): name is FilterField {
  return Object.hasOwn(FILTER_FIELDS, name);
}
