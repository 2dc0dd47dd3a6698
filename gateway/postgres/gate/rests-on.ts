/** What the lineage of a whole text rests on. */
import type { Catalog, Relation } from '../catalog/catalog.ts';
import type { Lineage, RestsOn } from '../lineage/lineage.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { Lane } from '../masked/lane.ts';
import { doesWithout } from '../masked/reliance.ts';

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
 * Whether something has to be verified right before the text is sent: that of which its results were told by lineage before, or
 * that by which it could take masked values elsewhere. Without lineage there is nothing to be relied on: what depends on it is masked.
 */
export function mustVerify(resolved: ResolvedText, lane: Lane): boolean {
  if (!lane.masksColumns) return false;
  return resolved.lineage.some(
    (lineage) => lineage !== null && !restsOnNothing(lineage) && relies(lineage, lane),
  );
}

function relies(lineage: Lineage, lane: Lane): boolean {
  const results = (lineage.outputs !== null || lineage.copy !== null) && !doesWithout(lineage);
  return results || mayHide(lineage, lane);
}

/**
 * Whether masked values could be among those that a statement writes somewhere, if what it rests on is no longer what it was. A table
 * without masked columns has none, whatever became of other things.
 */
export function mayHide({ flows, restsOn }: Lineage, lane: Lane): boolean {
  if (flows.some(({ from }) => from === 'unknown')) return true;
  if (flows.every(({ from }) => from.length === 0)) return false;
  const own = (name: string) => lane.catalog?.functions(null, name).length !== 0;
  return restsOn.relations.some((oid) => lane.masksIn(oid)) || restsOn.functions.some(own);
}

function restsOnNothing({ restsOn: { relations, names, functions, operators } }: Lineage): boolean {
  return relations.length + names.length + functions.length + operators.length === 0;
}
