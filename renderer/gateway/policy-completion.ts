/** What can be written at a place of a policy: keys and values of its JSON Schema, found by indentation. */

/** A value of one word. */
type Plain = string | number | boolean | null;

/** As much of JSON Schema as the policy’s uses. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly Plain[];
  readonly const?: Plain;
  readonly type?: string;
  readonly description?: string;
}

export interface Offer {
  readonly text: string;
  readonly detail: string;
  readonly kind: 'key' | 'value';
}

export interface Offers {
  /** Where what is completed begins. */
  readonly from: number;
  readonly offers: readonly Offer[];
}

/** Null where nothing can be offered: in a comment, in a quoted text. */
export function completionAt(schema: Schema, text: string, offset: number): Offers | null {
  const lines = text.slice(0, offset).split('\n');
  const line = lines.at(-1) ?? '';
  if (/(^|\s)#/.test(line) || /["'][^"']*$/.test(line)) return null;
  const word = /[A-Za-z_-]*$/.exec(line)?.[0] ?? '';
  const from = offset - word.length;
  const before = line.slice(0, line.length - word.length);
  const path = pathTo(lines.slice(0, -1), indentOf(before));
  const value = /^\s*(?:- )*([A-Za-z_-]+):\s+(?:\[.*)?$/.exec(before);
  if (value?.[1] !== undefined) {
    const inside = [...pathWithin(lines.slice(0, -1), before), value[1]];
    return { from, offers: valuesOf(nodesAt([schema], inside)) };
  }
  if (!/^\s*(?:- )*$/.test(before)) return null;
  const nodes = nodesAt([schema], before.endsWith('- ') ? pathWithin(lines.slice(0, -1), before) : path);
  const keys = keysOf(nodes).filter(({ text: key }) => !isThere(text, offset, key, indentOf(before)));
  return { from, offers: [...keys, ...(keys.length === 0 ? valuesOf(nodes) : [])] };
}

/** The keys around a line, the outermost first; `[]` for an item of a list. */
function pathTo(above: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (const line of above.toReversed()) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    const own = indentOf(line);
    const bare = line.length - line.trimStart().length;
    if (bare >= limit) continue;
    const key = /^\s*(?:- )*([A-Za-z_-]+):\s*$/.exec(line)?.[1];
    const item = line.trimStart().startsWith('- ');
    if (item && own <= limit) {
      path.unshift('[]');
      limit = bare;
      // The first key of an item may itself be what the place is in.
      if (key !== undefined && own < indent && path.length === 1) path.push(key);
      continue;
    }
    if (key !== undefined) {
      path.unshift(key);
      limit = bare;
    }
    if (limit === 0) break;
  }
  return path;
}

/** The path of a line’s own mapping, an item that begins on it included. */
function pathWithin(above: readonly string[], before: string): string[] {
  const bare = before.length - before.trimStart().length;
  const dash = before.trimStart().startsWith('- ');
  return dash
    ? [...pathTo(above, bare + 1).filter((_, n, all) => n < all.length || all[n] !== '[]'), '[]']
    : pathTo(above, indentOf(before));
}

/** Where a line’s words begin, behind the dashes of lists. */
function indentOf(line: string): number {
  return /^[\s]*(?:- )*/.exec(line)?.[0].length ?? 0;
}

function nodesAt(schemas: readonly Schema[], path: readonly string[]): Schema[] {
  return path
    .reduce<readonly Schema[]>(
      (nodes, key) => nodes.flatMap(branchesOf).flatMap((node) => stepInto(node, key)),
      schemas,
    )
    .flatMap(branchesOf);
}

function stepInto(node: Schema, key: string): Schema[] {
  if (key === '[]') return node.items === undefined ? [] : [node.items].flat();
  const known = node.properties?.[key];
  if (known !== undefined) return [known];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** A schema that is one of several counts as each of them. */
function branchesOf(node: Schema): Schema[] {
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return branches.length === 0 ? [node] : [node, ...branches.flatMap(branchesOf)];
}

function keysOf(nodes: readonly Schema[]): Offer[] {
  const found = nodes.flatMap(({ properties = {} }) => Object.entries(properties));
  return distinct(found.map(([text, { description = '' }]) => ({ text, detail: description, kind: 'key' })));
}

function valuesOf(nodes: readonly Schema[]): Offer[] {
  const items = nodes.flatMap((node) => stepInto(node, '[]').flatMap(branchesOf));
  const values = [...nodes, ...items].flatMap((node) => {
    const one: Plain[] = node.const === undefined ? [] : [node.const];
    return one.concat(node.enum ?? [], node.type === 'boolean' ? [true, false] : []);
  });
  return distinct(values.map((value) => ({ text: String(value), detail: '', kind: 'value' })));
}

function distinct(offers: readonly Offer[]): Offer[] {
  return [...new Map(offers.toReversed().map((offer) => [offer.text, offer])).values()].toReversed();
}

/** Whether the same mapping has the key already: among its lines above and below. */
function isThere(text: string, offset: number, key: string, indent: number): boolean {
  const lines = text.split('\n');
  const at = text.slice(0, offset).split('\n').length - 1;
  const belongs = (line: string): 'yes' | 'no' | 'end' => {
    if (line.trim() === '') return 'no';
    const own = indentOf(line);
    if (own < indent) return 'end';
    return own === indent &&
      line
        .trimStart()
        .replace(/^(?:- )*/, '')
        .startsWith(`${key}:`)
      ? 'yes'
      : 'no';
  };
  for (let n = at; n >= 0; n--) {
    const line = lines[n] ?? '';
    const found = n === at ? (line.trimStart().startsWith(`${key}:`) ? 'yes' : 'no') : belongs(line);
    if (found === 'yes') return true;
    if (found === 'end' || line.trimStart().startsWith('- ')) break;
  }
  for (const line of lines.slice(at + 1)) {
    const found = line.trimStart().startsWith('- ') ? 'end' : belongs(line);
    if (found === 'yes') return true;
    if (found === 'end') break;
  }
  return false;
}
