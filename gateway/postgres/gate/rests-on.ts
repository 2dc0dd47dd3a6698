/** What the lineage of a whole text rests on. */
import type { Catalog, Relation } from '../catalog/catalog.ts';
import type { RestsOn } from '../lineage/lineage.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { Lane } from '../masked/lane.ts';

const NOTHING: RestsOn = { relations: [], names: [], functions: [], operators: [] };

export function restsOnAll({ lineage }: ResolvedText): RestsOn {
  const known = lineage.filter((each) => each !== null).map(({ restsOn }) => restsOn);
  const [only] = known;
  if (known.length <= 1) return only ?? NOTHING;
  return {
    relations: [...new Set(known.flatMap(({ relations }) => relations))],
    names: known.flatMap(({ names }) => names),
    functions: [...new Set(known.flatMap(({ functions }) => functions))],
    operators: [...new Set(known.flatMap(({ operators }) => operators))],
  };
}

/** All that a text is about, what has no lineage (DROP, TRUNCATE) included: what is approved with it. */
export function involves(resolved: ResolvedText, catalog: Catalog): RestsOn {
  const { relations, names, functions, operators } = restsOnAll(resolved);
  const tables = resolved.facts.statements.flatMap((statement) => statement.tables);
  const named = tables.map(({ name }) => ({ name, relation: relationOf(name, catalog)?.oid ?? 0 }));
  const called = resolved.facts.statements.flatMap((statement) => statement.functions);
  const oids = named.map(({ relation }) => relation).filter((oid) => oid !== 0);
  return {
    relations: [...new Set([...relations, ...oids])],
    names: [...names, ...named],
    functions: [
      ...new Set([...functions, ...called.map(({ name }) => name.slice(name.lastIndexOf('.') + 1))]),
    ],
    operators,
  };
}

function relationOf(name: string, catalog: Catalog): Relation | null {
  const dot = name.indexOf('.');
  return dot < 0 ? catalog.relation(null, name) : catalog.relation(name.slice(0, dot), name.slice(dot + 1));
}

/**
 * Whether nothing has to be verified: no column is masked, so that provenance does not matter, or there is no lineage to
 * be relied on, so that whatever depends on it is masked anyway.
 */
export function restsOnNothing(resolved: ResolvedText, lane: Lane): boolean {
  if (!lane.masksColumns) return true;
  const { relations, names, functions, operators } = restsOnAll(resolved);
  return relations.length + names.length + functions.length + operators.length === 0;
}
