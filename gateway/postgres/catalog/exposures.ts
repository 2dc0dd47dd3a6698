/** By what ways the agent's role can read a masked column in the database itself. */
import type { Backend } from './backend.ts';
import type { Catalog, Relation } from './catalog.ts';
import { arrayOf, askRows } from './catalog-error.ts';
import { EXPOSURES } from './exposure-question.ts';
import type { MaskedColumn, SourcesOf } from './masked-columns.ts';

/** One way; `role` is who can go it. */
export type Exposure =
  /** Nothing that is granted or revoked keeps this role from it. */
  | { readonly kind: Power; readonly role: string }
  | { readonly kind: 'owner' | 'trigger' | 'rule'; readonly role: string; readonly relation: Relation }
  /** Of the masked column itself, or of a view's that shows it, or may. */
  | { readonly kind: 'select'; readonly role: string; readonly relation: Relation; readonly column: number }
  | {
      readonly kind: 'view';
      readonly role: string;
      readonly relation: Relation;
      readonly column: number;
      readonly known: boolean;
    }
  /** `signature` is `schema.name(types)`, as SQL. */
  | { readonly kind: 'function'; readonly role: string; readonly signature: string };

const POWERS = ['superuser', 'server', 'replication', 'createrole'] as const;
type Power = (typeof POWERS)[number];

/** The ways to each of these columns, in their order. Throws CatalogError. */
export async function exposuresOf(
  masked: readonly MaskedColumn[],
  catalog: Catalog,
  sourcesOf: SourcesOf,
  backend: Backend,
): Promise<readonly (readonly Exposure[])[]> {
  if (masked.length === 0) return [];
  const shown = showings(masked, catalog, sourcesOf);
  const asked = [
    ...new Map(
      [...masked, ...[...shown.values()].flat()].map((each) => [`${each.relation} ${each.column}`, each]),
    ).values(),
  ];
  const ruled = [...catalog.relations()].filter((each) => each.ruled);
  const rows = await askRows(backend, EXPOSURES, [
    arrayOf(asked.map(({ relation }) => relation)),
    arrayOf(asked.map(({ column }) => column)),
    arrayOf(ruled.map(({ oid }) => oid)),
  ]);
  const found = new Found(rows);
  return masked.map((column) => [
    ...found.powers,
    ...direct(column, found, catalog),
    ...(shown.get(column.relation) ?? [])
      .filter(({ relation, column: number }) => relation !== column.relation || number !== column.column)
      .flatMap((showing) => through(showing, found, catalog)),
    ...found.functions(column),
    ...ruled
      .filter((relation) => usesOf(relation, catalog).has(column.relation))
      .flatMap((relation) =>
        found.role('rule', relation.oid, 0).map((role) => ({ kind: 'rule' as const, role, relation })),
      ),
  ]);
}

/** A column of a view that comes from a masked relation; not `known`: it may. */
interface Showing {
  readonly relation: number;
  readonly column: number;
  readonly known: boolean;
}

/** Relation with masked columns → columns of views and materialized views that show one, or of which nobody can say that they do not. */
function showings(
  masked: readonly MaskedColumn[],
  catalog: Catalog,
  sourcesOf: SourcesOf,
): ReadonlyMap<number, readonly Showing[]> {
  const isMasked = new Set(masked.map(({ relation, column }) => `${relation} ${column}`));
  const shown = new Map<number, Showing[]>(masked.map(({ relation }) => [relation, []]));
  for (const view of catalog.relations()) {
    if (view.uses.length === 0 || (view.kind !== 'v' && view.kind !== 'm')) continue;
    const below = [...usesOf(view, catalog)].filter((oid) => shown.has(oid));
    if (below.length === 0) continue;
    for (const { number } of view.columns) {
      const known = isMasked.has(`${view.oid} ${number}`);
      if (!known && sourcesOf(view.oid, number, catalog) !== 'unknown') continue;
      for (const oid of below) shown.get(oid)?.push({ relation: view.oid, column: number, known });
    }
  }
  return shown;
}

/** All that a relation's rules use, those of views below it included. */
function usesOf(relation: Relation, catalog: Catalog): ReadonlySet<number> {
  const found = new Set<number>();
  const add = ({ uses }: Relation): void => {
    for (const oid of uses) {
      if (found.has(oid)) continue;
      found.add(oid);
      const used = catalog.relationByOid(oid);
      if (used !== null) add(used);
    }
  };
  add(relation);
  return found;
}

function direct({ relation: oid, column }: MaskedColumn, found: Found, catalog: Catalog): Exposure[] {
  const relation = catalog.relationByOid(oid);
  if (relation === null) return [];
  // A view that reads with the agent's own rights shows what the agent may read below it, which is asked of what is below.
  const isOwn = relation.kind === 'v' && found.more('select', oid, column) === 'own';
  return [
    ...(relation.kind === 'v' ? [] : found.role('owner', oid, 0)).map((role) => ({
      kind: 'owner' as const,
      role,
      relation,
    })),
    ...(isOwn ? [] : found.role('select', oid, column)).map((role) => ({
      kind: 'select' as const,
      role,
      relation,
      column,
    })),
    ...found.role('trigger', oid, 0).map((role) => ({ kind: 'trigger' as const, role, relation })),
  ];
}

function through({ relation: oid, column, known }: Showing, found: Found, catalog: Catalog): Exposure[] {
  const relation = catalog.relationByOid(oid);
  if (relation === null || (relation.kind === 'v' && found.more('select', oid, column) === 'own')) return [];
  return found
    .role('select', oid, column)
    .map((role) => ({ kind: 'view' as const, role, relation, column, known }));
}

/** The answer, by what it is about. */
class Found {
  readonly powers: readonly Exposure[];
  readonly #rows = new Map<string, (readonly (string | null)[])[]>();

  constructor(rows: readonly (readonly (string | null)[])[]) {
    for (const row of rows) {
      const key = row.slice(0, 3).join(' ');
      this.#rows.set(key, [...(this.#rows.get(key) ?? []), row]);
    }
    this.powers = rows.flatMap(([kind, , , role, power]) => {
      const known = POWERS.find((each) => each === power);
      return kind === 'power' && known !== undefined ? [{ kind: known, role: role ?? '' }] : [];
    });
  }

  role(kind: string, oid: number, column: number): string[] {
    return this.#of(kind, oid, column).map(([, , , role]) => role ?? '');
  }

  more(kind: string, oid: number, column: number): string | null {
    return this.#of(kind, oid, column)[0]?.[4] ?? null;
  }

  functions({ relation, column }: MaskedColumn): Exposure[] {
    return this.#of('function', relation, column).map(([, , , role, signature]) => ({
      kind: 'function',
      role: role ?? '',
      signature: signature ?? '',
    }));
  }

  #of(kind: string, oid: number, column: number): readonly (readonly (string | null)[])[] {
    return this.#rows.get(`${kind} ${oid} ${column}`) ?? [];
  }
}
