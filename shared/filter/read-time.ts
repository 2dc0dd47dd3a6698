/**
 * Times of a filter. A time written to the day, minute or second means all of it: `time:2026-11-01` is that day, and a range
 * runs from the start of its first to the end of its last.
 */
import { allOf, termOf, type Comparison, type Expression, type FilterError, type Term } from './filter.ts';
import { splitRange } from './range.ts';
import type { Word } from './scan.ts';
import { parseTime, printTime, type TimeSpan } from './value.ts';

/** `after:`, `before:` and `time:` as terms of `after` (at or after) and `before`. */
export function readTime(
  word: Word,
  field: 'after' | 'before' | 'time',
  sign: Comparison,
): Expression | FilterError {
  const ends = field === 'time' && (sign === ':' || sign === '=') ? splitRange(word) : null;
  if (ends !== null) return readRange(word, ends.low, ends.high);
  const span = spanOf(word);
  if ('message' in span) return span;
  const from: Term = { ...at(word, span.from), value: word.value };
  if (field !== 'time') return termOf({ ...from, field, comparison: sign });
  if (sign === '>=') return termOf(from);
  if (sign === '>') return termOf(at(word, span.to));
  if (sign === '<') return termOf({ ...from, field: 'before' });
  const to: Term = { ...at(word, span.to), field: 'before' };
  return sign === '<=' ? termOf(to) : allOf([termOf(from), termOf(to)]);
}

type End = Pick<Word, 'value' | 'valueRange'>;

function readRange(word: Word, low: End | null, high: End | null): Expression | FilterError {
  const first = low && spanOf(low);
  const last = high && spanOf(high);
  if (first !== null && 'message' in first) return first;
  if (last !== null && 'message' in last) return last;
  if (first !== null && last !== null && first.from >= last.to)
    return { message: 'nothing is in this range: it ends before it begins', range: word.valueRange };
  return allOf([
    ...(first === null ? [] : [termOf(at(word, first.from))]),
    ...(last === null ? [] : [termOf({ ...at(word, last.to), field: 'before' })]),
  ]);
}

function at(word: Word, number: number): Term {
  return { field: 'after', comparison: ':', value: printTime(number), number, range: word.range };
}

function spanOf({ value, valueRange }: End): TimeSpan | FilterError {
  return (
    parseTime(value) ?? {
      message: `"${value}" is not a time; write 2026-11-01, 2026-11-01T14:30 or 2026-11-01T14:30:05+01:00`,
      range: valueRange,
    }
  );
}
