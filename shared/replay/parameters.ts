/** The parameters of a statement or Bind, as shown to people. */
import { typeName } from './types.ts';
import { valueText } from './value.ts';
import { readCells } from './wire.ts';

/** One parameter: its type's name, and its text; null for NULL. */
export interface Parameter {
  readonly type: string;
  readonly typeOid: number;
  readonly text: string | null;
}

/**
 * The parameters in `payload`, the tail of Bind from its parameter count on; null when it is malformed. `types` are the
 * declared or described OIDs; a parameter beyond them is of `unknown` type. `formats` as in Bind: none means all text,
 * one is for all.
 */
export function readParameters(
  payload: Uint8Array,
  types: readonly number[],
  formats: readonly number[],
): Parameter[] | null {
  const values = readCells(payload);
  if (values === null || values.missing > 0 || values.cells.length < values.count) return null;
  return values.cells.map((cell, i) => {
    const typeOid = types[i] ?? 0;
    const format = (formats.length === 1 ? formats[0] : formats[i]) ?? 0;
    return {
      type: typeName(typeOid),
      typeOid,
      text: cell === null ? null : valueText(cell, typeOid, format),
    };
  });
}
