/** A filter as it is asked of the index: conditions on its statements and sessions. */
import {
  conjunctsOf,
  termsOf,
  type Expression,
  type Filter,
  type Term,
} from '../../../shared/filter/filter.ts';
import { asksStatements } from '../../../shared/filter/matches.ts';
import { STATEMENT_FIELDS } from '../../../shared/filter/vocabulary.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { all, ALWAYS, any, NEVER } from '../../archive/conditions.ts';
import { not, type Condition } from './condition.ts';
import type { Engine } from './engine.ts';
import { KnownKeys } from './known-keys.ts';
import { sessionMeaning, statementsOfSessions, usedBySession } from './session-terms.ts';
import { statementMeaning } from './statement-terms.ts';

export interface Question {
  /** What a statement meets. */
  readonly statement: Condition;
  /** What a session meets by itself. */
  readonly session: Condition;
  /** What a session with a statement that matches meets. */
  readonly holds: Condition;
  /** A session that meets it has such a statement. */
  readonly holdsDecides: boolean;
  /** The filter says something about statements. */
  readonly asks: boolean;
  /** The only term of the filter; null: it has none, or several. */
  readonly only: Term | null;
  /** A term about tables that every statement meets that matches; null: there is none. */
  readonly table: Term | null;
}

/** Fields whose values only the events themselves hold. */
export const NOT_HERE: ReadonlySet<string> = new Set(['text']);

/** What a filter asks of the index. Throws {@link ArchiveError} `NOT_HERE` for what it does not hold. */
export async function questionOf(engine: Engine, filter: Filter): Promise<Question> {
  const { root } = filter;
  const terms = termsOf(root);
  const missing = terms.find(({ field }) => NOT_HERE.has(field));
  if (missing !== undefined)
    throw new ArchiveError(
      'NOT_HERE',
      `"${missing.value}" cannot be looked for in an index: words of statements and rows are in the events alone; say sql:, table: or column:, or fetch what you need and search there`,
    );
  const keys = new KnownKeys(engine);
  const ofStatements = new Map<Term, Condition>();
  for (const term of terms) ofStatements.set(term, await statementCondition(term, keys));
  const only = root.kind === 'term' ? root.term : null;
  return {
    statement: joined(root, (term) => ofStatements.get(term) ?? NEVER),
    session: joined(root, sessionCondition),
    holds: sessionOfStatement(root),
    holdsDecides: only !== null && usedBySession(only) !== null,
    asks: asksStatements(filter),
    only,
    table:
      conjunctsOf(filter)
        .flatMap(termsAlone)
        .find(({ field }) => field === 'table') ?? null,
  };
}

async function statementCondition(term: Term, keys: KnownKeys): Promise<Condition> {
  if (term.field === 'after') return { sql: 'time >= ?', values: [term.number ?? 0] };
  if (term.field === 'before') return { sql: 'time < ?', values: [term.number ?? 0] };
  return statementMeaning(term) ?? (await statementsOfSessions(term, keys)) ?? NEVER;
}

/** By itself a session is after and before a time when it was open then, and terms about statements count against it. */
function sessionCondition(term: Term, asserted: boolean): Condition {
  if (STATEMENT_FIELDS.has(term.field)) return asserted ? NEVER : ALWAYS;
  if (term.field === 'after')
    return { sql: '(ended IS NULL OR ifNull(ended >= ?, 0))', values: [term.number ?? 0] };
  if (term.field === 'before') return { sql: 'started < ?', values: [term.number ?? 0] };
  return sessionMeaning(term) ?? NEVER;
}

function joined(
  expression: Expression,
  of: (term: Term, asserted: boolean) => Condition,
  asserted = true,
): Condition {
  if (expression.kind === 'term') return of(expression.term, asserted);
  if (expression.kind === 'not') return not(joined(expression.of, of, !asserted));
  const parts = expression.of.map((inner) => joined(inner, of, asserted));
  return expression.kind === 'and' ? all(parts) : any(parts);
}

/** What the session of a statement that matches meets, as far as it tells. */
function sessionOfStatement(expression: Expression): Condition {
  if (expression.kind === 'term')
    return sessionMeaning(expression.term) ?? usedBySession(expression.term) ?? ALWAYS;
  if (expression.kind === 'not') return ALWAYS;
  const parts = expression.of.map(sessionOfStatement);
  return expression.kind === 'and' ? all(parts) : any(parts);
}

function termsAlone(expression: Expression): Term[] {
  return expression.kind === 'term' ? [expression.term] : [];
}
