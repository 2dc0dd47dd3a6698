/** The steps of a session as views read them: by position, one property at a time, so that none need be an object. */
import type { Point } from './timeline.ts';

/** What is known of a session's steps at a moment; a new object whenever that changes. */
export interface StepList {
  readonly length: number;
  /** Whether these are all that the archive holds now. */
  readonly complete: boolean;
  /** Why the others are not here. */
  readonly error: Error | null;
  /** The step at a position, made anew at each call; undefined where none is. */
  at(index: number): Point | undefined;
  /** µs; 0 where there is no step. */
  time(index: number): number;
  /** Of its event; -1 where there is no step. */
  sequence(index: number): number;
  statement(index: number): number | null;
  ordinal(index: number): number | null;
  kind(index: number): Point['kind'] | undefined;
  status(index: number): Point['status'];
  decision(index: number): Point['decision'];
  rows(index: number): number;
  /** MARKS of step-source.ts; 0 where there is no step. */
  marks(index: number): number;
}

/** Position of the last step at or before `sequence`; -1 when there is none. */
export function stepAt(list: StepList, sequence: number): number {
  return lastFitting(list.length, (index) => list.sequence(index) <= sequence);
}

/** Position of the last step at or before `time`, µs; -1 when there is none. */
export function stepAtTime(list: StepList, time: number): number {
  return lastFitting(list.length, (index) => list.time(index) <= time);
}

function lastFitting(length: number, fits: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fits(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
