/** The lanes of the time line, binned by pixel: a million steps cost as much to draw as the line is wide. */
import type { Step } from '../../shared/api/session.ts';
import { isDecision, isError, isMasking, isStatement } from '../../shared/replay/step-source.ts';
import type { Decided } from '../../shared/policy/recorded-decision.ts';
import { xOf, type TimeScale } from './time-scale.ts';

/** One entry per pixel column. */
export interface Lanes {
  /** Statements that began. */
  readonly statements: Uint32Array;
  /** Rows that came back. */
  readonly rows: Float64Array;
  /** Statements that failed, and sessions that ended badly. */
  readonly errors: Uint32Array;
  /** What the policy did other than let pass, where it did: the latest in each column. */
  readonly decisions: readonly (Decided | null)[];
  /** Where something was masked. */
  readonly masked: Uint32Array;
  /** The tallest of {@link rows}. */
  readonly mostRows: number;
}

/** Bins steps into columns of one px. */
export function binLanes(steps: readonly Step[], scale: TimeScale): Lanes {
  const columns = Math.max(1, Math.floor(scale.width));
  const statements = new Uint32Array(columns);
  const rows = new Float64Array(columns);
  const errors = new Uint32Array(columns);
  const decisions = Array.from<Decided | null>({ length: columns }).fill(null);
  const masked = new Uint32Array(columns);
  let ahead = 0;
  for (const step of steps) {
    const column = Math.min(columns - 1, Math.floor(xOf(scale, step.time)));
    if (isStatement(step)) statements[column] = (statements[column] ?? 0) + 1;
    if (step.kind === 'rows' || step.kind === 'copyOut') {
      rows[column] = (rows[column] ?? 0) + step.rows;
      ahead += step.rows;
    } else if (step.kind === 'outcome') {
      // The outcome counts the rows that ran ahead of it again.
      rows[column] = (rows[column] ?? 0) + Math.max(0, step.rows - ahead);
      ahead = 0;
    }
    if (isError(step)) errors[column] = (errors[column] ?? 0) + 1;
    if (isDecision(step)) decisions[column] = step.decision;
    if (isMasking(step)) masked[column] = (masked[column] ?? 0) + 1;
  }
  const mostRows = rows.reduce((most, count) => Math.max(most, count), 0);
  return { statements, rows, errors, decisions, masked, mostRows };
}

/** Height of a count in a lane: logarithmic, because one row matters beside a million. */
export function laneHeight(count: number, most: number, height: number): number {
  if (count === 0 || most === 0) return 0;
  return Math.max(2, Math.round((Math.log2(1 + count) / Math.log2(1 + most)) * height));
}
