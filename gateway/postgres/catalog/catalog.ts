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

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly columns: readonly CatalogColumn[];
  /** Of a view or materialized view: its query as SQL, names qualified where {@link Catalog.searchPath} does not find them. */
  readonly definition: string | null;
  /** OIDs of what it inherits from or is a partition of. */
  readonly parents: readonly number[];
}

/** A function of the database's own, not of PostgreSQL. */
export interface CatalogFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly language: string;
  /** Its source as SQL when its language is sql, else null. */
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
  /** Functions of the database's own by that name, in any schema if `schema` is null. */
  functions(schema: string | null, name: string): readonly CatalogFunction[];
  /** Whether the database has an operator or a cast of its own that could stand in for one of PostgreSQL. */
  hasOwnOperator(name: string): boolean;
  /** OID of a composite type or domain → what it is made of; null: a type of PostgreSQL, or unknown. */
  typeOf(oid: number): CatalogType | null;
}

export type CatalogType =
  | { readonly kind: 'domain'; readonly base: number }
  | { readonly kind: 'composite'; readonly relation: number; readonly fields: readonly number[] }
  | { readonly kind: 'array'; readonly element: number }
  | { readonly kind: 'enum' | 'range' | 'other' };
