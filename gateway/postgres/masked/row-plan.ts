/** How the rows of one result are masked: by what the server says of its columns, and by what lineage proves of them. */
import type { SessionRecorder } from '../../recorder/recorder.ts';
import type { JudgedStatement } from '../judged.ts';
import { noteReliance } from './reliance.ts';
import type { RestsOn, Sources } from '../lineage/lineage.ts';
import { detectedMask, type FoundBy, wholeMask } from './cell.ts';
import type { Field } from './field.ts';
import { type Lane, type Mask, UNKNOWN } from './lane.ts';
import { type CellMask, type RowForm, rowForm } from './row-writer.ts';

export interface RowPlan {
  /** For the agent; null: it gets the rows as they are. */
  readonly wire: RowForm | null;
  /** For the record; the same object as `wire` where both are. */
  readonly record: RowForm;
  /** Columns that are masked whatever their values, by position; null entries are not. */
  readonly masks: readonly (Mask | null)[];
}

/** What every column becomes of rows that nobody described. */
const NOTHING: CellMask = { constant: null, write: null, mask: () => null };

/** The plan for rows of these columns; null when they pass as they are. `found` is told what detectors find, once a value. */
export function planRows(
  fields: readonly Field[],
  statement: JudgedStatement | null,
  lane: Lane,
  found: FoundBy,
): RowPlan | null {
  const masks = masksOf(fields, statement, lane);
  if (masks.every((mask) => mask === null) && lane.detecting.length === 0) return null;
  const form = (key: Buffer, told: FoundBy) =>
    rowForm(fields.map((field, i) => cellOf(field, masks[i] ?? null, lane, key, told)));
  const record = form(lane.recordKey, found);
  if (!lane.enforced) return { wire: null, record, masks };
  const hashes =
    masks.some((mask) => mask?.style === 'hash') || lane.detecting.some(({ rule }) => rule.style === 'hash');
  return { wire: hashes ? form(lane.wireKey, () => {}) : record, record, masks };
}

/** The plan for rows of so many columns that nobody described: nothing of them is shown. */
export function planUndescribed(columns: number, lane: Lane): RowPlan {
  const record = rowForm(Array.from({ length: columns }, () => NOTHING));
  return { wire: lane.enforced ? record : null, record, masks: record.cells.map(() => UNKNOWN) };
}

/** What masks each column. */
export function masksOf(
  fields: readonly Field[],
  statement: JudgedStatement | null,
  lane: Lane,
): (Mask | null)[] {
  if (!lane.masksColumns) return fields.map(() => null);
  const traced = tracedOf(statement, fields.length);
  const lineage = statement?.lineage ?? null;
  if (lineage !== null)
    noteReliance(
      lineage,
      fields.some(({ relation }) => !lane.isTable(relation)),
    );
  return fields.map((field, i) => maskOf(field, traced === null ? 'unknown' : traced[i], statement, lane));
}

function maskOf(
  { relation, column }: Field,
  traced: Sources | undefined,
  statement: JudgedStatement | null,
  lane: Lane,
): Mask | null {
  const lineage = lane.sources(traced ?? 'unknown');
  if (relation !== 0) {
    const own = lane.column(relation, column, statement?.verified === true);
    if (own !== 'unknown') return own ?? (lineage === 'unknown' ? null : lineage);
  }
  return lineage === 'unknown' ? UNKNOWN : lineage;
}

/** Where each output comes from, as far as that still holds; null: nobody knows. */
export function tracedOf(statement: JudgedStatement | null, columns: number): readonly Sources[] | null {
  const lineage = statement?.lineage ?? null;
  if (statement === null || lineage === null || lineage.outputs === null) return null;
  if (lineage.outputs.length !== columns) return null;
  return statement.verified || restsOnNothing(lineage.restsOn) ? lineage.outputs : null;
}

function restsOnNothing({ relations, names, functions, operators }: RestsOn): boolean {
  return relations.length + names.length + functions.length + operators.length === 0;
}

function cellOf(
  { name, type, format }: Field,
  mask: Mask | null,
  lane: Lane,
  key: Buffer,
  found: FoundBy,
): CellMask | null {
  if (mask !== null) return wholeMask(mask.style, { type, format }, key, lane.types);
  if (lane.detecting.length === 0) return null;
  return detectedMask(lane.detecting, { type, format }, name, key, lane.types, found);
}

/** Records which columns of the rows to come are masked, and why. */
export function recordMasked(
  recorder: SessionRecorder,
  { number, ordinal }: { readonly number: number; readonly ordinal: number },
  masks: readonly (Mask | null)[],
): void {
  const masked = masks.flatMap((mask, position) => (mask === null ? [] : [{ mask, position }]));
  if (masked.length === 0) return;
  recorder.record('columnsMasked', {
    statement: number,
    ordinal,
    positions: masked.map(({ position }) => position),
    columns: masked.map(({ mask }) => mask.name),
    rules: masked.map(({ mask }) => mask.rule),
    styles: masked.map(({ mask }) => mask.style),
    levels: masked.map(({ mask }) => mask.level ?? 'gateway'),
  });
}
