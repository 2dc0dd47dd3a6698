/**
 * The outline of a session: its steps without their words, in columns, so that a million of them cost the window 40 MB and
 * not a gigabyte. It travels, and is kept, in blocks:
 *
 *   u32 version ‖ u32 steps ‖ u32 1 when nothing follows for now ‖ u32 bytes of the states ‖ f64 from ‖ f64 next
 *   f64 time* ‖ f64 rows* ‖ f64 sequence* ‖ u32 statement* ‖ u32 ordinal* ‖ u16 state* ‖ u8 kind* ‖ u8 status* ‖ u8 decision*
 *   SQLSTATEs as JSON, which `state` counts from 1
 *
 * All little-endian, as every machine is that this runs on: a column is a view. Blocks hold whole events from `from` on,
 * `next` is where the block behind begins.
 */
import { DECISIONS } from '../policy/recorded-decision.ts';
import { EVENTS, STATEMENT_STATUSES, type EventKind } from '../recording/event.ts';
import type { Point } from './timeline.ts';

/** Raised whenever a block, or which events are steps, changes: what is kept of it is then made anew. */
export const OUTLINE_VERSION = 1;

const HEAD_BYTES = 32;

/** Bytes of a step in a block. */
const STEP_BYTES = 3 * 8 + 2 * 4 + 2 + 3;

/** In the place of a number that is none. Larger ones, which no recorder writes, read as it. */
const NONE = 0xffffffff;

/** Steps of one block at most, so that a u16 counts their SQLSTATEs. */
export const MOST_STEPS = 0xffff;

/** Steps in order, and which events they were made from. */
export interface OutlinePart {
  readonly from: number;
  readonly next: number;
  /** Whether the archive holds nothing behind them for now. */
  readonly last: boolean;
  readonly points: readonly Point[];
}

/** A block as it is read: `length` steps, by position. */
export interface OutlineBlock {
  readonly from: number;
  readonly next: number;
  readonly last: boolean;
  readonly length: number;
  readonly columns: OutlineColumns;
  readonly states: readonly string[];
}

/** One column each; the numbers of kinds, statuses and decisions are those of {@link kindOf} and its likes. */
export interface OutlineColumns {
  readonly times: Float64Array;
  readonly rows: Float64Array;
  readonly sequences: Float64Array;
  readonly statements: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly states: Uint16Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  readonly decisions: Uint8Array;
}

const KINDS = new Map<number, EventKind>(
  (Object.keys(EVENTS) as EventKind[]).map((kind) => [EVENTS[kind].code, kind]),
);

/** The kind of a number in a column. */
export function kindOf(code: number): EventKind | undefined {
  return KINDS.get(code);
}

/** The status of a number in a column; 0 is none. */
export function statusOf(code: number): Point['status'] {
  return STATEMENT_STATUSES[code - 1] ?? null;
}

/** The decision of a number in a column; 0 is none. */
export function decisionOf(code: number): Point['decision'] {
  return DECISIONS[code - 1] ?? null;
}

/** A number of a column that may hold none. */
export function numberOf(value: number | undefined): number | null {
  return value === undefined || value === NONE ? null : value;
}

/** Writes a block of at most {@link MOST_STEPS} steps. */
export function writeOutline({ from, next, last, points }: OutlinePart): Uint8Array<ArrayBuffer> {
  const states = new Map<string, number>();
  for (const { sqlstate } of points)
    if (sqlstate !== null && !states.has(sqlstate)) states.set(sqlstate, states.size + 1);
  const told = new TextEncoder().encode(JSON.stringify([...states.keys()]));
  const block = new Uint8Array(HEAD_BYTES + points.length * STEP_BYTES + told.length);
  const head = new DataView(block.buffer);
  [OUTLINE_VERSION, points.length, last ? 1 : 0, told.length].forEach((value, at) =>
    head.setUint32(at * 4, value, true),
  );
  head.setFloat64(16, from, true);
  head.setFloat64(24, next, true);
  const columns = columnsOf(block.buffer, 0, points.length);
  for (const [at, point] of points.entries()) {
    columns.times[at] = point.time;
    columns.rows[at] = point.rows;
    columns.sequences[at] = point.sequence;
    columns.statements[at] = Math.min(point.statement ?? NONE, NONE);
    columns.ordinals[at] = Math.min(point.ordinal ?? NONE, NONE);
    columns.states[at] = point.sqlstate === null ? 0 : (states.get(point.sqlstate) ?? 0);
    columns.kinds[at] = EVENTS[point.kind as EventKind].code;
    columns.statuses[at] = point.status === null ? 0 : STATEMENT_STATUSES.indexOf(point.status) + 1;
    columns.decisions[at] = point.decision === null ? 0 : DECISIONS.indexOf(point.decision) + 1;
  }
  block.set(told, block.length - told.length);
  return block;
}

/** Reads a block; throws RangeError where it is none, or of another version. */
export function readOutline(bytes: Uint8Array): OutlineBlock {
  // A Buffer's own slice would be a view again.
  const block = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  if (block.length < HEAD_BYTES) throw new RangeError('a block of an outline is cut short');
  const head = new DataView(block.buffer, block.byteOffset);
  const [version = 0, length = 0, last = 0, told = 0] = [0, 4, 8, 12].map((at) => head.getUint32(at, true));
  if (version !== OUTLINE_VERSION || block.length !== HEAD_BYTES + length * STEP_BYTES + told)
    throw new RangeError(`a block of ${block.length} bytes is no outline of version ${OUTLINE_VERSION}`);
  return {
    from: head.getFloat64(16, true),
    next: head.getFloat64(24, true),
    last: last === 1,
    length,
    columns: columnsOf(block.buffer as ArrayBuffer, block.byteOffset, length),
    states: JSON.parse(new TextDecoder().decode(block.subarray(block.length - told))) as string[],
  };
}

function columnsOf(buffer: ArrayBuffer, start: number, steps: number): OutlineColumns {
  let at = start + HEAD_BYTES;
  const place = (bytes: number): number => (at += bytes * steps) - bytes * steps;
  return {
    times: new Float64Array(buffer, place(8), steps),
    rows: new Float64Array(buffer, place(8), steps),
    sequences: new Float64Array(buffer, place(8), steps),
    statements: new Uint32Array(buffer, place(4), steps),
    ordinals: new Uint32Array(buffer, place(4), steps),
    states: new Uint16Array(buffer, place(2), steps),
    kinds: new Uint8Array(buffer, place(1), steps),
    statuses: new Uint8Array(buffer, place(1), steps),
    decisions: new Uint8Array(buffer, place(1), steps),
  };
}
