/** A filter in words: for who reads one that somebody else wrote, or is not sure of what they wrote. */
import type { Comparison, Expression, Filter, Term, TermField } from './filter.ts';
import { printTime } from './value.ts';

/** What a filter asks for; empty when that is nothing. */
export function explainFilter({ root }: Filter): string {
  return explain(root, 'top');
}

function explain(expression: Expression, around: 'top' | 'and' | 'or'): string {
  if (expression.kind === 'term') return explainTerm(expression.term, true);
  if (expression.kind === 'not') {
    const { of } = expression;
    return of.kind === 'term' ? explainTerm(of.term, false) : `not (${explain(of, 'top')})`;
  }
  const { kind } = expression;
  const words = joined(
    expression.of.map((inner) => explain(inner, kind)),
    kind,
  );
  return around === 'top' || around === kind ? words : `(${words})`;
}

function joined(parts: readonly string[], word: 'and' | 'or'): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`;
}

function explainTerm(term: Term, holds: boolean): string {
  const { field, comparison, value } = term;
  switch (field) {
    case 'text':
      return holds ? `${quoted(value)} occurs` : `${quoted(value)} does not occur`;
    case 'sql':
      return `the SQL ${holds ? 'holds' : 'does not hold'} ${quoted(value)}`;
    case 'rows':
      return `there are ${than(comparison, holds, 'fewer')}${value} rows`;
    case 'bytes':
      return `the answer has ${than(comparison, holds, 'fewer')}${value}`;
    case 'dur':
      return `it took ${than(comparison, holds, 'less')}${value}`;
    case 'after':
    case 'before': {
      const time = printTime(term.number ?? 0)
        .replace('T', ' ')
        .replace('Z', ' UTC');
      return (field === 'after') === holds ? `it was at ${time} or later` : `it was before ${time}`;
    }
    default:
      return named(field, comparison, value, holds);
  }
}

function than(comparison: Comparison, holds: boolean, fewer: 'fewer' | 'less'): string {
  const words: Readonly<Record<Comparison, readonly [holds: string, not: string]>> = {
    ':': ['', 'not '],
    '=': ['', 'not '],
    '>': ['more than ', 'at most '],
    '>=': ['at least ', `${fewer} than `],
    '<': [`${fewer} than `, 'at least '],
    '<=': ['at most ', 'more than '],
  };
  return words[comparison][holds ? 0 : 1];
}

type Named = Exclude<TermField, 'text' | 'sql' | 'rows' | 'bytes' | 'dur' | 'after' | 'before'>;

/** What `field:value` speaks of; of what a statement may have several, `-field:value` speaks of none. */
const SUBJECTS: Readonly<Record<Named, string | readonly [one: string, none: string]>> = {
  token: 'the token',
  issuer: 'the token’s issuer',
  sub: 'the token’s subject',
  client: 'the token’s client',
  group: ['a group of the token', 'no group of the token'],
  job: 'the CI job',
  run: 'the CI run',
  repo: 'the CI job’s repository',
  ci: 'the CI context',
  connection: 'the connection',
  user: 'the database user',
  address: 'the client’s address',
  app: 'the application',
  session: 'the session’s id',
  outcome: 'the session’s outcome',
  table: ['a table', 'no table'],
  column: ['a column', 'no column'],
  function: ['a function', 'no function'],
  verb: 'the verb',
  class: 'the class',
  fingerprint: 'the fingerprint',
  status: 'the status',
  error: 'the error',
  policy: 'the decision',
  rule: ['a rule that decided', 'no rule that decided'],
  severity: 'the severity',
  masked: ['something masked', 'nothing masked'],
  approver: ['an approver', 'no approver'],
};

/** Hex digits of which a start may be written. */
const BY_START: ReadonlySet<Named> = new Set<Named>(['session', 'fingerprint']);

function named(field: Named, comparison: Comparison, value: string, holds: boolean): string {
  const subject = SUBJECTS[field];
  const several = typeof subject !== 'string';
  if (value === '*' && comparison === ':') return anyAtAll(field, holds);
  const verb = BY_START.has(field)
    ? 'begins with'
    : value.includes('*') && comparison === ':'
      ? 'is like'
      : 'is';
  if (several) return `${subject[holds ? 0 : 1]} ${verb} ${shown(value)}`;
  return holds ? `${subject} ${verb} ${shown(value)}` : `${subject} ${NOT[verb]} ${shown(value)}`;
}

const NOT = { 'begins with': 'does not begin with', 'is like': 'is not like', is: 'is not' } as const;

/** What `field:*` asks for, where it is more than that the field is known. */
const ANY: Readonly<Partial<Record<Named, readonly [some: string, none: string]>>> = {
  error: ['there is an error', 'there is no error'],
  rule: ['a rule decided', 'no rule decided'],
  masked: ['something was masked', 'nothing was masked'],
  approver: ['somebody approved', 'nobody approved'],
};

function anyAtAll(field: Named, holds: boolean): string {
  const any = ANY[field];
  if (any !== undefined) return any[holds ? 0 : 1];
  const subject = SUBJECTS[field];
  if (typeof subject !== 'string') return `${subject[holds ? 0 : 1]} is known`;
  return `${subject} is ${holds ? '' : 'not '}known`;
}

/** Values of several words are set apart from those around them. */
function shown(value: string): string {
  return /\s/u.test(value) ? quoted(value) : value;
}

function quoted(value: string): string {
  return `“${value}”`;
}
