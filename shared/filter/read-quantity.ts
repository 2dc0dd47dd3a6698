/** Counts, sizes and durations of a filter: compared, equal, or within a range that holds both of its ends. */
import {
  allOf,
  FILTER_FIELDS,
  termOf,
  type Comparison,
  type Expression,
  type FilterError,
  type Term,
} from './filter.ts';
import { splitRange } from './range.ts';
import type { Word } from './scan.ts';
import { parseCount, parseDuration, parseSize } from './value.ts';

type QuantityField = 'rows' | 'bytes' | 'dur';

/** How values of each type are read, and what is expected where they cannot be. */
const TYPES = {
  number: { parse: parseCount, expected: 'a whole number' },
  size: { parse: parseSize, expected: 'a size; write 500, 64KiB or 1.5MB' },
  duration: { parse: parseDuration, expected: 'a duration; write 150ms, 2s or 1m' },
} as const;

/** `rows>100`, `bytes<=1MiB`, `dur:1s..5s`, `rows:10..`. */
export function readQuantity(word: Word, field: QuantityField, sign: Comparison): Expression | FilterError {
  const ends = sign === ':' || sign === '=' ? splitRange(word) : null;
  if (ends === null) {
    const only = readEnd(word, field, sign, word);
    if ('message' in only) return only;
    if (field !== 'dur' || (sign !== ':' && sign !== '=')) return termOf(only);
    return { message: `compare a duration: dur>${word.value} or dur<${word.value}`, range: word.range };
  }
  const low = ends.low && readEnd(word, field, '>=', ends.low);
  const high = ends.high && readEnd(word, field, '<=', ends.high);
  if (low !== null && 'message' in low) return low;
  if (high !== null && 'message' in high) return high;
  if (low !== null && high !== null && (low.number ?? 0) > (high.number ?? 0))
    return {
      message: `nothing is in this range: ${low.value} is more than ${high.value}`,
      range: word.valueRange,
    };
  return allOf([low, high].flatMap((end) => (end === null ? [] : [termOf(end)])));
}

function readEnd(
  word: Word,
  field: QuantityField,
  comparison: Comparison,
  { value, valueRange }: Pick<Word, 'value' | 'valueRange'>,
): Term | FilterError {
  const { parse, expected } = TYPES[FILTER_FIELDS[field]];
  const number = parse(value);
  if (number === null) return { message: `"${value}" is not ${expected}`, range: valueRange };
  return { field, comparison, value, number, range: word.range };
}
