/** One part of a YAML text written, added or taken out, and not a character beside it. */
import { stringify } from 'yaml';
import { ApiError } from '../../shared/api/error.ts';
import {
  type Collection,
  endOf,
  isCollection,
  isList,
  type Part,
  partAt,
  partsOf,
  rootOf,
} from './yaml-places.ts';

/** Keys and indexes, from the outside in. */
export type Path = readonly (string | number)[];

/** A value as it is written on one line. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0 ? '{}' : `{ ${entries.map(([key, part]) => setting(key, part)).join(', ')} }`;
  }
  // As it must be quoted between brackets: that does anywhere.
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

/** A key and its value, on one line. */
export function setting(key: string, value: unknown): string {
  return `${inline(key)}: ${inline(value)}`;
}

/** Another value on the line of its key or dash, whose comment stays. */
export function replaced(text: string, { value, from, after, to }: Part, written: string): string {
  const begin = after ?? from;
  const space = /^[ \t]*/.exec(text.slice(begin, to))?.[0].length ?? 0;
  if (value === null || value.type === 'block-map' || value.type === 'block-seq') {
    const next = lineEnd(text, begin);
    const without = value === null ? text : text.slice(0, next) + text.slice(behindLine(text, to));
    return splice(without, begin, begin, ` ${written}`);
  }
  const lines = /\r?\n$/.exec(text.slice(begin, to))?.[0] ?? '';
  return splice(text, begin + space, to, `${after !== null && space === 0 ? ' ' : ''}${written}${lines}`);
}

/** The text without a part. Throws {@link ApiError}. */
export function cut(text: string, path: Path, part: Part): string {
  const parent = collectionAt(text, path.slice(0, -1));
  const parts = partsOf(parent);
  const index = parts.findIndex(({ from }) => from === part.from);
  if (parent.type === 'flow-collection') return cutInBrackets(text, parts, index);
  const holder = parts.length === 1 ? partAt(text, path.slice(0, -1)) : null;
  if (holder !== null) return replaced(text, holder, isList(parent) ? '[]' : '{}');
  const line = lineStart(text, part.from);
  if (text.slice(line, part.from).trim() === '') return splice(text, line, behindLine(text, part.to), '');
  // Behind the dash of an item: the next setting takes its place there.
  return splice(text, part.from, parts[index + 1]?.from ?? part.to, '');
}

function cutInBrackets(text: string, parts: readonly Part[], index: number): string {
  const part = parts[index] as Part;
  const [before, next] = [parts[index - 1], parts[index + 1]];
  const comma = commaBehind(text, part.to);
  const end = comma ?? part.to;
  const line = lineStart(text, part.from);
  const alone = text.slice(line, part.from).trim() === '' && /^[ \t]*(#|\r?\n)/.test(text.slice(end));
  if (alone) return splice(text, line, lineEnd(text, end), '');
  if (next !== undefined) return splice(text, part.from, next.from, '');
  const kept = before === undefined ? part.from : (commaBehind(text, before.to) ?? part.from) - 1;
  const apart = before !== undefined && text.slice(before.to, part.from).includes('\n');
  return splice(text, apart ? part.from : kept, end, '');
}

/** One more part behind the last of a collection. */
export function added(text: string, path: Path, written: string): string {
  const within = path.length === 0 ? rootOf(text) : (partAt(text, path)?.value ?? null);
  if (!isCollection(within)) {
    if (path.length === 0 && within === null) return behindAll(text, written);
    throw unchangeable(path);
  }
  const last = partsOf(within).at(-1);
  if (within.type !== 'flow-collection') {
    const first = partsOf(within)[0] as Part;
    const indent = ' '.repeat(first.from - lineStart(text, first.from));
    return belowLine(text, endOf(within), `${indent}${isList(within) ? '- ' : ''}${written}`);
  }
  if (last === undefined) {
    const space = isList(within) ? '' : ' ';
    return splice(text, within.offset + 1, endOf(within) - 1, `${space}${written}${space}`);
  }
  const comma = commaBehind(text, last.to);
  return comma === null
    ? splice(text, last.to, last.to, `, ${written}`)
    : splice(text, comma, comma, ` ${written}`);
}

/** As lines of a list, unless it stands in brackets with something in it. */
export function itemIn(text: string, section: string, item: Readonly<Record<string, unknown>>): string {
  const part = partAt(text, [section]);
  const [value, items] = [
    part?.value ?? null,
    isCollection(part?.value ?? null) ? partsOf(part?.value as Collection) : [],
  ];
  const pairs = Object.entries(item);
  if (value?.type === 'flow-collection' && items.length > 0) return added(text, [section], inline(item));
  const root = rootOf(text);
  if (root?.type === 'flow-collection')
    return part === null ? added(text, [], setting(section, [item])) : replaced(text, part, inline([item]));
  const first = items[0];
  const column = first === undefined ? 2 : first.from - lineStart(text, first.from);
  const indent = ' '.repeat(column);
  const lines = pairs
    .map(([key, one], index) => `${indent}${index === 0 ? '- ' : '  '}${setting(key, one)}`)
    .join(eolOf(text));
  if (part === null) return added(text, [], `${inline(section)}:${eolOf(text)}${lines}`);
  if (first !== undefined) return belowLine(text, part.to, lines);
  // Nothing, or empty brackets: the colon stays, and the list stands below.
  const begin = part.after ?? part.to;
  return belowLine(splice(text, begin, part.to, ''), begin, lines);
}

/** What cannot be changed without changing more. */
export function unchangeable(path: Path): ApiError {
  return new ApiError(
    'CONFIG_UNUSABLE',
    `${path.join('.')} is written in a way that only an editor can change without touching what stands beside it: change it in the file`,
  );
}

function behindAll(text: string, written: string): string {
  const eol = eolOf(text);
  return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${written}${eol}`;
}

function belowLine(text: string, at: number, written: string): string {
  const eol = eolOf(text);
  const place = behindLine(text, at);
  return text.slice(0, place).endsWith('\n')
    ? splice(text, place, place, `${written}${eol}`)
    : splice(text, place, place, `${eol}${written}`);
}

function collectionAt(text: string, path: Path): Collection {
  const token = path.length === 0 ? rootOf(text) : (partAt(text, path)?.value ?? null);
  if (!isCollection(token)) throw unchangeable(path);
  return token;
}

/** Behind the comma that follows, on this line or a later one; null: none follows. */
function commaBehind(text: string, at: number): number | null {
  const found = /^(?:\s|(?<=\s)#[^\n]*\n)*,/.exec(text.slice(at));
  return found === null ? null : at + found[0].length;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}

/** Where the next line begins; a text in lines of its own ends with one. */
function behindLine(text: string, at: number): number {
  return at > 0 && text[at - 1] === '\n' ? at : lineEnd(text, at);
}

function splice(text: string, from: number, to: number, written: string): string {
  return text.slice(0, from) + written + text.slice(to);
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
