/**
 * A filter as it is asked of one volume: conditions on its statements and sessions, and leads to those that may meet them.
 * Dictionaries are asked first, so that a volume in which something never occurs is not looked at.
 */
import type { Database } from 'better-sqlite3';
import { conjunctsOf, type Expression, type Filter, type Term } from '../../../shared/filter/filter.ts';
import { asksStatements } from '../../../shared/filter/matches.ts';
import { STATEMENT_FIELDS } from '../../../shared/filter/vocabulary.ts';
import { all, ALWAYS, any, isNever, NEVER } from '../conditions.ts';
import { not, type Condition } from './match.ts';
import { ENDED, sessionMeaning, type SessionMeaning } from './session-terms.ts';
import { statementMeaning, type StatementMeaning, type TextMeaning } from './statement-terms.ts';
import type { Lead } from './ways.ts';
import { WordRows } from './word-rows.ts';

export interface Question {
  /** No statement of the volume matches, nor does a session for the sake of one. */
  readonly never: boolean;
  /** What a statement `x` meets. */
  readonly statement: Condition;
  /** What a session `s` meets by itself. */
  readonly session: Condition;
  /** What a session with a statement that matches meets: it leads past most that have none. */
  readonly holds: Condition;
  /** A session that meets it has such a statement. */
  readonly holdsDecides: boolean;
  /** The ids of all that meet it, where a table holds them; null: none does. */
  readonly holders: Condition | null;
  /** The filter says something about statements. */
  readonly asks: boolean;
  /** The filter is one term: its lead, where it is exact, is to all that matches. */
  readonly isTerm: boolean;
  /** Where the statements that match lie; null: anywhere. */
  readonly lead: Lead | null;
  /** Narrower leads that take a look at all texts, or all sessions. */
  readonly narrower: readonly Lead[];
  /** At or after and before these times, µs. */
  readonly after: number | null;
  readonly before: number | null;
}

/** What a filter asks of the volume open as `db`. */
export function questionOf(db: Database, filter: Filter): Question {
  const { root } = filter;
  WordRows.of(db).begin();
  const meanings = new Meanings(db);
  const statement = statementCondition(meanings, root, true);
  const holds = sessionOfStatement(meanings, root);
  const texts = textOfStatement(meanings, root);
  const asks = asksStatements(filter);
  const times = conjunctsOf(filter).flatMap((part) => (part.kind === 'term' ? [part.term] : []));
  return {
    never: [statement, holds, texts?.source ?? ALWAYS].some(isNever) || isOfNoText(db, meanings, filter),
    statement,
    session: sessionCondition(meanings, root, true),
    holds,
    holdsDecides: root.kind === 'term' && holds.sql !== ALWAYS.sql,
    holders: root.kind === 'term' ? (meanings.ofStatement(root.term)?.sessions ?? null) : null,
    asks,
    isTerm: root.kind === 'term',
    lead: leadOf(meanings, root),
    narrower: narrowerLeads(root, holds, texts),
    after: extreme(times, 'after', Math.max),
    before: extreme(times, 'before', Math.min),
  };
}

/** Several things are said of the text, and no text of the volume is all of that. */
function isOfNoText(db: Database, meanings: Meanings, filter: Filter): boolean {
  const said = conjunctsOf(filter)
    .map((part) => textOfStatement(meanings, part))
    .filter((part) => part !== null);
  if (said.length < 2) return false;
  const { sql, values } = allOf(said, 'source');
  return db.prepare(`SELECT 1 FROM text d WHERE ${sql} LIMIT 1`).get(...values) === undefined;
}

/** Of the first and the last statement of a volume, µs; null where it has none. */
interface Times {
  readonly oldest: number | null;
  readonly newest: number | null;
}

const NO_TIMES: Times = { oldest: null, newest: null };

/** The meaning of each term, found once. */
class Meanings {
  readonly #db: Database;
  readonly #sessions = new Map<Term, SessionMeaning | null>();
  readonly #statements = new Map<Term, StatementMeaning | null>();
  #times: Times | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  ofSession(term: Term): SessionMeaning | null {
    const known = this.#sessions.get(term);
    if (known !== undefined) return known;
    const found = sessionMeaning(this.#db, term);
    this.#sessions.set(term, found);
    return found;
  }

