/** One word of a filter → what it says. Short forms are written out here, so that stores know one form of each. */
import { ERROR_CLASS_NAMES, errorPattern } from './error-class.ts';
import {
  FILTER_FIELDS,
  termOf,
  type Comparison,
  type Expression,
  type FilterError,
  type FilterField,
  type TermField,
  type ValueType,
} from './filter.ts';
import { nearest } from './nearest.ts';
import { readQuantity } from './read-quantity.ts';
import type { Word } from './scan.ts';
import { readTime } from './read-time.ts';
import { FIELD_NAMES, FIELD_WORDS, PROVIDER_ALIASES, VERB_BEGINNINGS } from './vocabulary.ts';
import { wordFault } from './words.ts';

/** The expression that a word is; a range is two terms. `text` is the whole filter. */
export function readTerm(word: Word, text: string): Expression | FilterError {
  if (word.open) return { message: 'this quote is never closed', range: word.valueRange, unfinished: true };
  if (word.name === null || word.comparison === null) return bareTerm(word);
  const field = word.name.toLowerCase();
  if (!isField(field)) return unknownField(word, word.name, text);
  // What is empty in the record is asked for as exactly that: app="".
  const isEmpty =
    word.quoted && word.comparison === '=' && FILTER_FIELDS[field] === 'text' && field !== 'sql';
  if (word.value === '' && !isEmpty)
    return {
      message: `${field} needs a value, like ${EXAMPLES[FILTER_FIELDS[field]](field)}`,
      range: word.range,
    };
  return readValue(word, field, word.comparison);
}

/** Whether a word is the name of a field. */
export function isField(name: string): name is FilterField {
  return Object.hasOwn(FILTER_FIELDS, name);
}

function bareTerm(word: Word): Expression | FilterError {
  if (word.value.trim() === '')
    return { message: 'there is nothing between these quotes', range: word.range };
  return textTerm(word, 'text', ':');
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
  word: (field) => `${field}:${FIELD_WORDS[field]?.[0] ?? '…'}`,
  words: (field) => `${field}:"drop table"`,
  path: (field) => `${field}:github/4711`,
  hex: (field) => `${field}:0198c2f4`,
  number: (field) => `${field}>100`,
  size: (field) => `${field}>1MiB`,
  duration: (field) => `${field}>2s`,
  time: (field) => `${field}:2026-11-01`,
};

function readValue(word: Word, field: FilterField, sign: Comparison): Expression | FilterError {
  const type = FILTER_FIELDS[field];
  if (field === 'rows' || field === 'bytes' || field === 'dur') return readQuantity(word, field, sign);
  if (field === 'time') return readTime(word, field, sign);
  if (sign !== ':' && sign !== '=')
    return {
      message: `${field} is not compared with ${sign}; write ${field}:${word.value}`,
      range: word.range,
    };
  if (field === 'after' || field === 'before') return readTime(word, field, sign);
  if (type === 'hex' && !/^[0-9a-f*]{1,64}$/i.test(word.value))
    return {
      message: `"${word.value}" is not the start of a ${field}: hex digits, like 0198c2f4`,
      range: word.valueRange,
    };
  const unknown = FIELD_WORDS[field] && unknownWord(word, field, FIELD_WORDS[field]);
  if (unknown) return unknown;
  return field === 'attested' ? attestedTerm(word) : textTerm(word, field, sign);
}

function unknownWord(word: Word, field: FilterField, words: readonly string[]): FilterError | null {
  if (words.includes(word.value.toLowerCase()) || (field !== 'attested' && word.value.includes('*')))
    return null;
  const meant = nearest(word.value, words);
  const hint = meant === null ? `it is one of ${words.join(', ')}` : `did you mean "${meant}"?`;
  return { message: `"${word.value}" is not a value of ${field}; ${hint}`, range: word.valueRange };
}

function attestedTerm(word: Word): Expression {
  const attested = termOf({ field: 'ci', comparison: ':', value: 'attested', range: word.range });
  return word.value.toLowerCase() === 'yes' ? attested : { kind: 'not', of: attested };
}

function textTerm(
  word: Word,
  field: Exclude<TermField, 'after' | 'before'>,
  sign: Comparison,
): Expression | FilterError {
  const wrong = field === 'text' ? wordFault(word.value) : null;
  if (wrong !== null) return { message: wrong, range: word.valueRange };
  if (field === 'error') return errorTerm(word, sign);
  return termOf({ field, comparison: sign, value: writtenOut(field, sign, word.value), range: word.range });
}

function errorTerm(word: Word, sign: Comparison): Expression | FilterError {
  const value = errorPattern(word.value);
  if (value !== null)
    return termOf({
      field: 'error',
      comparison: sign === '=' && value === word.value ? '=' : ':',
      value,
      range: word.range,
    });
  const meant = nearest(word.value, ERROR_CLASS_NAMES);
  const hint = meant === null ? '42P01, a glob, like 23* or *, or a class, like 23' : `"${meant}"`;
  return { message: `"${word.value}" is not an SQLSTATE; write ${hint}`, range: word.valueRange };
}

/** The value that a short one stands for. */
function writtenOut(field: FilterField, sign: Comparison, value: string): string {
  if (field === 'verb' && sign === ':')
    return VERB_BEGINNINGS.includes(value.toLowerCase()) ? `${value} *` : value;
  if (field !== 'job' && field !== 'ci') return value;
  const [provider = ''] = value.split('/', 1);
  const short = provider.toLowerCase();
  return Object.hasOwn(PROVIDER_ALIASES, short)
    ? `${PROVIDER_ALIASES[short]}${value.slice(provider.length)}`
    : value;
}
