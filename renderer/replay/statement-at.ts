/** Which statement a step belongs to, and which steps belong to a statement. */
import type { Step } from '../../shared/api/session.ts';
import { isStatement } from '../../shared/replay/step-source.ts';

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
export function statementAt(steps: readonly Step[], index: number): CurrentStatement | null {
  let at = index;
  while (at >= 0 && (steps[at]?.statement ?? null) === null) at--;
  const step = steps[at];
  if (step === undefined || step.statement === null) return null;
  let intent = at;
  while (intent > 0 && !(isStatement(steps[intent] as Step) && steps[intent]?.statement === step.statement))
    intent--;
  return { number: step.statement, ordinal: step.ordinal ?? 0, intent };
}

/** The steps that answer a statement, in order, up to its outcome. */
export function answersTo(steps: readonly Step[], { number, ordinal, intent }: CurrentStatement): Step[] {
  const answers: Step[] = [];
  for (let at = intent + 1; at < steps.length && at < intent + FAR; at++) {
    const step = steps[at];
    if (step?.statement !== number || (step.ordinal ?? ordinal) !== ordinal) continue;
    answers.push(step);
    if (step.kind === 'outcome') break;
  }
  return answers;
}
