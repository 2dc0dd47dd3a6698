/** What may follow at the caret of a filter being typed: fields and the words that join them, then values. */
import { FILTER_FIELDS, type FilterField } from './filter.ts';
import { printTerm } from './print.ts';
import { isField } from './read-term.ts';
import { KEYWORDS, scanTokens, type Word } from './scan.ts';
import { meaningOf } from './word-meanings.ts';
import { FIELD_EXAMPLES, FIELD_MEANINGS, FIELD_NAMES, FIELD_WORDS } from './vocabulary.ts';

/** One proposal: `insert` in place of the characters of `range`. */
export interface Completion {
  readonly kind: 'field' | 'keyword' | 'value';
  readonly label: string;
  /** One line about it; empty for values that are names. */
  readonly detail: string;
  readonly insert: string;
  readonly range: readonly [number, number];
}

/** Values that occur in the archive, by field, the most frequent first. */
export type KnownValues = Readonly<Partial<Record<FilterField, readonly string[]>>>;

/** Proposals for `text` with the caret at a character position, best first. */
export function completeFilter(text: string, caret: number, known: KnownValues): Completion[] {
  const word = scanTokens(text).find(
    (token) => token.kind === 'word' && token.range[0] < caret && caret <= token.range[1],
  );
  if (word?.kind !== 'word') return fieldsAt([caret, caret], '');
  if (word.name === null || caret < word.valueRange[0]) return completeField(word, caret);
  const field = word.name.toLowerCase();
  return isField(field) ? completeValue(word, field, caret, known) : [];
}

function completeField(word: Word, caret: number): Completion[] {
  if (word.quoted && word.name === null) return [];
  const range: readonly [number, number] = [
    word.range[0],
    word.name === null ? word.range[1] : word.valueRange[0],
  ];
  const typed = (word.name ?? word.value).toLowerCase().slice(0, caret - word.range[0]);
  return [...fieldsAt(range, typed), ...(word.name === null ? keywordsAt(range, typed) : [])];
}

function fieldsAt(range: readonly [number, number], typed: string): Completion[] {
  return FIELD_NAMES.filter((field) => field.startsWith(typed)).map((field) => ({
    kind: 'field',
    label: field,
    detail: FIELD_MEANINGS[field],
    insert: field + firstSign(field),
    range,
  }));
}

const KEYWORD_MEANINGS = {
  and: 'both hold, as for terms side by side',
  or: 'either holds; binds less than terms side by side',
  not: 'what follows does not hold, as does a minus right before it',
} as const;

function keywordsAt(range: readonly [number, number], typed: string): Completion[] {
  return KEYWORDS.filter((keyword) => keyword.startsWith(typed)).map((keyword) => ({
    kind: 'keyword',
    label: keyword,
    detail: KEYWORD_MEANINGS[keyword],
    insert: `${keyword} `,
    range,
  }));
}

function firstSign(field: FilterField): string {
  const type = FILTER_FIELDS[field];
  return type === 'number' || type === 'size' || type === 'duration' ? '>' : ':';
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
      detail: meaningOf(field, value),
      insert: printTerm({ field, comparison: word.comparison ?? ':', value }),
      range: word.range,
    }));
}
