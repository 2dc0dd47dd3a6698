/** Goes through a value to what has no parts: domains to their base, arrays to elements, rows to fields. */
import { throughArray } from './arrays.ts';
import { throughComposite } from './composite.ts';
import { elementOf, type Format, type TypeLookup } from './type-shape.ts';

/** What replaces a value of a type without parts; null: NULL. The same object: it stays. */
export type Replace = (value: Buffer, type: number, format: Format) => Buffer | null;

/** A row without a name; its fields tell their types in binary only. */
const RECORD = 2249;
const RECORDS = 2287;

/** anyarray, as columns of pg_statistic are; its elements tell their type in binary only. */
const ANY_ARRAY = 2277;

/** Types within types go no deeper than this in any schema that people made. */
const MOST_LEVELS = 16;

/** The value with its parts replaced, the same object when none is; null when it cannot be read. */
export function throughParts(
  value: Buffer,
  type: number,
  format: Format,
  types: TypeLookup,
  replace: Replace,
): Buffer | null {
  return level(0);

  function level(depth: number, part = value, of = type): Buffer | null {
    if (depth > MOST_LEVELS) return null;
    const within = (inner: Buffer, innerType: number) => level(depth + 1, inner, innerType);
    const element = of === ANY_ARRAY && format === 1 ? 0 : elementOf(of);
    if (element !== undefined) return throughArray(part, format, element, within);
    if (of === RECORD && format === 1) return throughComposite(part, format, null, within);
    const shape = types(of);
    switch (shape?.kind) {
      case 'domain':
        return level(depth + 1, part, shape.base);
      case 'array':
        return throughArray(part, format, shape.element, within);
      case 'composite':
        return throughComposite(part, format, shape.fields, within);
      default:
        return replace(part, of, format);
    }
  }
}

/** The type behind domains; null when it has parts, whose values must be looked at one by one. */
export function plainType(type: number, types: TypeLookup): number | null {
  let plain = type;
  for (let depth = 0; depth <= MOST_LEVELS; depth++) {
    if (elementOf(plain) !== undefined || plain === RECORD || plain === RECORDS || plain === ANY_ARRAY)
      return null;
    const shape = types(plain);
    if (shape?.kind === 'array' || shape?.kind === 'composite') return null;
    if (shape?.kind !== 'domain') return plain;
    plain = shape.base;
  }
  return null;
}
