/** Widths of a grid's columns from their names and first rows. */
import { textHere, type CellValue } from './cell-value.ts';

/** Of a character in the mono type at 12 px, and of both paddings, in px. */
const CHARACTER = 7.3;
const PADDING = 18;

/** A column is neither too narrow for NULL nor so wide that its neighbours leave the screen, in characters. */
const LEAST = 6;
const MOST = 44;

interface Named {
  readonly name: string;
  readonly type: string;
}

/** Widths in px, from what the columns are called and hold. */
export function columnWidths(columns: readonly Named[], rows: readonly (readonly CellValue[])[]): number[] {
  return columns.map(({ name, type }, index) => {
    const longest = rows.reduce(
      (most, row) => Math.max(most, textHere(row[index])?.length ?? 0),
      name.length + type.length + 1,
    );
    return Math.round(Math.min(MOST, Math.max(LEAST, longest)) * CHARACTER + PADDING);
  });
}
