/** Where the parts of a YAML text stand in it, to the character: what stands beside a part can then stay as somebody wrote it. */
import { CST, Parser } from 'yaml';

/** What has parts. */
export type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

/** A setting of a mapping, or an item of a list. Places are offsets of the text. */
export interface Part {
  /** null: an item of a list. */
  readonly key: string | null;
  readonly value: CST.Token | null;
  /** Where it begins: at its dash, its key or its value. */
  readonly from: number;
  /** Behind its dash or colon, where its value may begin; null where it has neither. */
  readonly after: number | null;
  /** Behind the last character of its value. */
  readonly to: number;
}

/** The outermost collection of a text; null where it has none. */
export function rootOf(text: string): CST.Token | null {
  for (const token of new Parser().parse(text)) if (token.type === 'document') return token.value ?? null;
  return null;
}

export function isCollection(token: CST.Token | null): token is Collection {
  return token?.type === 'block-map' || token?.type === 'block-seq' || token?.type === 'flow-collection';
}

/** Whether items stand in it, not settings. */
export function isList(token: Collection): boolean {
  return token.type === 'block-seq' || (token.type === 'flow-collection' && token.start.source === '[');
}

/** Its parts, in their order. */
export function partsOf(collection: Collection): Part[] {
  const list = isList(collection);
  return collection.items.flatMap(({ start, key, sep, value }) => {
    const sign = (list ? start : (sep ?? [])).find(
      ({ type }) => type === 'seq-item-ind' || type === 'map-value-ind',
    );
    const from = list ? (sign?.offset ?? value?.offset) : key?.offset;
    if (from === undefined) return []; // behind a last comma
    const after = sign === undefined ? null : sign.offset + 1;
    const to = value === undefined ? (after ?? (key ? endOf(key) : from)) : endOf(value);
    const name = !list && key && CST.isScalar(key) ? (CST.resolveAsScalar(key)?.value ?? null) : null;
    return [{ key: name, value: value ?? null, from, after, to }];
  });
}

/** Behind the last character of a token, line ends and comments behind it not counted. */
export function endOf(token: CST.Token): number {
  switch (token.type) {
    case 'block-map':
    case 'block-seq':
      return partsOf(token).at(-1)?.to ?? token.offset;
    case 'flow-collection': {
      const close = token.end.find(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
      return close === undefined ? token.offset : close.offset + 1;
    }
    case 'block-scalar': {
      const head = token.props.reduce((length, prop) => length + CST.stringify(prop).length, 0);
      // Empty lines behind a text are counted to it, but say nothing.
      return token.offset + head + token.source.replace(/(?<=\n)[ \t\r\n]+$/, '').length;
    }
    default:
      return token.offset + ('source' in token ? token.source.length : 0);
  }
}

/** The part at a path of keys and indexes; null where there is none. */
export function partAt(text: string, path: readonly (string | number)[]): Part | null {
  let within = rootOf(text);
  let found: Part | null = null;
  for (const step of path) {
    if (!isCollection(within)) return null;
    const parts = partsOf(within);
    found = (typeof step === 'number' ? parts[step] : parts.find(({ key }) => key === step)) ?? null;
    if (found === null) return null;
    within = found.value;
  }
  return found;
}
