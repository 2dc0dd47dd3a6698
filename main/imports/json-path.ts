/** Values within a JSON value, by path: `user.name`, `queries[0].sql`, or a list of keys where one has a dot in it. */

export type JsonPath = readonly (string | number)[];

/** Reads `a.b[2].c`. Never null: any text names something. */
export function jsonPath(text: string | readonly (string | number)[]): JsonPath {
  if (typeof text !== 'string') return text;
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}

/** The value at the path; undefined where there is none. Never one that the value's prototype has. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string | number, unknown>)[key];
  }
  return found;
}

/** A value as text: numbers and the like as JSON writes them; null for null and what is not there. */
export function textAt(value: unknown, path: JsonPath | undefined): string | null {
  const found = path === undefined ? undefined : valueAt(value, path);
  if (found === undefined || found === null) return null;
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** A number, written as one or as text; null where it is none. */
export function numberAt(value: unknown, path: JsonPath | undefined): number | null {
  const found = path === undefined ? undefined : valueAt(value, path);
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
