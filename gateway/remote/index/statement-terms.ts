/** What the terms about statements ask of a row of `statement` (shared/filter/matches.ts). */
import { isMatch } from '../../../shared/filter/match-value.ts';
import type { Term, TermField } from '../../../shared/filter/filter.ts';
import { decisionsOf } from '../../../shared/filter/vocabulary.ts';
import { STATEMENT_CLASSES } from '../../../shared/policy/facts.ts';
import { all, any } from '../../archive/conditions.ts';
import {
  hasAny,
  matchKnown,
  matchLastParts,
  matchNumber,
  matchPart,
  matchPrefix,
  matchText,
  not,
  oneOf,
  type Condition,
} from './condition.ts';

const OF_STATEMENT: Readonly<Partial<Record<TermField, (term: Term) => Condition>>> = {
  table: (term) => hasAny('tables', matchLastParts('v', term)),
  column: (term) => hasAny('columns', matchLastParts('v', term)),
  function: (term) => hasAny('functions', matchLastParts('v', term)),
  verb: (term) => matchText('verb', term),
  class: (term) =>
    oneOf(
      'class',
      STATEMENT_CLASSES.filter((kind) => isMatch(kind, term)),
    ),
  fingerprint: (term) => matchPrefix('toString(fingerprint)', term),
  status: (term) => matchText('status', term),
  error: (term) => matchKnown('sqlstate', term),
  policy: (term) => {
    const words = decisionsOf(term.value);
    return words === null ? hasAny('rules', matchText('v', term)) : decided(words);
  },
  rule: (term) => hasAny('rules', matchText('v', term)),
  severity: (term) => all([{ sql: `severity <> ''`, values: [] }, matchText('severity', term)]),
  masked: (term) =>
    any([
      hasAny(
        'masks',
        all([{ sql: `startsWith(v, 'column ')`, values: [] }, matchLastParts('substring(v, 8)', term)]),
      ),
      hasAny(
        'masks',
        all([{ sql: `startsWith(v, 'rule ')`, values: [] }, matchText('substring(v, 6)', term)]),
      ),
      hasAny(
        'masks',
        all([{ sql: `startsWith(v, 'detector ')`, values: [] }, matchText('substring(v, 10)', term)]),
      ),
    ]),
  approver: (term) =>
    hasAny(
      'approvers',
      any([matchText('v.1', term), all([{ sql: `v.2 <> ''`, values: [] }, matchText('v.2', term)])]),
    ),
  rows: (term) => matchNumber('rows', term),
  bytes: (term) => matchNumber('bytes', term),
  dur: (term) => matchNumber('duration', term),
  sql: (term) => matchPart('normal', term),
};

/** What a term asks of a statement; null for a field that is not about statements, or not in the index. */
export function statementMeaning(term: Term): Condition | null {
  return OF_STATEMENT[term.field]?.(term) ?? null;
}

const LIVE: Condition = {
  sql: `session IN (SELECT toString(id) FROM session FINAL WHERE outcome = 'live')`,
  values: [],
};

/** What was held when its session ended is waited for by nobody any more: it is shown as abandoned. */
function decided(words: readonly string[]): Condition {
  const plain = oneOf(
    'decision',
    words.filter((word) => word !== 'held'),
  );
  const held = oneOf('decision', ['held']);
  const isHeld = words.includes('held');
  const isAbandoned = words.includes('abandoned');
  if (isHeld && isAbandoned) return any([plain, held]);
  if (isHeld) return any([plain, all([held, LIVE])]);
  return isAbandoned ? any([plain, all([held, not(LIVE)])]) : plain;
}
