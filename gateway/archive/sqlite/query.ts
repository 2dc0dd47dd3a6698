/**
 * A filter as conditions on one volume. Dictionaries are asked first: what the filter says about tokens, jobs, tables and
 * verbs becomes sets of ids, which tell how selective it is and that nothing can match where one is empty.
 */
import type { Database } from 'better-sqlite3';
import { conjunctOf, type Filter, type FilterField, type Term } from '../../../shared/filter/filter.ts';
import { decisionsOf } from '../../../shared/filter/vocabulary.ts';
import { ArchiveError } from '../archive.ts';
import {
  all,
  any,
  finds,
  matchHex,
  matchNumber,
  matchPath,
  matchText,
  matchWords,
  NEVER,
  oneOf,
  type Condition,
} from './match.ts';

/** What a filter asks of a volume. Aliases: `s` is the session, `x` the statement. */
export interface Query {
  /** Token ids, one of which the session has; null: any. */
  readonly tokens: readonly number[] | null;
  readonly jobs: readonly number[] | null;
  readonly verbs: readonly number[] | null;
  /** SQLSTATEs that occur and the filter names, one of which the statement ended with; null: any, or none at all. */
  readonly states: readonly string[] | null;
  /** For each `table:` the ids of the tables it names; a statement must touch one of each. */
  readonly tables: readonly (readonly number[])[];
  /** For each `policy:` and `severity:` the ids of the verdicts it names; a statement must have one of each. */
  readonly verdicts: readonly (readonly number[])[];
  /** For each `masked:` the ids of the masks it names. */
  readonly masks: readonly (readonly number[])[];
  /** Conditions on the session's own row. */
  readonly session: readonly Condition[];
  /** Conditions on the statement's own row. */
  readonly statement: readonly Condition[];
  /** At or after and before these times, µs. */
  readonly after: number | null;
  readonly before: number | null;
  /** Some set of ids is empty: nothing matches. */
  readonly impossible: boolean;
}

/** Hex digits from which a token's value counts as the start of a fingerprint rather than a word that happens to look so. */
const FINGERPRINT_DIGITS = 6;

/** What the filter asks of the volume open as `db`. */
export function queryOf(db: Database, filter: Filter): Query {
  const terms = conjunctOf(filter);
  if (terms === null)
    throw new ArchiveError(
      'BAD_FILTER',
      'this archive answers terms that must all hold: leave out "or" and "not"',
    );
  const tokens = idsOf(db, 'token', 't', conditionsOf(terms, TOKEN_TERMS));
  const jobs = idsOf(db, 'job', 'j', conditionsOf(terms.filter(isJobTerm), JOB_TERMS));
  const verbs = idsOf(db, 'verb', 'v', conditionsOf(terms, { verb: (term) => matchText('v.verb', term) }));
  const states = statesOf(db, terms);
  const tables = terms
    .filter(({ field }) => field === 'table')
    .map(
      (term) => idsOf(db, 'tbl', 'b', [any([matchText('b.name', term), matchText('b.bare', term)])]) ?? [],
    );
  const verdicts = idsOfEach(db, terms, 'verdict', 'p', VERDICT_TERMS);
  const masks = idsOfEach(db, terms, 'mask', 'm', MASK_TERMS);
  return {
    tokens,
    jobs,
    verbs,
    states,
    tables,
    verdicts,
    masks,
    session: [
      ...conditionsOf(terms, SESSION_TERMS),
      ...terms.filter(isWithoutJob).map(() => NO_JOB),
      ...terms.filter(isMismatch).map(() => MISMATCH),
    ],
    statement: conditionsOf(terms, STATEMENT_TERMS),
    after: extreme(terms, 'after', Math.max),
    before: extreme(terms, 'before', Math.min),
    impossible: [tokens, jobs, verbs, states, ...tables, ...verdicts, ...masks].some(
      (ids) => ids?.length === 0,
    ),
  };
}

type Meaning = (term: Term) => Condition;
type Meanings = Readonly<Partial<Record<FilterField, Meaning>>>;

const TOKEN_TERMS: Meanings = {
  token: (term) =>
    any([
      matchText('t.subject', term),
      matchText('t.client', term),
      matchText('t.jti', term),
      matchText('t.user_id', term),
      matchFingerprint('t.fingerprint', term),
    ]),
  issuer: (term) => matchText('t.issuer', term),
  sub: (term) => matchText('t.subject', term),
  client: (term) => matchText('t.client', term),
  group: (term) => {
    const { sql, values } = matchText('g.value', term);
    return finds(`json_each(t.groups) g WHERE ${sql}`, values);
  },
};

function matchFingerprint(column: string, { value }: Term): Condition {
  const prefix = value.toLowerCase();
  if (prefix.length < FINGERPRINT_DIGITS || !/^[0-9a-f]+$/.test(prefix)) return NEVER;
  return { sql: `${column} >= ? AND ${column} < ?`, values: [prefix, `${prefix}g`] };
}

const JOB_TERMS: Meanings = {
  job: (term) => matchPath('j.path', term),
  run: (term) => matchText('j.run', term),
  repo: (term) => matchText('j.repository', term),
  ci: (term) => matchText(isProvenance(term.value) ? 'j.provenance' : 'j.provider', term),
};

const NO_JOB: Condition = { sql: 's.job_id IS NULL', values: [] };
const MISMATCH: Condition = { sql: 's.ci_mismatch IS NOT NULL', values: [] };

function isProvenance(value: string): boolean {
  return /^(attested|asserted)$/i.test(value);
}

function isWithoutJob({ field, value }: Term): boolean {
  return field === 'ci' && value.toLowerCase() === 'none';
}

