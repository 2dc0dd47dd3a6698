/** What free text asks: the words of a statement are those of its normalised text and those of its own row in `statement_words`. */
import type { Database } from 'better-sqlite3';
import type { Term } from '../../../shared/filter/filter.ts';
import { phraseOf } from '../../../shared/filter/words.ts';
import { all, ALWAYS, any, finds, type Condition } from './match.ts';
import type { StatementMeaning } from './statement-terms.ts';
import type { Lead } from './ways.ts';
import { indexedWord, matchGrams, matchWord } from './words.ts';

/** Rows of a common word are looked up one by one; those of others are fetched at once. */
const COMMON = 20_000;

/** A phrase: all its words, which are looked at in the statement where they must follow each other. */
export function wordMeaning(db: Database, term: Term): StatementMeaning {
  const { words, open } = phraseOf(term.value);
  const each = words.map((word, n) => oneWord(db, matchWord(word, open && n === words.length - 1)));
  return {
    condition: all(each.map(({ condition }) => condition)),
    session: ALWAYS,
    text: null,
    lead: each.length === 0 ? null : { kind: 'least', of: each.map(({ lead }) => lead) },
    loose: isLoose(term),
  };
}

/** Its words are found, but whether they follow each other, or how a very long one goes on, is to be looked at. */
export function isLoose({ field, value }: Term): boolean {
  if (field !== 'text') return false;
  const { words } = phraseOf(value);
  return words.length > 1 || words.some((word) => indexedWord(word) !== word);
}

function oneWord(db: Database, match: string): { readonly condition: Condition; readonly lead: Lead } {
  const texts = 'SELECT rowid FROM text_words WHERE text_words MATCH ?';
  const isCommon =
    db
      .prepare<[string], number>(
        `SELECT count(*) FROM (SELECT 1 FROM statement_words WHERE statement_words MATCH ? LIMIT ${COMMON})`,
      )
      .pluck()
      .get(match) === COMMON;
  const own: Condition = isCommon
    ? finds('statement_words w WHERE w.statement_words MATCH ? AND w.rowid = x.id', [match])
    : {
        sql: 'x.id IN (SELECT rowid FROM statement_words WHERE statement_words MATCH ?)',
        values: [match],
      };
  return {
    condition: any([{ sql: `x.text_id IN (${texts})`, values: [match] }, own]),
    lead: {
      kind: 'union',
      of: [
        { kind: 'texts', condition: { sql: `d.id IN (${texts})`, values: [match] } },
        { kind: 'words', match },
      ],
    },
  };
}

/** Texts that may hold a part, which `*` cuts into several; those that are not searchable yet may as well. */
export function gramsOf(db: Database, value: string): Condition {
  const match = matchGrams(value.split('*'));
  if (match === null) return ALWAYS;
  const searchable = db.prepare<[], number>('SELECT texts FROM searchable').pluck().get() ?? 0;
  return any([
    { sql: 'd.id IN (SELECT rowid FROM text_grams WHERE text_grams MATCH ?)', values: [match] },
    { sql: 'd.id > ?', values: [searchable] },
  ]);
}
