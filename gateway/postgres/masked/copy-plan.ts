/** How the data of a COPY TO STDOUT are masked: nothing but lineage says which columns they have. */
import type { Judged, JudgedStatement } from '../judged.ts';
import type { CopyLayout } from '../lineage/lineage.ts';
import type { PostgresError } from '../wire/errors.ts';
import { detectedMask, type FoundBy, wholeMask } from './cell.ts';
import { CopyBinary } from './copy-binary.ts';
import { CopyCsv } from './copy-csv.ts';
import { type CopyCells, copyForm, type CopyMasker } from './copy-form.ts';
import { CopyText } from './copy-text.ts';
import type { Lane, Mask } from './lane.ts';
import { tracedOf } from './row-plan.ts';

export interface CopyPlan {
  /** For the agent; null: it gets the data as they are. */
  readonly wire: CopyMasker | null;
  /** For the record; the same object as `wire` where both get the same. */
  readonly record: CopyMasker;
  /** What masks each column, whatever its values; null entries are not. */
  readonly masks: readonly (Mask | null)[];
  /** Nobody knows its columns: nothing is shown. */
  readonly withheld: boolean;
}

/** OID of text, as which detectors read what has no known type. */
const TEXT = 25;

/** The plan for the data of a COPY; null: they pass as they are. Of data whose columns nobody knows nothing is shown. */
export function planCopy(statement: JudgedStatement | null, lane: Lane, found: FoundBy): CopyPlan | null {
  const layout = statement?.lineage?.copy ?? null;
  const masks = layout === null ? null : copyMasks(statement, layout, lane);
  if (layout === null || layout.columns === null || masks === null)
    return { wire: lane.enforced ? new Withheld() : null, record: new Withheld(), masks: [], withheld: true };
  if (masks.every((mask) => mask === null) && lane.detecting.length === 0) return null;
  const masker = (key: Buffer, told: FoundBy) => maskerOf(layout, masks, lane, key, told);
  if (!lane.enforced) return { wire: null, record: masker(lane.recordKey, found), masks, withheld: false };
  const hashes =
    masks.some((mask) => mask?.style === 'hash') || lane.detecting.some(({ rule }) => rule.style === 'hash');
  const record = masker(lane.recordKey, found);
  return { wire: hashes ? masker(lane.wireKey, () => {}) : record, record, masks, withheld: false };
}

/**
 * Why a text with a COPY TO STDOUT must not run: which of its columns show what cannot be told, and there is no way to mask what
 * cannot be told apart. Null: it may.
 */
export function copyRefusal({ statements }: Judged, lane: Lane): PostgresError | null {
  if (!lane.enforced || !lane.masksColumns) return null;
  for (const statement of statements) {
    const layout = statement.lineage?.copy ?? null;
    const copies = layout !== null || (statement.verb === 'COPY TO' && statement.lineage === null);
    if (copies && (layout === null || copyMasks(statement, layout, lane) === null)) return REFUSAL;
  }
  return null;
}

const REFUSAL: PostgresError = {
  severity: 'ERROR',
  sqlstate: '42501',
  message: 'denied by policy: which columns this COPY shows cannot be told, and some may be masked',
  hint: 'Use SELECT, or COPY of a table by its name or of a query without functions of your own.',
};

/** What masks each column; null when that cannot be told. */
function copyMasks(
  statement: JudgedStatement | null,
  { columns }: CopyLayout,
  lane: Lane,
): readonly (Mask | null)[] | null {
  if (columns === null) return null;
  if (!lane.masksColumns) return columns.map(() => null);
  const traced = tracedOf(statement, columns.length);
  if (traced === null) return null;
  const masks = traced.map((sources) => lane.sources(sources));
  return masks.includes('unknown') ? null : masks.filter((mask) => mask !== 'unknown');
}

function maskerOf(
  layout: CopyLayout,
  masks: readonly (Mask | null)[],
  lane: Lane,
  key: Buffer,
  found: FoundBy,
): CopyMasker {
  const format = layout.format === 'binary' ? 1 : 0;
  const cells: CopyCells = (layout.columns ?? []).map(({ name, type }, i) => {
    const mask = masks[i] ?? null;
    if (mask !== null) return wholeMask(mask.style, { type: type ?? 0, format }, key, lane.types);
    if (lane.detecting.length === 0) return null;
    const known = { type: type ?? (format === 0 ? TEXT : 0), format } as const;
    return detectedMask(lane.detecting, known, name ?? '', key, lane.types, found);
  });
  if (layout.format === 'binary') return new CopyBinary(cells);
  return layout.format === 'csv'
    ? new CopyCsv(copyForm(layout), cells)
    : new CopyText(copyForm(layout), cells);
}

/** Shows nothing. */
class Withheld implements CopyMasker {
  readonly held = 0;
  take(): Buffer[] {
    return [];
  }
}
