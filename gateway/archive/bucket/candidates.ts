/**
 * Which volumes a filter may find something in, by what their manifest and summaries say. In doubt a volume is looked into: what
 * this leaves out holds nothing for sure.
 */
import type { Expression, Filter, Term, TermField } from '../../../shared/filter/filter.ts';
import { isMatch, isPathMatch, isPrefix, lastPartsMatch } from '../../../shared/filter/match-value.ts';
import { FINGERPRINT_DIGITS } from '../../../shared/filter/matches.ts';
import type { PutVolume } from './manifest.ts';
import { ID_DIGITS, type Summarised, type Summary } from './summary.ts';
import { mayHold, valueSet, type ValueSet } from './value-set.ts';

/** What is asked for, and where the volume stands in its log. */
export interface Asked {
  readonly list: 'statements' | 'sessions';
  /** No later volume of its log is in the bucket. */
  readonly isLast: boolean;
}

/** Hex digits of a SHA-256. */
const WHOLE_FINGERPRINT = 64;

/** Whether a statement, or session, of the volume may match. */
export function mayMatch({ root }: Filter, volume: PutVolume, summary: Summary, asked: Asked): boolean {
  const may = (expression: Expression): boolean => {
    if (expression.kind === 'term') return mayTerm(expression.term, volume, summary, asked);
    if (expression.kind === 'not') return true; // that something is absent is not told by what occurs
    return expression.kind === 'and' ? expression.of.every(may) : expression.of.some(may);
  };
  return may(root);
}

/** Whether how a session ended counts for the filter, which another volume may tell. */
export function asksOutcome(expression: Expression): boolean {
  if (expression.kind === 'term') return expression.term.field === 'outcome';
  if (expression.kind === 'not') return asksOutcome(expression.of);
  return expression.of.some(asksOutcome);
}

function mayTerm(term: Term, { from, to }: PutVolume, summary: Summary, asked: Asked): boolean {
  const sessions = asked.list === 'sessions';
  // A session is in the list of its whole life, which may reach beyond the volume it is told in.
  if (term.field === 'after')
    return (
      to >= (term.number ?? Infinity) ||
      (sessions && summary.unended + (asked.isLast ? summary.continued : 0) > 0)
    );
  if (term.field === 'before') return from < (term.number ?? -Infinity) || (sessions && summary.carried > 0);
  if (term.field === 'session') return maySession(term, summary);
  const passes = PASSES[term.field];
  return passes === undefined || passes(summary.sets, term);
}

type Sets = Summary['sets'];
type Passes = (sets: Sets, term: Term) => boolean;

/** What the terms mean of sets of values: as SESSION_TERMS and STATEMENT_TERMS of shared/filter/matches.ts. */
const PASSES: Readonly<Partial<Record<TermField, Passes>>> = {
  token: (sets, term) =>
    whole('who')(sets, term) ||
    (term.value.length >= FINGERPRINT_DIGITS &&
      /^[0-9a-f*]+$/i.test(term.value) &&
      mayHold(
        sets.fingerprint,
        (value) => isPrefix(value, term),
        term.value.length === WHOLE_FINGERPRINT ? term.value : null,
      )),
  issuer: whole('issuer'),
  sub: whole('subject'),
  client: whole('client'),
  job: ({ job }, term) => mayHold(job, (value) => isPathMatch(value, term), formOf(term)),
  repo: whole('repository'),
  connection: whole('connection'),
  user: whole('user'),
  table: lastParts('table'),
  column: lastParts('column'),
  function: lastParts('function'),
  verb: whole('verb'),
  error: whole('error'),
};

function whole(name: Summarised): Passes {
  return (sets, term) => mayHold(sets[name], (value) => isMatch(value, term), formOf(term));
}

function lastParts(name: Summarised): Passes {
  return (sets, term) => mayHold(sets[name], (value) => lastPartsMatch(value, term), formOf(term));
}

/** What a value must have among its forms to match; null for a glob. */
function formOf({ comparison, value }: Term): string | null {
  return comparison === ':' && value.includes('*') ? null : value;
}

/** Ids are kept by their first digits: a shorter beginning, or a glob, is compared as far as both go. */
function maySession(term: Term, { sessions }: Summary): boolean {
  if (sessions === null || term.value.includes('*')) return true;
  const wanted = term.value.toLowerCase().slice(0, ID_DIGITS);
  for (let at = 0; at < sessions.length; at += ID_DIGITS) if (sessions.startsWith(wanted, at)) return true;
  return false;
}

/** The set of a volume's values of a kind. */
export function summarised(name: Summarised, values: readonly string[]): ValueSet {
  return valueSet(values, FORMS[name] ?? ((value) => [value]));
}

/** What a value is found by beside itself: a path by its beginnings, a dotted name by its last parts. */
const FORMS: Readonly<Partial<Record<Summarised, (value: string) => readonly string[]>>> = {
  job: (path) => path.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/')),
  table: lastPartsOf,
  column: lastPartsOf,
  function: lastPartsOf,
};

function lastPartsOf(name: string): string[] {
  return name.split('.').map((_, at, parts) => parts.slice(at).join('.'));
}
