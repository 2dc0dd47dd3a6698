/** What the terms about statements ask of a statement's row `x` (shared/filter/matches.ts), and the statements that they lead to. */
import type { Database } from 'better-sqlite3';
import type { Term, TermField } from '../../../shared/filter/filter.ts';
import { decisionsOf } from '../../../shared/filter/vocabulary.ts';
import { isMatch } from '../../../shared/filter/match-value.ts';
import { STATEMENT_CLASSES } from '../../../shared/policy/facts.ts';
import { STATEMENT_STATUSES } from '../../../shared/recording/event.ts';
import { findsKey, keysOf, type Keys } from './keys.ts';
import { all, ALWAYS, any, NEVER } from '../conditions.ts';
import {
  finds,
  matchHex,
  matchLastParts,
  matchNumber,
  matchPart,
  matchText,
  not,
  oneOf,
  type Condition,
} from './match.ts';
import { OUTCOME } from './session-terms.ts';
import type { Lead } from './ways.ts';
import { gramsOf, wordMeaning } from './word-terms.ts';

/** What a term asks of a statement. */
export interface StatementMeaning {
  readonly condition: Condition;
  /** What the session of such a statement meets: on `s`. */
  readonly session: Condition;
  /** All that meet it: their ids, where a table holds them; absent: none does. */
  readonly sessions?: Condition;
  /** What the text of such a statement meets, and whether that is all there is to it; null: nothing. */
  readonly text: TextMeaning | null;
  /** null: no index leads to them. */
  readonly lead: Lead | null;
  /** More than these are met by the condition: each must be looked at. */
  readonly loose?: boolean;
}

/** A condition on the row `d` of a text. */
export interface TextMeaning {
  /** To look at one text. */
  readonly check: Condition;
  /** To find all texts. */
  readonly source: Condition;
  /** The text decides: every statement that has it fulfils the term. */
  readonly decides: boolean;
}

type Meaning = (db: Database, term: Term) => StatementMeaning;

/** The meaning of a term about statements; null for a field that is not about them. */
export function statementMeaning(db: Database, term: Term): StatementMeaning | null {
  return MEANINGS[term.field]?.(db, term) ?? null;
}

const MEANINGS: Readonly<Partial<Record<TermField, Meaning>>> = {
  table: (db, term) => {
    const tables = keysOf(db, 'SELECT b.id FROM tbl b WHERE', matchLastParts('b.name', term));
    const named = (from: string) => ({
      sql: `SELECT y.text_id FROM ${from} y WHERE ${tables.within('y.table_id').sql}`,
      values: tables.within('y.table_id').values,
    });
    const texts = { named: named('text_table'), runs: named('text_runs') };
    const source = {
      sql: `d.id IN (${texts.named.sql} UNION ALL ${texts.runs.sql})`,
      values: [...texts.named.values, ...texts.runs.values],
    };
    return {
      ...posting(tables, 'table', 'session_table'),
      text: { check: source, source, decides: false },
    };
  },
  verb: (db, term) => {
    const verbs = keysOf(db, 'SELECT v.id FROM verb v WHERE', matchText('v.verb', term));
    return {
      ...ofText(verbs.within('d.verb_id')),
      ...ofSession(verbs, 'session_verb', 'verb_id'),
    };
  },
  class: (_, term) =>
    ofText(
      oneOf(
        'd.class',
        STATEMENT_CLASSES.filter((kind) => isMatch(kind, term)),
      ),
    ),
  fingerprint: (_, term) => ofText(matchHex('d.digest', term)),
  column: (db, term) => ofFact(db, 'column', term),
  function: (db, term) => ofFact(db, 'function', term),
  sql: (db, term) => {
    const check = matchPart('d.text', term);
    return ofText(check, all([gramsOf(db, term.value), check]));
  },
  text: wordMeaning,
  status: (_, term) => {
    const codes = STATEMENT_STATUSES.flatMap((status, code) => (isMatch(status, term) ? [code] : []));
    const lead: Lead | null = codes.includes(0)
      ? null
      : { kind: 'keys', posting: 'status', ids: codes, exact: true };
    return { ...plain(oneOf('x.status', codes)), lead };
  },
  error: (db, term) => {
    const { sql, values } = matchText('hop.state', term);
    const states = db
      .prepare<unknown[], string>(`${STATES} AND ${sql}`)
      .pluck()
      .all(...values);
    const lead: Lead = { kind: 'keys', posting: 'error', ids: states, exact: true };
    return { ...plain(oneOf('x.sqlstate', states)), lead };
  },
  policy: (db, term) => {
    const words = decisionsOf(term.value);
    if (words === null) return MEANINGS.rule?.(db, term) ?? plain(NEVER);
    // What was held when its session ended is waited for by nobody any more: it is shown as abandoned.
    const ofWords = (of: readonly string[]) => verdictsOf(db, oneOf('p.decision', of));
    const stored = ofWords(words);
    const held = words.includes('held') !== words.includes('abandoned') ? ofWords(['held']) : null;
    if (held === null) return ofVerdicts(stored);
    const isLive = finds(`session s WHERE s.id = x.session_id AND ${OUTCOME} = 'live'`, []);
    const open = held.within('x.verdict_id');
    const condition = words.includes('held')
      ? all([stored.within('x.verdict_id'), any([not(open), isLive])])
      : any([stored.within('x.verdict_id'), all([open, not(isLive)])]);
    const both = [stored, held].flatMap(({ ids }) => ids ?? []);
    return {
      ...plain(condition),
      lead: { kind: 'keys', posting: 'verdict', ids: [...new Set(both)], exact: false },
    };
  },
  rule: (db, term) => {
    const { sql, values } = matchText('r.value', term);
    return ofVerdicts(verdictsOf(db, finds(`json_each(p.rules) r WHERE ${sql}`, values)));
  },
  severity: (db, term) => ofVerdicts(verdictsOf(db, matchText('p.severity', term))),
  masked: (db, term) => {
    const isColumn: Condition = { sql: `m.kind = 'column'`, values: [] };
    const masks = keysOf(
      db,
      'SELECT m.id FROM mask m WHERE',
      any([all([isColumn, matchLastParts('m.name', term)]), all([not(isColumn), matchText('m.name', term)])]),
    );
    return posting(masks, 'mask', 'session_mask');
  },
  approver: (db, term) => {
    const named = all([{ sql: `v.name <> ''`, values: [] }, matchText('v.name', term)]);
    const approvers = keysOf(
      db,
      'SELECT v.id FROM approver v WHERE',
      any([matchText('v.subject', term), named]),
    );
    return posting(approvers, 'approver', null);
  },
  rows: (db, term) => ofNumber(db, 'x.rows', 'most_rows', term),
  bytes: (db, term) => ofNumber(db, 'x.bytes', 'most_bytes', term),
  dur: (db, term) => ofNumber(db, 'x.duration', 'longest', term),
};

