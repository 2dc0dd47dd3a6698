/** The questions of the table, with what is to be reached. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { EVERYTHING, type Filter } from '../../shared/filter/filter.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import {
  BIG_SUBJECT,
  COMMON_TABLE,
  COMMON_WORD,
  OLD_TABLE,
  OTHER_TABLE,
  RARE_SUBJECT,
  RARE_TABLE,
  RARE_WORD,
  SPAN,
  START,
} from './shape.ts';

/** Asks; resolves to how many items the answer holds. */
export type Ask = (archive: ArchiveReader) => Promise<number>;

/** One row of the table: asked in several ways, of which the slow ones count. Bars in ms. */
export interface Question {
  readonly name: string;
  readonly warm: number | null;
  readonly cold: number | null;
  /** Whether anything is to be found. */
  readonly finds: 'something' | 'nothing';
  readonly ways: readonly Ask[];
}

const WARM = 50;
const COLD = 250;
/** Of two filters that never meet. */
const NOTHING = 500;
const TEXT = 300;

/** What one page holds. */
const LIMIT = 100;

/** Some jobs of the archive, early and late, each by its whole name and by that of its run. */
export async function someJobs(archive: ArchiveReader): Promise<string[]> {
  const jobs: string[] = [];
  for (const share of [0.1, 0.5, 0.9]) {
    const before = new Date((START + SPAN * share) / 1000).toISOString();
    const filter = filterOf(`ci:attested before:${before}`);
    const { items } = await archive.sessions({ filter, sort: '-started', limit: 1 });
    for (const { ci } of items)
      if (ci !== null) jobs.push(`job:gh/${ci.run}`, `job:${ci.provider}/${ci.run}/${ci.job}`);
  }
  return jobs;
}

/** First pages of lists; `jobs` are filters. */
export function listQuestions(jobs: readonly string[]): Question[] {
  const page = (name: string, ...filters: string[]): Question[] =>
    both(name, filters, { warm: WARM, cold: COLD });
  return [
    ...page('all', ''),
    ...page('token.common', `token:${BIG_SUBJECT}`, 'token:agent-support-2'),
    ...page('token.rare', `token:${RARE_SUBJECT}`),
    ...page('job', ...jobs),
    ...page('table.common', `table:${COMMON_TABLE}`, `table:${OTHER_TABLE}`),
    ...page('table.rare', `table:${RARE_TABLE}`),
    ...page('table.old', `table:${OLD_TABLE}`),
    ...page(
      'combined',
      `token:${BIG_SUBJECT} table:${COMMON_TABLE}`,
      `token:${RARE_SUBJECT} table:${COMMON_TABLE}`,
      `token:${BIG_SUBJECT} verb:DELETE`,
      `verb:UPDATE error:23505`,
    ),
    ...page(
      'either',
      `token:${RARE_SUBJECT} or table:${RARE_TABLE}`,
      `table:${OLD_TABLE} or verb:"ALTER TABLE"`,
    ),
    ...page(
      'except',
      `table:${COMMON_TABLE} -token:${BIG_SUBJECT}`,
      `-verb:select -verb:insert -table:${COMMON_TABLE}`,
    ),
    ...both('never-in-one-session', [`token:${BIG_SUBJECT} table:${OTHER_TABLE}`], {
      warm: NOTHING,
      cold: null,
      finds: 'nothing',
    }),
    ...both('never-in-one-statement', [`verb:DELETE table:${COMMON_TABLE}`], {
      warm: NOTHING,
      cold: null,
      finds: 'nothing',
    }),
  ];
}

/** Words anywhere, and parts of SQL. */
export function textQuestions(): Question[] {
  const text = (name: string, ...filters: string[]): Question[] =>
    both(name, filters, { warm: TEXT, cold: null });
  return [
    ...text('text.common', COMMON_WORD),
    ...text('text.rare', RARE_WORD),
    ...text('text.error', '"duplicate key"'),
    ...text('text.with-token', `${COMMON_WORD} token:${RARE_SUBJECT}`),
    ...text('sql', 'sql:"discount = "', 'sql:gift_cards'),
  ];
}

/** Counts of values. */
export function facetQuestions(): Question[] {
  const facets = (name: string, filter: string, warm: number | null): Question => ({
    name: `facets.${name}`,
    warm,
    cold: null,
    finds: 'something',
    ways: [async (archive) => (await archive.facets(filterOf(filter))).total],
  });
  return [
    facets('all', '', 300),
    facets('token', `token:${BIG_SUBJECT}`, null),
    facets('table', `table:${COMMON_TABLE}`, null),
    facets('word', COMMON_WORD, null),
  ];
}

interface Bars {
  readonly warm: number | null;
  readonly cold: number | null;
  readonly finds?: 'nothing';
}

/** A first page of statements, and one of sessions. */
function both(name: string, filters: readonly string[], { warm, cold, finds }: Bars): Question[] {
  const question = (of: string, ask: (filter: Filter) => Ask): Question => ({
    name: `${of}.${name}`,
    warm,
    cold,
    finds: finds ?? 'something',
    ways: filters.map((filter) => ask(filterOf(filter))),
  });
  return [
    question('statements', (filter) => async (archive) => {
      const { items } = await archive.statements({ filter, limit: LIMIT });
      return items.length;
    }),
    question('sessions', (filter) => async (archive) => {
      const { items } = await archive.sessions({ filter, sort: '-started', limit: LIMIT });
      return items.length;
    }),
  ];
}

/** The filter of a text; throws where it does not parse. */
export function filterOf(text: string): Filter {
  if (text === '') return EVERYTHING;
  const { filter, error } = parseFilter(text);
  if (error !== undefined) throw new Error(`${text}: ${error.message}`);
  return filter;
}
