/** The catalog as the query of a view, or a function's body, sees it. */
import type { Catalog, CatalogFunction, CatalogType, Relation } from './catalog.ts';
import type { Ingredients } from './loaded-relation.ts';
import type { SessionView } from './session-view.ts';
import { FIRST_OWN_OID } from './structure-questions.ts';

/**
 * PostgreSQL keeps queries with their names looked up, and remembers of what they are made (pg_depend); as SQL they are printed with as
 * few schemas as the search path of whoever asks allows. So a name in one means the one among its ingredients that has it; where there
 * are more, the first by the path under which it was printed. PostgreSQL's own relations are no ingredients to speak of.
 */
export class Within implements Catalog {
  readonly searchPath: readonly string[];
  readonly #base: SessionView;
  readonly #madeOf: Ingredients;

  constructor(base: SessionView, madeOf: Ingredients, searchPath: readonly string[]) {
    this.#base = base;
    this.#madeOf = madeOf;
    this.searchPath = searchPath;
  }

  get generation(): number {
    return this.#base.generation;
  }

  relation(schema: string | null, name: string): Relation | null {
    const found: Relation[] = [];
    for (const oid of this.#madeOf.relations) {
      const relation = this.#base.relationByOid(oid);
      if (relation?.name === name && (schema === null || relation.schema === schema)) found.push(relation);
    }
    const system = this.#base.relation(schema ?? 'pg_catalog', name);
    if (system !== null && system.oid < FIRST_OWN_OID && !found.includes(system)) found.push(system);
    return found.length > 1 ? this.#first(found) : (found[0] ?? null);
  }

  relationByOid(oid: number): Relation | null {
    return this.#base.relationByOid(oid);
  }

  relations(): Iterable<Relation> {
    return this.#base.relations();
  }

  within(made: Relation | CatalogFunction): Catalog {
    return this.#base.within(made);
  }

  functions(schema: string | null, name: string): readonly CatalogFunction[] {
    return this.#base.functions(schema, name).filter(({ oid }) => this.#madeOf.functions.includes(oid));
  }

  /** Of casts only their functions are remembered: any of the database's own may be among them. */
  hasOwnOperator(name: string): boolean {
    if (name === '::') return this.#base.hasOwnOperator(name);
    return this.#madeOf.operators.some((oid) => this.#base.operators(name).has(oid));
  }

  typeOf(oid: number): CatalogType | null {
    return this.#base.typeOf(oid);
  }

  #first(found: readonly Relation[]): Relation | null {
    for (const schema of this.searchPath) {
      const first = found.find((each) => each.schema === schema);
      if (first !== undefined) return first;
    }
    return null;
  }
}