function isMismatch({ field, value }: Term): boolean {
  return field === 'ci' && value.toLowerCase() === 'mismatch';
}

function isJobTerm(term: Term): boolean {
  return !isWithoutJob(term) && !isMismatch(term);
}

const SESSION_TERMS: Meanings = {
  connection: (term) => matchText('s.connection', term),
  user: (term) => matchText('s.user', term),
  address: (term) => matchText('s.address', term),
  app: (term) => matchText('s.application', term),
  session: (term) => matchHex('s.sid', term),
  outcome: (term) => matchText('s.outcome', term),
};

const VERDICT_TERMS: Meanings = {
  policy: (term) => {
    const words = decisionsOf(term.value);
    if (words !== null) return oneOf('p.decision', words);
    const { sql, values } = matchText('r.value', term);
    return finds(`json_each(p.rules) r WHERE ${sql}`, values);
  },
  severity: (term) => matchText('p.severity', term),
};

const MASK_TERMS: Meanings = {
  masked: (term) =>
    any([
      matchText('m.name', term),
      // The column in any table, the table in any schema.
      all([
        { sql: `m.kind = 'column'`, values: [] },
        matchText('m.name', { ...term, value: `*.${term.value}` }),
      ]),
    ]),
};

const STATEMENT_TERMS: Meanings = {
  status: (term) => matchText('x.status', term),
  rows: (term) => matchNumber('x.rows', term),
  dur: (term) => matchNumber('x.duration', term),
  text: (term) => {
    const { sql, values } = matchWords('d.text', term);
    return { sql: `x.text_id IN (SELECT d.id FROM text d WHERE ${sql})`, values };
  },
};

function conditionsOf(terms: readonly Term[], meanings: Meanings): Condition[] {
  return terms.flatMap((term) => {
    const meaning = meanings[term.field];
    return meaning === undefined ? [] : [meaning(term)];
  });
}

function idsOf(
  db: Database,
  table: string,
  alias: string,
  conditions: readonly Condition[],
): number[] | null {
  if (conditions.length === 0) return null;
  const { sql, values } = all(conditions);
  return db
    .prepare<unknown[], number>(`SELECT ${alias}.id FROM ${table} ${alias} WHERE ${sql}`)
    .pluck()
    .all(...values);
}

/** For each term that has a meaning the ids it names. */
function idsOfEach(
  db: Database,
  terms: readonly Term[],
  table: string,
  alias: string,
  meanings: Meanings,
): number[][] {
  return conditionsOf(terms, meanings).map((condition) => idsOf(db, table, alias, [condition]) ?? []);
}

/** Distinct SQLSTATEs by hopping along their index: there are dozens among millions of statements. */
const STATES = `WITH RECURSIVE hop(state) AS (
    SELECT min(sqlstate) FROM statement WHERE sqlstate IS NOT NULL
    UNION ALL SELECT (SELECT min(sqlstate) FROM statement WHERE sqlstate IS NOT NULL AND sqlstate > hop.state)
    FROM hop WHERE hop.state IS NOT NULL)
  SELECT state FROM hop WHERE state IS NOT NULL`;

function statesOf(db: Database, terms: readonly Term[]): string[] | null {
  const conditions = conditionsOf(terms, { error: (term) => matchText('hop.state', term) });
  if (conditions.length === 0) return null;
  const { sql, values } = all(conditions);
  return db
    .prepare<unknown[], string>(`${STATES} AND ${sql}`)
    .pluck()
    .all(...values);
}

function extreme(
  terms: readonly Term[],
  field: 'after' | 'before',
  pick: (...times: number[]) => number,
): number | null {
  const times = terms.flatMap((term) =>
    term.field === field && term.number !== undefined ? [term.number] : [],
  );
  return times.length === 0 ? null : pick(...times);
}

/** Whether the filter says something that only a statement can meet. */
export function asksStatements({ verbs, states, tables, verdicts, masks, statement }: Query): boolean {
  if (verbs !== null || states !== null) return true;
  return [tables, verdicts, masks, statement].some(({ length }) => length > 0);
}

/** What a session's row must meet, by token, job and its own columns. */
export function sessionCondition({ tokens, jobs, session }: Query): Condition[] {
  return [
    ...(tokens === null ? [] : [oneOf('s.token_id', tokens)]),
    ...(jobs === null ? [] : [oneOf('s.job_id', jobs)]),
    ...session,
  ];
}

/**
 * What a statement's row must meet by itself: verb, tables, time and its own columns. A `+` keeps the planner from walking
 * an index for a condition that is there to be checked.
 */
export function statementCondition(query: Query): Condition[] {
  const { verbs, states, tables, verdicts, masks, statement, after, before } = query;
  return [
    ...(verbs === null ? [] : [oneOf('+x.verb_id', verbs)]),
    ...(states === null ? [] : [oneOf('+x.sqlstate', states)]),
    ...verdicts.map((ids) => oneOf('+x.verdict_id', ids)),
    ...tables.map((ids) => touches('statement_table', 'table_id', ids)),
    ...masks.map((ids) => touches('statement_mask', 'mask_id', ids)),
    ...statement,
    ...(after === null ? [] : [{ sql: 'x.time >= ?', values: [after] }]),
    ...(before === null ? [] : [{ sql: 'x.time < ?', values: [before] }]),
  ];
}

function touches(table: string, column: string, ids: readonly number[]): Condition {
  const { sql, values } = oneOf(`y.${column}`, ids);
  return finds(`${table} y WHERE ${sql} AND y.statement_id = x.id`, values);
}
