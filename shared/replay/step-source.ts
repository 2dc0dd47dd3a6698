/** Where the cursor gets steps from, and how it looks for one: a long session is in memory only in parts. */
import type { Point } from './timeline.ts';

/** The steps of one session in order, by index from 0. */
export interface StepSource {
  /** Steps known to exist, loaded or not; grows while pages come in and while a session is live. */
  readonly length: number;
  /** Whether `length` is final: every step is known and the session is over. */
  readonly ended: boolean;
  /** A step that is loaded. */
  at(index: number): Point | undefined;
  /** Its {@link MARKS}: told apart, because a search passes a million of them; undefined when it is not loaded. */
  marks(index: number): number | undefined;
  /**
   * Loads the step at `index` (and what is sensible around it), or as far as the session goes. Resolves when `at(index)`
   * can answer, or when there is no such step for now; rejects when it cannot be loaded, and once `signal` aborts.
   */
  load(index: number, signal: AbortSignal): Promise<void>;
}

/** What a search came to: an index, null for no such step, or the index that must be loaded to go on. */
type Found = number | null | { readonly missing: number };

/**
 * A search that goes on where it stopped each time it is asked, until it needs no more loading. `whole`: no step follows
 * those the source has, for now or for ever.
 */
export type Search = (source: StepSource, whole: boolean) => Found;

/** The step at `index`, or the last one when the session is shorter. */
export function atIndex(index: number): Search {
  return (source, whole) => {
    if (source.at(index) !== undefined) return index;
    if (!whole || index < source.length) return { missing: index };
    return source.length === 0 ? null : source.length - 1;
  };
}

/** The step at `index` if there is one. */
export function onlyAt(index: number): Search {
  return (source, whole) => {
    if (source.at(index) !== undefined) return index;
    return whole && index >= source.length ? null : { missing: index };
  };
}

/** The first step after `from` (or before it, with `direction` -1) that has one of the marks. */
export function nextMarked(from: number, direction: 1 | -1, wanted: number): Search {
  let at = from + direction;
  return (source, whole) => {
    for (; at >= 0; at += direction) {
      const marks = source.marks(at);
      if (marks === undefined) return whole && at >= source.length ? null : { missing: at };
      if ((marks & wanted) !== 0) return at;
    }
    return null;
  };
}

/** The last step at or before `time` (µs); the first one when all are later. */
export function atTime(time: number): Search {
  return (source, whole) => {
    const last = source.length - 1;
    if (!whole) {
      const end = source.at(last);
      if (end === undefined || end.time <= time) return { missing: source.length };
    }
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const step = source.at(middle);
      if (step === undefined) return { missing: middle };
      if (step.time <= time) low = middle;
      else high = middle - 1;
    }
    return last < 0 ? null : low;
  };
}

/** What a person looks for among steps, as bits. */
export const MARKS = { statement: 1, error: 2, decision: 4, masking: 8 } as const;

/** The {@link MARKS} of a step. */
export function marksOf(step: Point): number {
  return (
    (isStatement(step) ? MARKS.statement : 0) |
    (isError(step) ? MARKS.error : 0) |
    (isDecision(step) ? MARKS.decision : 0) |
    (isMasking(step) ? MARKS.masking : 0)
  );
}

/** Statements as submitted: where one begins. */
export function isStatement(step: Pick<Point, 'kind'>): boolean {
  return step.kind === 'statement' || step.kind === 'functionCall';
}

/** Where policy did other than let a statement pass, and where a held one was decided. */
export function isDecision({ decision }: Pick<Point, 'decision'>): boolean {
  return decision !== null && decision !== 'allowed';
}

/** Kinds of events that tell of something masked. */
const MASKING: ReadonlySet<string> = new Set(['columnsMasked', 'valuesMasked', 'detected', 'withheld']);

/** Something that the record, or the agent, may not see. */
export function isMasking({ kind }: Pick<Point, 'kind'>): boolean {
  return MASKING.has(kind);
}

/** Statements that failed, and a session that was ended by an error. */
export function isError(step: Point): boolean {
  return step.status === 'failed' || (step.kind === 'sessionClosed' && step.sqlstate !== null);
}
