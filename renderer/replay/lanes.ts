/** The lanes of the time line, binned by pixel: a million steps cost little more to draw than the line is wide. */
import type { Decided } from '../../shared/policy/recorded-decision.ts';
import { stepAtTime, type StepList } from '../../shared/replay/step-list.ts';
import { LaneCounter, noCounts, RUN, type LaneCounts, type LaneIndex } from './lane-index.ts';
import { rangeOf, xOf, type TimeScale } from './time-scale.ts';

/** One entry per pixel column. */
export interface Lanes {
  /** Steps of any kind: how dense the session is. */
  readonly steps: Uint32Array;
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

/** Bins the steps that the scale shows into columns of one px. */
export function binLanes(list: StepList, index: LaneIndex, scale: TimeScale): Lanes {
  const columns = Math.max(1, Math.floor(scale.width));
  const steps = new Uint32Array(columns);
  const statements = new Uint32Array(columns);
  const rows = new Float64Array(columns);
  const errors = new Uint32Array(columns);
  const decisions = Array.from<Decided | null>({ length: columns }).fill(null);
  const masked = new Uint32Array(columns);
  const columnOf = (time: number): number => Math.max(0, Math.min(columns - 1, Math.floor(xOf(scale, time))));
  const add = (column: number, count: number, counts: Readonly<LaneCounts>): void => {
    steps[column] = (steps[column] ?? 0) + count;
    statements[column] = (statements[column] ?? 0) + counts.statements;
    rows[column] = (rows[column] ?? 0) + counts.rows;
    errors[column] = (errors[column] ?? 0) + counts.errors;
    masked[column] = (masked[column] ?? 0) + counts.masked;
    decisions[column] = counts.decision ?? decisions[column] ?? null;
  };

  const { from, to } = rangeOf(scale);
  const first = Math.max(0, stepAtTime(list, from - 1) + 1);
  const end = stepAtTime(list, to) + 1;
  for (let at = first - (first % RUN); at < end; at += RUN) {
    const run = index.runs[at / RUN];
    if (run !== undefined && at >= first && at + RUN <= end && columnOf(run.from) === columnOf(run.to)) {
      add(columnOf(run.from), RUN, run);
      continue;
    }
    const counter = new LaneCounter(run?.ahead ?? index.ahead);
    for (let step = at; step < Math.min(at + RUN, end); step++) {
      const counts = noCounts();
      counter.count(list, step, counts);
      if (step >= first) add(columnOf(list.time(step)), 1, counts);
    }
  }
  const mostRows = rows.reduce((most, count) => Math.max(most, count), 0);
  return { steps, statements, rows, errors, decisions, masked, mostRows };
}

/** Height of a count in a lane: logarithmic, because one row matters beside a million. */
export function laneHeight(count: number, most: number, height: number): number {
  if (count === 0 || most === 0) return 0;
  return Math.max(2, Math.round((Math.log2(1 + count) / Math.log2(1 + most)) * height));
}
