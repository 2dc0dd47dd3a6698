/** Two runs of one job, told apart: which statements are the same, changed, or in one alone, and what that comes to. */
import type { StatementRow } from '../api/session.ts';
import type { Alignment } from './align.ts';

/** What of a statement is compared: lists of 100,000 hold no more. */
export type Compared = Pick<
  StatementRow,
  | 'statement'
  | 'ordinal'
  | 'sequence'
  | 'outcomeSequence'
  | 'time'
  | 'duration'
  | 'text'
  | 'textTruncated'
  | 'verb'
  | 'fingerprint'
  | 'tables'
  | 'rows'
  | 'status'
  | 'sqlstate'
  | 'errorMessage'
  | 'decision'
  | 'rules'
  | 'maskedColumns'
  | 'live'
  | 'imported'
>;

/** In what two statements of one fingerprint may differ. */
export type Difference = 'text' | 'parameters' | 'rows' | 'outcome' | 'decision' | 'masking' | 'duration';

export type PairKind = 'same' | 'changed' | 'removed' | 'added';

/** A statement beside its like; one of the two is null where it has none. */
export interface ComparedPair {
  /** Position among all pairs. */
  readonly index: number;
  readonly kind: PairKind;
  readonly a: Compared | null;
  readonly b: Compared | null;
  readonly differences: readonly Difference[];
}

export interface Comparison {
  readonly pairs: readonly ComparedPair[];
  readonly counts: Readonly<Record<PairKind, number>>;
  /** Tables that only one of the two touched, by name. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  /** More may be alike than the pairs say. */
  readonly rough: boolean;
}

/** A duration is another when it is more than twice the other and the two are this far apart, in µs: less is the weather. */
const DURATION_APART = 100_000;
const DURATION_FACTOR = 2;

/** What only the events tell: whether the whole texts and the parameters of two statements differ. */
export interface Closer {
  readonly text: boolean;
  readonly parameters: boolean;
}

/** Tells it of two statements; null where it is not known yet, or there is nothing more to know. */
export type LookCloser = (a: Compared, b: Compared) => Closer | null;

/** Whether rows alone do not tell that two statements are the same: they have parameters, or their texts are cut. */
export function needsCloserLook(a: Compared, b: Compared): boolean {
  return PLACEHOLDER.test(a.text) || (a.textTruncated && b.textTruncated);
}

/** A parameter in a text, or what looks like one: looking closer does no harm. */
const PLACEHOLDER = /\$\d/;

/** Judges each pair of an alignment of the two lists’ fingerprints. */
export function compareStatements(
  a: readonly Compared[],
  b: readonly Compared[],
  { pairs, rough }: Alignment,
  lookCloser: LookCloser = () => null,
): Comparison {
  const counts = { same: 0, changed: 0, removed: 0, added: 0 };
  const judged = pairs.map((pair, index): ComparedPair => {
    const left = pair.a === null ? null : (a[pair.a] ?? null);
    const right = pair.b === null ? null : (b[pair.b] ?? null);
    const differences =
      left === null || right === null ? [] : differencesOf(left, right, lookCloser(left, right));
    const kind =
      left === null ? 'added' : right === null ? 'removed' : differences.length > 0 ? 'changed' : 'same';
    counts[kind]++;
    return { index, kind, a: left, b: right, differences };
  });
  return { pairs: judged, counts, onlyA: tablesOnlyIn(a, b), onlyB: tablesOnlyIn(b, a), rough };
}

/** In what two statements of one fingerprint differ. What one of the two does not have recorded is no difference. */
function differencesOf(a: Compared, b: Compared, closer: Closer | null): Difference[] {
  const differences: Difference[] = [];
  if (a.text !== b.text || closer?.text === true) differences.push('text');
  if (closer?.parameters === true) differences.push('parameters');
  if (a.rows !== null && b.rows !== null && a.rows !== b.rows) differences.push('rows');
  if (a.status !== b.status || a.sqlstate !== b.sqlstate) differences.push('outcome');
  if (a.decision !== b.decision || !sameSet(a.rules, b.rules)) differences.push('decision');
  if (!sameSet(a.maskedColumns, b.maskedColumns)) differences.push('masking');
  if (durationsDiffer(a.duration, b.duration)) differences.push('duration');
  return differences;
}

function durationsDiffer(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return false;
  const [less, more] = a < b ? [a, b] : [b, a];
  return more - less > DURATION_APART && more > less * DURATION_FACTOR;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

function tablesOnlyIn(a: readonly Compared[], b: readonly Compared[]): string[] {
  const others = new Set(b.flatMap(({ tables }) => tables));
  return [...new Set(a.flatMap(({ tables }) => tables))].filter((table) => !others.has(table)).toSorted();
}

/** The next pair that differs, from `from` on in a direction; null when there is none. */
export function nextDifference(
  pairs: readonly ComparedPair[],
  from: number | null,
  by: 1 | -1,
): number | null {
  const start = from ?? (by === 1 ? -1 : pairs.length);
  for (let at = start + by; at >= 0 && at < pairs.length; at += by) {
    if (pairs[at]?.kind !== 'same') return at;
  }
  return null;
}
