/** Facts and lineage of a text: looked up in a catalog, and remembered. */
import type { SqlFacts } from '../../../shared/policy/facts.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ParsedText } from './parse-text.ts';
import type { ReadText } from './read-text.ts';
import type { Prepared, ResolvedText } from './resolved-text.ts';
import { resolveStatement, type ResolvedStatement } from './resolve-statement.ts';

/** What was resolved of one text; of as many catalogs as it was asked in lately. */
interface Remembered {
  readonly generation: number;
  readonly path: string;
  readonly asked: readonly Asked[];
  readonly resolved: ResolvedText;
}

/** A name that was asked for, and what it was then. */
interface Asked {
  readonly name: string;
  readonly kind: 'statement' | 'cursor';
  readonly found: ResolvedText | null;
}

/** Connections and search paths that share a text. */
const MAX_REMEMBERED = 8;

const memory = new WeakMap<ParsedText, Remembered[]>();

/**
 * What a text does. Without a catalog nothing is resolved: names are as written, every column counts, and there is no lineage. The same
 * object is given for the same text (or one of the same shape), catalog and search path.
 */
export function factsOf(read: ReadText, catalog: Catalog | null, prepared: Prepared): ResolvedText {
  const generation = catalog?.generation ?? -1;
  const path = catalog?.searchPath.join('\0') ?? '';
  const known = memory.get(read.parsed);
  const same = known?.find(
    (one) => one.generation === generation && one.path === path && one.asked.every(stillHolds(prepared)),
  );
  if (same !== undefined) return same.resolved;
  const asked: Asked[] = [];
  const ask: Prepared = (name, kind) => {
    const found = prepared(name, kind);
    asked.push({ name, kind, found });
    return found;
  };
  const resolved = resolve(read, catalog, ask);
  const others = (known ?? []).slice(0, MAX_REMEMBERED - 1);
  memory.set(read.parsed, [{ generation, path, asked, resolved }, ...others]);
  return resolved;
}

function stillHolds(prepared: Prepared): (asked: Asked) => boolean {
  return ({ name, kind, found }) => prepared(name, kind) === found;
}

function resolve(read: ReadText, catalog: Catalog | null, prepared: Prepared): ResolvedText {
  const { statements, unparsed } = read.parsed;
  if (unparsed !== null) return { facts: { statements: [], unparsed, resolved: false }, lineage: [] };
  const each = statements.map(({ node }) => resolveStatement(node, read.parsed, catalog, prepared));
  return {
    facts: {
      statements: each.map(({ facts }): SqlFacts => facts),
      unparsed: null,
      resolved: each.every(({ resolved }: ResolvedStatement) => resolved),
    },
    lineage: each.map(({ lineage }) => lineage),
  };
}
