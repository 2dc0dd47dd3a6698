/** Which statement a step belongs to, and which steps belong to a statement. */
import type { StepList } from '../../shared/replay/step-list.ts';
import { MARKS } from '../../shared/replay/step-source.ts';
import type { Point } from '../../shared/replay/timeline.ts';

/** A statement of the session; `ordinal` counts the SQL statements within one Query from 0. */
export interface CurrentStatement {
  readonly number: number;
  readonly ordinal: number;
  /** Position of its intent among the steps. */
  readonly intent: number;
}

/** Steps looked at for the answers to one statement: a result of that many chunks has 25 million rows. */
const FAR = 100_000;

/** The statement at a step: its own, or the last one before it. */
export function statementAt(list: StepList, index: number): CurrentStatement | null {
  let at = Math.min(index, list.length - 1);
  while (at >= 0 && list.statement(at) === null) at--;
  const number = list.statement(at);
  if (number === null) return null;
  let intent = at;
  while (intent > 0 && !((list.marks(intent) & MARKS.statement) !== 0 && list.statement(intent) === number))
    intent--;
  return { number, ordinal: list.ordinal(at) ?? 0, intent };
}

/** The steps that answer a statement, in order, up to its outcome. */
export function answersTo(list: StepList, { number, ordinal, intent }: CurrentStatement): Point[] {
  const answers: Point[] = [];
  for (let at = intent + 1; at < list.length && at < intent + FAR; at++) {
    if (list.statement(at) !== number || (list.ordinal(at) ?? ordinal) !== ordinal) continue;
    const step = list.at(at);
    if (step !== undefined) answers.push(step);
    if (step?.kind === 'outcome') break;
  }
  return answers;
}

/** Position of the step that begins a statement, or of the first of one of its parts; -1 where none is loaded. */
export function stepOfStatement(list: StepList, number: number, ordinal: number | null): number {
  let part = -1;
  for (let at = 0; at < list.length; at++) {
    if (list.statement(at) !== number) continue;
    if (ordinal === null || list.ordinal(at) === ordinal) return at;
    if (part < 0 && ordinal === 0) part = at;
  }
  return part;
}
