/** The lanes of the time line, binned by pixel: a million steps cost as much to draw as the line is wide. */
import type { StepList } from '../../shared/replay/step-list.ts';
import { MARKS } from '../../shared/replay/step-source.ts';
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
export function binLanes(list: StepList, scale: TimeScale): Lanes {
  const columns = Math.max(1, Math.floor(scale.width));
  const statements = new Uint32Array(columns);
  const rows = new Float64Array(columns);
  const errors = new Uint32Array(columns);
  const decisions = Array.from<Decided | null>({ length: columns }).fill(null);
  const masked = new Uint32Array(columns);
  let ahead = 0;
  for (let at = 0; at < list.length; at++) {
    const column = Math.min(columns - 1, Math.floor(xOf(scale, list.time(at))));
    const kind = list.kind(at);
    if (kind === 'rows' || kind === 'copyOut') {
      rows[column] = (rows[column] ?? 0) + list.rows(at);
      ahead += list.rows(at);
    } else if (kind === 'outcome') {
      // The outcome counts the rows that ran ahead of it again.
      rows[column] = (rows[column] ?? 0) + Math.max(0, list.rows(at) - ahead);
      ahead = 0;
    }
    const marks = list.marks(at);
    if (marks === 0) continue;
    if ((marks & MARKS.statement) !== 0) statements[column] = (statements[column] ?? 0) + 1;
    if ((marks & MARKS.error) !== 0) errors[column] = (errors[column] ?? 0) + 1;
    if ((marks & MARKS.decision) !== 0) decisions[column] = list.decision(at);
    if ((marks & MARKS.masking) !== 0) masked[column] = (masked[column] ?? 0) + 1;
  }
  const mostRows = rows.reduce((most, count) => Math.max(most, count), 0);
  return { statements, rows, errors, decisions, masked, mostRows };
}

/** Height of a count in a lane: logarithmic, because one row matters beside a million. */
export function laneHeight(count: number, most: number, height: number): number {
  if (count === 0 || most === 0) return 0;
  return Math.max(2, Math.round((Math.log2(1 + count) / Math.log2(1 + most)) * height));
}
