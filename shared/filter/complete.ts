/** What may follow at the caret of a filter being typed: fields, then values. */
import { FILTER_FIELDS, type FilterField } from './filter.ts';
import { isField } from './parse.ts';
import { printTerm } from './print.ts';
import { scanWords, type Word } from './scan.ts';
import { FIELD_EXAMPLES, FIELD_MEANINGS, FIELD_NAMES, FIELD_WORDS } from './vocabulary.ts';

/** One proposal: `insert` in place of the characters of `range`. */
export interface Completion {
  readonly kind: 'field' | 'value';
  readonly label: string;
  /** One line about it; empty for values. */
  readonly detail: string;
  readonly insert: string;
  readonly range: readonly [number, number];
}

/** Values that occur in the archive, by field, the most frequent first. */
export type KnownValues = Readonly<Partial<Record<FilterField, readonly string[]>>>;

/** Proposals for `text` with the caret at a character position, best first. */
export function completeFilter(text: string, caret: number, known: KnownValues): Completion[] {
  const word = scanWords(text).find(({ range }) => range[0] < caret && caret <= range[1]);
  if (word?.name === undefined || word.name === null || caret < word.valueRange[0])
    return completeField(word, caret);
  const field = word.name.toLowerCase();
  return isField(field) ? completeValue(word, field, caret, known) : [];
}

function completeField(word: Word | undefined, caret: number): Completion[] {
  if (word?.quoted === true) return [];
  const typed = (word?.name ?? word?.value ?? '')
    .toLowerCase()
    .slice(0, word === undefined ? 0 : caret - word.range[0]);
  const range: readonly [number, number] =
    word === undefined
      ? [caret, caret]
      : [word.range[0], word.name === null ? word.range[1] : word.valueRange[0]];
  return FIELD_NAMES.filter((field) => field.startsWith(typed)).map((field) => ({
    kind: 'field',
    label: field,
    detail: FIELD_MEANINGS[field],
    insert: field + firstSign(field),
    range,
  }));
}

function firstSign(field: FilterField): string {
  const type = FILTER_FIELDS[field];
  return type === 'number' || type === 'duration' ? '>' : ':';
}

function completeValue(word: Word, field: FilterField, caret: number, known: KnownValues): Completion[] {
  const opening = word.quoted ? 1 : 0;
  const typed = word.value.toLowerCase().slice(0, Math.max(0, caret - word.valueRange[0] - opening));
  const values = new Set([
    ...(known[field] ?? []),
    ...(FIELD_WORDS[field] ?? []),
    ...(FIELD_EXAMPLES[field] ?? []),
  ]);
  return [...values]
    .filter((value) => value.toLowerCase().includes(typed))
    .toSorted((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)))
    .map((value) => ({
      kind: 'value',
      label: value,
      detail: '',
      insert: printTerm({ field, comparison: word.comparison ?? ':', value }),
      range: word.range,
    }));
}
