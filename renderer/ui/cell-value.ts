/** Values as grids show them. */

/** A value too long to be here: its beginning. */
export interface LongValue {
  readonly beginning: string;
  /** Bytes behind it. */
  readonly more: number;
}

/** null is NULL; undefined stands behind a {@link LongValue} in its row, and is not here either. */
export type CellValue = string | null | undefined | LongValue;

/** The text of a value that is here, or of its beginning. */
export function textHere(value: CellValue): string | null | undefined {
  return typeof value === 'object' && value !== null ? value.beginning : value;
}
