/** A database's catalog, as far as policy and masking ask: what names mean, and what views and functions are made of. */

/** `r` table, `p` partitioned table, `v` view, `m` materialized view, `f` foreign table, `S` sequence, `c` type, `t` TOAST (pg_class.relkind). */
export type RelationKind = 'r' | 'p' | 'v' | 'm' | 'f' | 'S' | 'c' | 't';

export interface CatalogColumn {
  /** pg_attribute.attnum, from 1. Dropped columns are left out. */
  readonly number: number;
  readonly name: string;
  /** OID of its type. */
  readonly type: number;
  /** Columns of the same relation that it is generated from; empty for most. */
  readonly generatedFrom: readonly number[];
}

/**
 * What a database has, TOAST tables and indexes aside. Those of PostgreSQL itself (OID below 16384) are all like tables: what its views
 * are made of is not told, but which of their columns hold what others may not see is known (secret-columns.ts).
 */
export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly columns: readonly CatalogColumn[];
  /**
   * Of a view or materialized view: its query as SQL; what its names mean, {@link Catalog.within} says. Null when it could not be had
   * (a table that it reads is locked exclusively, say): then nobody knows what its columns show.
   */
  readonly definition: string | null;
  /** OIDs of what it inherits from or is a partition of. */
  readonly parents: readonly number[];
  /** Relations that its rules read or write, those of PostgreSQL itself aside; empty where it has no rules. A view's query is one of its rules. */
  readonly uses: readonly number[];
  /**
   * A table that brings no code of the database's own into what reads or changes it: no triggers, policies or domains, nothing but
   * computing in defaults and constraints, no foreign keys that change others' rows when it is updated. Absent: nobody knows.
   */
  readonly quiet?: boolean;
  /** Of a quiet one: who deletes from it changes others' rows. */
  readonly cascades?: boolean;
  /** It has rules beside a view's query: what INSERT, UPDATE or DELETE of it do and return, nobody can tell from its columns. */
  readonly ruled: boolean;
}

/** A function of the database's own, not of PostgreSQL. */
export interface CatalogFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly language: string;
  /**
   * Its source as SQL when its language is sql, else null; null too where it sets its own search_path, or could not be had. What the
   * names in it mean, {@link Catalog.within} says.
   */
  readonly body: string | null;
  readonly arguments: number;
  /** It returns rows of this composite type's relation (0: it does not). */
  readonly returnsRelation: number;
}

/** Looked up in memory, as of when it was loaded; see `verify` in catalog-session.ts for whether it still holds. */
export interface Catalog {
  /** Counts up whenever something else was loaded: caches of what was resolved are keyed by it. */
  readonly generation: number;
  /** The schemas that names without one are looked up in, in order, pg_catalog and pg_temp_N included (current_schemas(true)). */
  readonly searchPath: readonly string[];
  /** Null schema: by the search path. Null: there is none. */
  relation(schema: string | null, name: string): Relation | null;
  relationByOid(oid: number): Relation | null;
  /** All of them, PostgreSQL's own included. */
  relations(): Iterable<Relation>;
  /**
   * The catalog as the query of a view, or the body of a function, sees it: names in it mean what they meant when it was made, whatever
   * the session's search path is now. A function's body that is kept as text sees what its caller sees.
   */
  within(made: Relation | CatalogFunction): Catalog;
  /** Functions of the database's own by that name, in any schema if `schema` is null. */
  functions(schema: string | null, name: string): readonly CatalogFunction[];
  /** Whether the database has an operator of its own by that name, in any schema; `::` asks whether it has a cast of its own. */
  hasOwnOperator(name: string): boolean;
  /** OID of a composite type or domain → what it is made of; null: a type of PostgreSQL, or unknown. */
  typeOf(oid: number): CatalogType | null;
}

export type CatalogType =
  | { readonly kind: 'domain'; readonly base: number }
  | { readonly kind: 'composite'; readonly relation: number; readonly fields: readonly number[] }
  | { readonly kind: 'array'; readonly element: number }
  | { readonly kind: 'enum' | 'range' | 'other' };
