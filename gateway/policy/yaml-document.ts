/** A YAML document: its values, and where they stand. */
import { isMap, isNode, isScalar, visit, type Document } from 'yaml';

/** What the YAML parser says, as the end of a sentence. */
export const yamlFault = (message: string) => `is not YAML as expected here: ${message}`;

/** What is wrong with an alias that stands for nothing. */
export const aliasFault = (name: string) =>
  `*${name} means an anchor elsewhere to YAML, and there is none: put what begins with * in quotes`;

/** A glob that begins with `*` is an alias to YAML: that is what most often goes wrong. */
export function danglingAliases(yaml: Document): { readonly offset: number; readonly name: string }[] {
  const found: { readonly offset: number; readonly name: string }[] = [];
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml) === undefined)
        found.push({ offset: alias.range?.[0] ?? 0, name: alias.source });
    },
  });
  return found;
}

/** The document as plain values; a section left empty (`rules:` with all its lines commented out) counts as missing. */
export function plainValues(yaml: Document, failure: (message: string) => Error): unknown {
  let value: unknown;
  try {
    value = yaml.toJS() ?? {};
  } catch (error) {
    throw failure(error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

/** Where something stands, or the innermost thing around it that does. */
export function offsetOf(yaml: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? yaml.contents : yaml.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node = pair === undefined ? yaml.getIn(path.slice(0, length), true) : pair.key;
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
