/**
 * What a filter means, said once and plainly: stores answer the same by their indexes, and are held to this in tests.
 *
 * A statement matches when the filter holds of it and its session. A session matches when one of its statements does; one that
 * has no statements, and any where the filter says nothing about statements, when the filter holds of the session itself,
 * whatever a statement might be. `not` is the plain opposite: what is not known (a duration, an SQLSTATE, a CI job) fulfils
 * no term, and so fulfils its opposite.
 */
import { isMatch, isOneOf, isPathMatch, isPrefix, lastPartsMatch } from './match-value.ts';
import { termsOf, type Expression, type Filter, type Term, type TermField } from './filter.ts';
import type { AskedSession, AskedStatement } from './asked.ts';
import { decisionsOf, STATEMENT_FIELDS } from './vocabulary.ts';
import { holdsPhrase, phraseOf } from './words.ts';

/** Whether a filter says something that only a statement can meet. */
export function asksStatements({ root }: Filter): boolean {
  return termsOf(root).some(({ field }) => STATEMENT_FIELDS.has(field));
}

/** Whether a statement is in the list of statements that a filter gives. */
export function matchesStatement(
  { root }: Filter,
  session: AskedSession,
  statement: AskedStatement,
): boolean {
  return holds(root, (term) => {
    if (term.field === 'after') return statement.time >= (term.number ?? Infinity);
    if (term.field === 'before') return statement.time < (term.number ?? -Infinity);
    return (
      SESSION_TERMS[term.field]?.(session, term) ?? STATEMENT_TERMS[term.field]?.(statement, term) ?? false
    );
  });
}

/**
 * Whether a session is in the list of sessions that a filter gives. Taken by itself, a session is after and before a time when
 * it was open then, and terms about statements count against it: `outcome:refused or verb:drop` finds refused sessions,
 * `-verb:drop` only those in which something else was done.
 */
export function matchesSession(
  filter: Filter,
  session: AskedSession,
  statements: readonly AskedStatement[],
): boolean {
  if (asksStatements(filter) && statements.length > 0)
    return statements.some((statement) => matchesStatement(filter, session, statement));
  return holds(filter.root, (term, asserted) => {
    if (STATEMENT_FIELDS.has(term.field)) return !asserted;
    if (term.field === 'after') return session.ended === null || session.ended >= (term.number ?? Infinity);
    if (term.field === 'before') return session.started < (term.number ?? -Infinity);
    return SESSION_TERMS[term.field]?.(session, term) ?? false;
  });
}

/** `asserted` is false within an odd number of negations. */
type Holds = (term: Term, asserted: boolean) => boolean;

function holds(expression: Expression, term: Holds, asserted = true): boolean {
  if (expression.kind === 'term') return term(expression.term, asserted);
  if (expression.kind === 'not') return !holds(expression.of, term, !asserted);
  return expression.kind === 'and'
    ? expression.of.every((inner) => holds(inner, term, asserted))
    : expression.of.some((inner) => holds(inner, term, asserted));
}

type Meanings<Of> = Readonly<Partial<Record<TermField, (of: Of, term: Term) => boolean>>>;

/** Hex digits from which a token's value counts as the start of a fingerprint rather than a word that happens to look so. */
export const FINGERPRINT_DIGITS = 6;

const SESSION_TERMS: Meanings<AskedSession> = {
  token: ({ token }, term) =>
    token !== null &&
    (isOneOf([token.subject, token.client, token.jti, token.userId], term) ||
      (term.value.length >= FINGERPRINT_DIGITS && isPrefix(token.fingerprint, term))),
  issuer: ({ token }, term) => token !== null && isMatch(token.issuer, term),
  sub: ({ token }, term) => token !== null && isMatch(token.subject, term),
  client: ({ token }, term) => token !== null && isOneOf([token.client], term),
  group: ({ token }, term) => token !== null && isOneOf(token.groups, term),
  job: ({ job }, term) => job !== null && isPathMatch(`${job.provider}/${job.run}/${job.job}`, term),
  run: ({ job }, term) => job !== null && isMatch(job.run, term),
  repo: ({ job }, term) => job !== null && isOneOf([job.repository], term),
  ci: ({ job, mismatch }, term) => {
    const word = term.value.toLowerCase();
    if (word === 'none') return job === null;
    if (word === 'mismatch') return mismatch;
    if (job === null) return false;
    return word === 'attested' || word === 'asserted' ? job.provenance === word : isMatch(job.provider, term);
  },
  connection: ({ connection }, term) => isMatch(connection, term),
  user: ({ users }, term) => isOneOf(users, term),
  address: ({ address }, term) => isMatch(address, term),
  app: ({ application }, term) => isMatch(application, term),
  session: ({ id }, term) => isPrefix(id, term),
  outcome: ({ outcome }, term) => isMatch(outcome, term),
};

const STATEMENT_TERMS: Meanings<AskedStatement> = {
  table: ({ tables }, term) => tables.some((name) => lastPartsMatch(name, term)),
  column: ({ columns }, term) => columns.some((name) => lastPartsMatch(name, term)),
  function: ({ functions }, term) => functions.some((name) => lastPartsMatch(name, term)),
  verb: ({ verb }, term) => isMatch(verb, term),
  class: (statement, term) => isOneOf([statement.class], term),
  fingerprint: ({ fingerprint }, term) => isPrefix(fingerprint, term),
  status: ({ status }, term) => isMatch(status, term),
  error: ({ sqlstate }, term) => isOneOf([sqlstate], term),
  policy: ({ decision, rules }, term) => {
    const words = decisionsOf(term.value);
    return words === null ? isOneOf(rules, term) : words.some((word) => word === decision);
  },
  rule: ({ rules }, term) => isOneOf(rules, term),
  severity: ({ severity }, term) => isOneOf([severity], term),
  masked: ({ maskedColumns, maskedBy }, term) =>
    isOneOf(maskedBy, term) || maskedColumns.some((name) => lastPartsMatch(name, term)),
  approver: ({ approvers }, term) => isOneOf(approvers, term),
  rows: ({ rows }, term) => rows !== null && compares(rows, term),
  bytes: ({ bytes }, term) => bytes !== null && compares(bytes, term),
  dur: ({ duration }, term) => duration !== null && compares(duration, term),
  text: ({ texts }, term) => texts.some((text) => holdsPhrase(text, phraseOf(term.value))),
  sql: ({ normalised }, term) => isMatch(normalised, { ...term, comparison: ':', value: `*${term.value}*` }),
};

function compares(held: number, { comparison, number = NaN }: Term): boolean {
  if (comparison === '>') return held > number;
  if (comparison === '>=') return held >= number;
  if (comparison === '<') return held < number;
  return comparison === '<=' ? held <= number : held === number;
}
