/** What free text asks: the words of a statement are those of its normalised text and those of its own row in `statement_words`. */
import type { Database } from 'better-sqlite3';
import type { Term } from '../../../shared/filter/filter.ts';
import { phraseOf } from '../../../shared/filter/words.ts';
import { all, ALWAYS, any } from '../conditions.ts';
import type { Condition } from './match.ts';
import type { StatementMeaning } from './statement-terms.ts';
import { COUNTED, type Lead } from './ways.ts';
import { indexedWord, matchGrams, matchWord, type Match } from '../fold/words.ts';
import { WordRows } from './word-rows.ts';

/** A phrase: all its words, which are looked at in the statement where they must follow each other. */
export function wordMeaning(db: Database, term: Term): StatementMeaning {
  const { words, open } = phraseOf(term.value);
  const each = words.map((word, n) => oneWord(db, matchWord(word, open && n === words.length - 1)));
  const leads = each.map(({ lead }) => lead).filter((lead) => lead !== null);
  return {
    condition: all(each.map(({ condition }) => condition)),
    session: ALWAYS,
    text: null,
    lead: leads.length === 0 ? null : { kind: 'least', of: leads },
    loose: isLoose(term),
  };
}

/** Its words are found, but whether they follow each other, or how a very long one goes on, is to be looked at. */
export function isLoose({ field, value }: Term): boolean {
  if (field !== 'text') return false;
  const { words } = phraseOf(value);
  return words.length > 1 || words.some((word) => indexedWord(word) !== word);
}

/** A word stands in a statement's normalised text or in its own row. */
function oneWord(db: Database, { match, isPrefix }: Match): Pick<StatementMeaning, 'condition' | 'lead'> {
  const rows = WordRows.of(db);
  const texts = rows.find('text_words', match);
  const own = rows.find('statement_words', match);
  const ofTexts: Lead = {
    kind: 'texts',
    condition: { sql: 'd.id IN (SELECT rowid FROM text_words WHERE text_words MATCH ?)', values: [match] },
  };
  const ofWords: Lead = { kind: 'words', match };
  // A walk along a prefix goes through all of it first, and there are no fewer statements than texts.
  const isWide = texts.count > COUNTED || (isPrefix && own.count > COUNTED);
  const leads = [...(texts.count === 0 ? [] : [ofTexts]), ...(own.count === 0 ? [] : [ofWords])];
  return {
    condition: any([texts.among('x.text_id'), own.among('x.id')]),
    lead: isWide ? null : { kind: 'union', of: leads },
  };
}

/** Texts that may hold a part, which `*` cuts into several; those that are not searchable yet may as well. */
export function gramsOf(db: Database, value: string): Condition {
  const match = matchGrams(value.split('*'));
  if (match === null) return ALWAYS;
  const searchable = db.prepare<[], number>('SELECT texts FROM searchable').pluck().get() ?? 0;
  return any<string | number>([
    { sql: 'd.id IN (SELECT rowid FROM text_grams WHERE text_grams MATCH ?)', values: [match] },
    { sql: 'd.id > ?', values: [searchable] },
  ]);
}
