/**
 * Masks one value as it stands on the wire, its type respected: what comes out is a value of the same type, or NULL where the type
 * is unknown, is an enumeration (any of its labels may mean something), or the value cannot be read.
 *
 * | style     | text             | numbers                       | dates and times        | others                       |
 * | --------- | ---------------- | ----------------------------- | ---------------------- | ---------------------------- |
 * | `redact`  | `[masked]`       | 0                             | 2000-01-01, midnight   | a constant of the type       |
 * | `partial` | see part.ts      | the power of ten not above it | the year, the hour     | network, vendor, end of UUID |
 * | `hash`    | `h:` + 64 bits   | a number that the type holds  | one of 1900 to 2099    | as many bits as it holds     |
 * | `null`    | NULL             | NULL                          | NULL                   | NULL                         |
 *
 * Types without a form under `partial` or `hash` (bool, "char", interval, ranges, geometric types, tsvector …) have that of `redact`.
 */
import type { MaskStyle } from '../../shared/policy/mask-rule.ts';
import { isJson, maskJson, redactedJson } from './json.ts';
import type { Scalar } from './scalars/scalar.ts';
import { SCALARS } from './scalars/table.ts';
import { plainType, throughParts } from './structure.ts';
import type { Format, TypeLookup } from './type-shape.ts';

/** What is to be masked, and how. */
export interface Cell {
  /** OID of its type. */
  readonly type: number;
  readonly format: Format;
  readonly style: MaskStyle;
  /** Of style `hash`: see hash-keys.ts. */
  readonly key: Buffer;
}

/** The value without its length, masked; null: NULL. Never throws. */
export function maskCell(value: Buffer, cell: Cell, types: TypeLookup): Buffer | null {
  const { type, format, style, key } = cell;
  if (style === 'null') return null;
  const scalar = SCALARS.get(type);
  try {
    if (scalar !== undefined) return maskScalar(value, scalar, format, style, key);
    return throughParts(value, type, format, types, (part, of) => {
      const known = SCALARS.get(of);
      if (known !== undefined) return maskScalar(part, known, format, style, key);
      return isJson(of) ? maskJson(part, of, format, style, key) : null;
    });
  } catch {
    // What a server sends and its type does not allow is not worth telling apart: nothing of it is shown.
    return null;
  }
}

/** What masks most cells of these without a buffer of their own, see {@link Scalar.writePartial}; null: nothing does. */
export function writerOf({ type, style }: Pick<Cell, 'type' | 'style'>): Scalar['writePartial'] | null {
  return style === 'partial' ? (SCALARS.get(type)?.writePartial ?? null) : null;
}

function maskScalar(
  value: Buffer,
  scalar: Scalar,
  format: Format,
  style: MaskStyle,
  key: Buffer,
): Buffer | null {
  if (style === 'partial' && scalar.partial !== undefined)
    return spelling(scalar.partial(value, format), format);
  if (style === 'hash' && scalar.hash !== undefined) return spelling(scalar.hash(value, format, key), format);
  return format === 0 ? scalar.redacted.text : scalar.redacted.binary;
}

function spelling(spelled: Scalar['redacted'] | null, format: Format): Buffer | null {
  if (spelled === null) return null;
  return format === 0 ? spelled.text : spelled.binary;
}

/**
 * What every value that is not NULL becomes, so that nobody need look at any: a constant, or null for NULL. Undefined: values must
 * be masked one by one.
 */
export function constantOf(
  { type, format, style }: Omit<Cell, 'key'>,
  types: TypeLookup,
): Buffer | null | undefined {
  if (style === 'null') return null;
  const plain = SCALARS.has(type) ? type : plainType(type, types);
  if (plain === null) return undefined;
  if (isJson(plain)) return style === 'redact' ? redactedJson(plain, format) : undefined;
  const scalar = SCALARS.get(plain);
  if (scalar === undefined) return null;
  if ((style === 'partial' && scalar.partial) || (style === 'hash' && scalar.hash)) return undefined;
  return format === 0 ? scalar.redacted.text : scalar.redacted.binary;
}
