/** Whether a legal hold may be about a session of which a store tells who it was, and not what it did. */
import type { AskedSession } from '../../../shared/filter/asked.ts';
import type { Expression, Filter, TermField } from '../../../shared/filter/filter.ts';
import { matchesSession } from '../../../shared/filter/matches.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { STATEMENT_FIELDS } from '../../../shared/filter/vocabulary.ts';

/** What is not known here beside what only statements meet: how and when it ended. */
const UNKNOWN: ReadonlySet<TermField> = new Set<TermField>([
  ...STATEMENT_FIELDS,
  'outcome',
  'after',
  'text',
  'sql',
]);

const ALWAYS: Expression = { kind: 'and', of: [] };
const NEVER: Expression = { kind: 'or', of: [] };

/** What is not known counts for the hold. A filter that cannot be read any more holds everything, and so does one about nobody known. */
export function mayMatch(filter: string, session: AskedSession | null): boolean {
  const read = parseFilter(filter).filter;
  if (read === undefined || session === null) return true;
  return matchesSession(loosened(read), session, []);
}

function loosened({ root }: Filter): Filter {
  return { root: loose(root, true) };
}

function loose(expression: Expression, asserted: boolean): Expression {
  switch (expression.kind) {
    case 'term':
      if (!UNKNOWN.has(expression.term.field)) return expression;
      return asserted ? ALWAYS : NEVER;
    case 'not':
      return { kind: 'not', of: loose(expression.of, !asserted) };
    case 'and':
    case 'or':
      return { kind: expression.kind, of: expression.of.map((inner) => loose(inner, asserted)) };
  }
}