  ofStatement(term: Term): StatementMeaning | null {
    const known = this.#statements.get(term);
    if (known !== undefined) return known;
    const found = statementMeaning(this.#db, term);
    this.#statements.set(term, found);
    return found;
  }

  /** When the volume's statements were sent. */
  times(): Times {
    return (this.#times ??=
      this.#db.prepare<[], Times>('SELECT oldest, newest FROM total').get() ?? NO_TIMES);
  }
}

/** Where a time lies before or after all statements of the volume, nothing is to be asked of each. */
function sent(meanings: Meanings, side: 'after' | 'before', time: number): Condition {
  const { oldest, newest } = meanings.times();
  if (oldest === null || newest === null) return NEVER;
  if (newest < time) return side === 'before' ? ALWAYS : NEVER;
  if (oldest >= time) return side === 'before' ? NEVER : ALWAYS;
  return { sql: side === 'before' ? 'x.time < ?' : 'x.time >= ?', values: [time] };
}

/** `asserted` is false within an odd number of negations, where what lets too much through would take too much out. */
function statementCondition(meanings: Meanings, expression: Expression, asserted: boolean): Condition {
  if (isOfSession(expression)) return ofSession(sessionCondition(meanings, expression, true));
  if (expression.kind === 'term') return statementTerm(meanings, expression.term, asserted);
  return combined(expression, asserted, (part, positive) => statementCondition(meanings, part, positive));
}

function statementTerm(meanings: Meanings, term: Term, asserted: boolean): Condition {
  const { number = NaN } = term;
  if (term.field === 'after' || term.field === 'before') return sent(meanings, term.field, number);
  const meaning = meanings.ofStatement(term);
  if (meaning === null) return NEVER;
  return meaning.loose === true && !asserted ? NEVER : meaning.condition;
}

/** A look at the statement's session. */
function ofSession({ sql, values }: Condition): Condition {
  if (isNever({ sql })) return NEVER;
  if (sql === ALWAYS.sql) return ALWAYS;
  return { sql: `(SELECT 1 FROM session s WHERE s.id = x.session_id AND (${sql})) = 1`, values };
}

/** What a session meets by itself: terms about statements count against it (shared/filter/matches.ts). */
function sessionCondition(meanings: Meanings, expression: Expression, asserted: boolean): Condition {
  if (expression.kind === 'term') return sessionTerm(meanings, expression.term, asserted);
  return combined(expression, asserted, (part, positive) => sessionCondition(meanings, part, positive));
}

function sessionTerm(meanings: Meanings, term: Term, asserted: boolean): Condition {
  const { number = NaN } = term;
  if (STATEMENT_FIELDS.has(term.field)) return asserted ? NEVER : ALWAYS;
  if (term.field === 'after') return { sql: `(${ENDED} IS NULL OR ${ENDED} >= ?)`, values: [number] };
  if (term.field === 'before') return { sql: 's.started < ?', values: [number] };
  return meanings.ofSession(term)?.condition ?? NEVER;
}

/** What the session of a statement that matches meets. */
function sessionOfStatement(meanings: Meanings, expression: Expression): Condition {
  if (isOfSession(expression)) return sessionCondition(meanings, expression, true);
  if (expression.kind === 'not') return ALWAYS;
  if (expression.kind === 'term') return meanings.ofStatement(expression.term)?.session ?? ALWAYS;
  const parts = expression.of.map((part) => sessionOfStatement(meanings, part));
  return expression.kind === 'and' ? all(parts) : any(parts);
}

/** What the text of a statement that matches meets; null: anything. */
function textOfStatement(meanings: Meanings, expression: Expression): TextMeaning | null {
  switch (expression.kind) {
    case 'term':
      return meanings.ofStatement(expression.term)?.text ?? null;
    case 'not': {
      const inner = textOfStatement(meanings, expression.of);
      if (inner === null || !inner.decides) return null;
      return { check: not(inner.check), source: not(inner.check), decides: true };
    }
    case 'and': {
      const parts = expression.of.map((part) => textOfStatement(meanings, part));
      const known = parts.filter((part) => part !== null);
      if (known.length === 0) return null;
      const decides = known.length === parts.length && known.every((part) => part.decides);
      return { check: allOf(known, 'check'), source: allOf(known, 'source'), decides };
    }
    default: {
      const parts = expression.of.map((part) => textOfStatement(meanings, part));
      const known = parts.filter((part) => part !== null);
      if (known.length < parts.length) return null;
      const decides = known.every((part) => part.decides);
      return {
        check: any(known.map(({ check }) => check)),
        source: any(known.map(({ source }) => source)),
        decides,
      };
    }
  }
}

function allOf(parts: readonly TextMeaning[], form: 'check' | 'source'): Condition {
  return all(parts.map((part) => part[form]));
}

/** Leads of terms that must all hold: the least of them; of alternatives: all of them, or none. */
function leadOf(meanings: Meanings, expression: Expression): Lead | null {
  switch (expression.kind) {
    case 'term':
      return meanings.ofSession(expression.term)?.lead ?? meanings.ofStatement(expression.term)?.lead ?? null;
    case 'not':
      return null;
    default: {
      const leads = expression.of.map((part) => leadOf(meanings, part));
      const known = leads.filter((lead) => lead !== null);
      const [only] = known;
      if (expression.kind === 'or')
        return known.length < leads.length || only === undefined ? null : { kind: 'union', of: known };
      if (only === undefined) return null;
      return known.length === 1 && leads.length === 1 ? only : { kind: 'least', of: known };
    }
  }
}

/** Where several things are said, few texts or sessions may have all of them. */
function narrowerLeads(root: Expression, holds: Condition, texts: TextMeaning | null): Lead[] {
  if (root.kind !== 'and' && root.kind !== 'or') return [];
  return [
    ...(texts === null ? [] : [{ kind: 'texts' as const, condition: texts.source }]),
    ...(holds.sql === ALWAYS.sql ? [] : [{ kind: 'sessions' as const, condition: holds }]),
  ];
}

/** Says nothing about statements, nor about times, which mean another thing there. */
function isOfSession(expression: Expression): boolean {
  if (expression.kind === 'not') return isOfSession(expression.of);
  if (expression.kind !== 'term') return expression.of.length > 0 && expression.of.every(isOfSession);
  const { field } = expression.term;
  return !STATEMENT_FIELDS.has(field) && field !== 'after' && field !== 'before';
}

/** The condition of an expression that is no term. */
function combined(
  expression: Exclude<Expression, { readonly kind: 'term' }>,
  asserted: boolean,
  inner: (part: Expression, asserted: boolean) => Condition,
): Condition {
  if (expression.kind === 'not') return not(inner(expression.of, !asserted));
  const parts = expression.of.map((part) => inner(part, asserted));
  return expression.kind === 'and' ? all(parts) : any(parts);
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