/** Distinct SQLSTATEs by hopping along their index: there are dozens among millions of statements. */
const STATES = `WITH RECURSIVE hop(state) AS (
    SELECT min(sqlstate) FROM statement WHERE sqlstate IS NOT NULL
    UNION ALL SELECT (SELECT min(sqlstate) FROM statement WHERE sqlstate IS NOT NULL AND sqlstate > hop.state)
    FROM hop WHERE hop.state IS NOT NULL)
  SELECT state FROM hop WHERE state IS NOT NULL`;

function plain(condition: Condition): StatementMeaning {
  return { condition, session: ALWAYS, text: null, lead: null };
}

/** A number, of which a volume knows the greatest: none of its statements has more. */
function ofNumber(
  db: Database,
  column: string,
  greatest: 'most_rows' | 'most_bytes' | 'longest',
  term: Term,
): StatementMeaning {
  const most = db.prepare<[], number>(`SELECT ${greatest} FROM total`).pluck().get() ?? Infinity;
  const { comparison, number = NaN } = term;
  const isBeyond =
    comparison === '>' ? number >= most : comparison !== '<' && comparison !== '<=' && number > most;
  return plain(isBeyond ? NEVER : matchNumber(column, term));
}

/** What a text of its own decides. */
function ofText(check: Condition, source: Condition = check): StatementMeaning {
  const condition =
    check === NEVER ? NEVER : finds(`text d WHERE d.id = x.text_id AND (${check.sql})`, check.values);
  return {
    condition,
    session: ALWAYS,
    text: { check, source, decides: true },
    lead: { kind: 'texts', condition: source },
  };
}

function ofFact(db: Database, kind: 'column' | 'function', term: Term): StatementMeaning {
  const isKind: Condition = { sql: 'f.kind = ?', values: [kind] };
  const facts = keysOf(db, 'SELECT f.id FROM fact f WHERE', all([isKind, matchLastParts('f.name', term)]));
  const source = findsKey(facts, 'y.fact_id', ({ sql, values }) => ({
    sql: `d.id IN (SELECT y.text_id FROM text_fact y WHERE ${sql})`,
    values,
  }));
  return ofText(source);
}

/** What a table of (key, statement) decides; `junction` is the one of (key, session) beside it. */
function posting(
  keys: Keys,
  name: 'table' | 'mask' | 'approver',
  junction: 'session_table' | 'session_mask' | null,
): StatementMeaning {
  const column = `${name}_id`;
  return {
    condition: findsKey(keys, `y.${column}`, ({ sql, values }) =>
      finds(`statement_${name} y WHERE y.statement_id = x.id AND ${sql}`, values),
    ),
    ...(junction === null ? { session: ALWAYS } : ofSession(keys, junction, column)),
    text: null,
    lead:
      keys.ids === null ? null : { kind: 'keys', posting: name, ids: keys.ids, exact: keys.ids.length === 1 },
  };
}

/** Sessions by a table of (key, session). */
function ofSession(
  keys: Keys,
  junction: string,
  column: string,
): Pick<StatementMeaning, 'session' | 'sessions'> {
  if (keys.ids === null) return { session: ALWAYS };
  const { sql, values } = keys.within(`y.${column}`);
  return {
    session: findsKey(keys, `y.${column}`, (within) =>
      finds(`${junction} y WHERE ${within.sql} AND y.session_id = s.id`, within.values),
    ),
    sessions: { sql: `SELECT y.session_id AS id FROM ${junction} y WHERE ${sql}`, values },
  };
}

function verdictsOf(db: Database, condition: Condition): Keys {
  return keysOf(db, 'SELECT p.id FROM verdict p WHERE', condition);
}

function ofVerdicts(verdicts: Keys): StatementMeaning {
  const { ids } = verdicts;
  return {
    ...plain(verdicts.within('x.verdict_id')),
    ...ofSession(verdicts, 'session_verdict', 'verdict_id'),
    lead: ids === null ? null : { kind: 'keys', posting: 'verdict', ids, exact: true },
  };
}
