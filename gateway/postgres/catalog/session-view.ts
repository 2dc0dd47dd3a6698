/** The catalog as one session sees it: what the database has, PostgreSQL's own, and the session's temporary relations. */
import type { Catalog, CatalogFunction, CatalogType, Relation } from './catalog.ts';
import { LoadedFunction } from './loaded-function.ts';
import { LoadedRelation } from './loaded-relation.ts';
import type { Structure } from './structure.ts';
import { Within } from './within.ts';

/** What a session sees, the first that knows a thing says what it is. */
export interface Layers {
  readonly temporary: Structure;
  readonly own: Structure;
  readonly system: Structure;
}

export class SessionView implements Catalog {
  readonly generation: number;
  readonly searchPath: readonly string[];
  readonly #layers: readonly Structure[];
  readonly #own: Structure;
  /** The schema of the session's temporary relations; null while it has none. */
  readonly #temporarySchema: string | null;

  constructor(generation: number, searchPath: readonly string[], { temporary, own, system }: Layers) {
    this.generation = generation;
    this.searchPath = searchPath;
    this.#layers = [temporary, own, system];
    this.#own = own;
    const [first] = temporary.relations.values();
    this.#temporarySchema =
      first?.schema ?? searchPath.find((schema) => /^pg_temp_\d+$/.test(schema)) ?? null;
  }

  relation(schema: string | null, name: string): LoadedRelation | null {
    for (const each of schema === null ? this.searchPath : [this.#schema(schema)]) {
      for (const layer of this.#layers) {
        const found = layer.relation(each, name);
        if (found !== null) return found;
      }
    }
    return null;
  }

  relationByOid(oid: number): LoadedRelation | null {
    for (const layer of this.#layers) {
      const found = layer.relations.get(oid);
      if (found !== undefined) return found;
    }
    return null;
  }

  *relations(): Generator<LoadedRelation> {
    for (const layer of this.#layers) yield* layer.relations.values();
  }

  within(made: Relation | CatalogFunction): Catalog {
    const known = made instanceof LoadedRelation || made instanceof LoadedFunction;
    if (!known || made.madeOf === null) return this;
    return new Within(this, made.madeOf, made.definedAs?.path ?? []);
  }

  functions(schema: string | null, name: string): readonly LoadedFunction[] {
    const named = this.#own.functions(name);
    if (schema === null || named.length === 0) return named;
    const meant = this.#schema(schema);
    return named.filter((each) => each.schema === meant);
  }

  hasOwnOperator(name: string): boolean {
    return this.#own.operators(name).size > 0;
  }

  /** OID → version of the operators of the database's own by that name. */
  operators(name: string): ReadonlyMap<number, string> {
    return this.#own.operators(name);
  }

  typeOf(oid: number): CatalogType | null {
    for (const layer of this.#layers) {
      const found = layer.typeOf(oid);
      if (found !== null) return found;
    }
    return null;
  }

  /** `pg_temp` is another name of the session's own temporary schema. */
  #schema(name: string): string {
    return name === 'pg_temp' ? (this.#temporarySchema ?? name) : name;
  }
}
