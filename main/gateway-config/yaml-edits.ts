/**
 * Changes of a YAML text that touch the changed setting alone: every other line stays as somebody wrote it, byte for byte. A text
 * in which that cannot be done is not changed at all.
 */
import { isDeepStrictEqual } from 'node:util';
import { parse, parseDocument } from 'yaml';
import { isCollection, type Part, partAt } from './yaml-places.ts';
import { added, cut, inline, itemIn, type Path, replaced, setting, unchangeable } from './yaml-splices.ts';

/** The text with this value at a path, whose parent is there; undefined: without it. Throws {@link ApiError}. */
export function withValue(text: string, path: Path, value: unknown): string {
  return checked(path, valueIn(text, path, value), expectedOf(text, path, value));
}

/** The text with one more item in the list of a section, which is made where it is missing. Throws {@link ApiError}. */
export function withItemIn(text: string, section: string, item: Readonly<Record<string, unknown>>): string {
  const given = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
  const before: unknown = asRecord(plain(text))[section];
  const items: unknown[] = Array.isArray(before) ? before : [];
  return checked([section], itemIn(text, section, given), expectedOf(text, [section], [...items, given]));
}

function valueIn(text: string, path: Path, value: unknown): string {
  const part = partAt(text, path);
  if (part !== null) return value === undefined ? cut(text, path, part) : changed(text, path, part, value);
  if (value === undefined) return text;
  const key = path.at(-1);
  return typeof key === 'string' ? added(text, path.slice(0, -1), setting(key, value)) : text;
}

/** Within a collection only the parts that differ are touched. */
function changed(text: string, path: Path, part: Part, value: unknown): string {
  const before = valueAt(plain(text), path);
  if (isDeepStrictEqual(before, value)) return text;
  if (isCollection(part.value)) {
    if (Array.isArray(value) && Array.isArray(before) && value.length > 0) {
      const inParts = listIn(text, path, before, value);
      if (isDeepStrictEqual(valueAt(plain(inParts), path), value)) return inParts;
    } else if (isRecord(value) && isRecord(before)) {
      return recordIn(text, path, before, value);
    }
  }
  return replaced(text, part, inline(value));
}

function listIn(text: string, path: Path, before: readonly unknown[], value: readonly unknown[]): string {
  const has = (list: readonly unknown[], item: unknown) => list.some((one) => isDeepStrictEqual(one, item));
  const missing = value.filter((item) => !has(before, item));
  const more = missing.reduce<string>((now, item) => added(now, path, inline(item)), text);
  return before.reduceRight<string>(
    (now, item, index) => (has(value, item) ? now : valueIn(now, [...path, index], undefined)),
    more,
  );
}

function recordIn(
  text: string,
  path: Path,
  before: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
): string {
  const kept = Object.entries(value).reduce((now, [key, part]) => valueIn(now, [...path, key], part), text);
  const gone = Object.keys(before).filter((key) => value[key] === undefined);
  return gone.reduce((now, key) => valueIn(now, [...path, key], undefined), kept);
}

function plain(text: string): unknown {
  return parse(text) ?? {};
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (within, step) => (asRecord(within) as Readonly<Record<string | number, unknown>>)[step],
    value,
  );
}

/** What the text is to say: nothing else than before but at that path. */
function expectedOf(text: string, path: Path, value: unknown): unknown {
  const root = structuredClone(plain(text)) as Record<string | number, unknown>;
  const holder = valueAt(root, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? '';
  if (value !== undefined) holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return root;
}

/** Anchors, tags and the like can make a text that says something else, elsewhere: then nothing is written. */
function checked(path: Path, text: string, expected: unknown): string {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length === 0 && isDeepStrictEqual(document.toJS() ?? {}, expected)) return text;
  throw unchangeable(path);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
