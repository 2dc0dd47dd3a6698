/**
 * The masking of one session: which columns, which detectors, with what keys. A session without mask rules has none, and
 * then nothing changes and nothing costs. It is replaced as a whole when the catalog or the policy changes; results under
 * way keep the one they began with.
 */
import type { Assurance, MaskRule, MaskStyle } from '../../../shared/policy/mask-rule.ts';
import type { Catalog, Relation } from '../catalog/catalog.ts';
import type { MaskedColumn } from '../catalog/masked-columns.ts';
import type { TypeLookup } from '../../masking/type-shape.ts';
import type { ColumnRef, Sources } from '../lineage/lineage.ts';
import { type Detecting, detectingOf } from './cell.ts';

/** Why and how a value is masked. */
export interface Mask {
  /** Of the column it comes from: `schema.table.column`, or `unknown`. */
  readonly name: string;
  readonly rule: string;
  readonly style: MaskStyle;
  /** Who protects it; the gateway where nothing is said. */
  readonly level?: Assurance;
}

/** What a value of unknown provenance gets. */
export const UNKNOWN: Mask = {
  name: 'unknown',
  rule: 'unknown provenance',
  style: 'redact',
  level: 'gateway',
};

export interface LaneOptions {
  readonly masks: readonly MaskRule[];
  /** Null: nothing can be looked up, so every value is of unknown provenance. */
  readonly catalog: Catalog | null;
  /** Every column that a rule of `masks` names, with those that come from one (children, partitions, materialized views). */
  readonly columns: readonly MaskedColumn[];
  /** Where a relation's column comes from (gateway/postgres/lineage). */
  readonly sourcesOf: (relation: number, column: number, catalog: Catalog) => Sources;
  /** Whether a column of PostgreSQL's own catalogs holds values of tables, or secrets. */
  readonly isSecret: (relation: Relation, column: string) => boolean;
  /** Keys of the hash style: the session's for what the agent gets, the archive's for what is recorded; 32 bytes each. */
  readonly wireKey: Buffer;
  readonly recordKey: Buffer;
  /** False where the policy only observes: the agent gets everything as it is, the record is masked. */
  readonly enforced: boolean;
}

/**
 * FirstNormalObjectId: what PostgreSQL itself has is below (access/transam.h). Its views show its catalogs and nothing of tables, but for
 * what is secret in them.
 */
const FIRST_OWN = 16_384;

export class Lane {
  readonly enforced: boolean;
  readonly catalog: Catalog | null;
  readonly wireKey: Buffer;
  readonly recordKey: Buffer;
  /** Some rule masks columns: then a value that nobody knows the provenance of is masked too. */
  readonly masksColumns: boolean;
  /** Rules that look at what values look like. */
  readonly detecting: readonly Detecting[];
  /** What types of the database's own are made of. */
  readonly types: TypeLookup;
  readonly #options: LaneOptions;
  readonly #columns = new Map<number, Map<number, Mask>>();
  /** What was found of columns, by relation and column. */
  readonly #found = new Map<number, Map<number, Mask | 'unknown' | null>>();

  constructor(options: LaneOptions) {
    const { masks, columns } = options;
    this.enforced = options.enforced;
    this.catalog = options.catalog;
    this.wireKey = options.wireKey;
    this.recordKey = options.recordKey;
    this.masksColumns = masks.some((rule) => rule.columns.length > 0);
    this.detecting = detectingOf(masks);
    this.types = (oid) => this.catalog?.typeOf(oid) ?? null;
    this.#options = options;
    for (const column of columns) this.#mark(column.relation, column.column, column);
    for (const column of columns) this.#markParents(column);
  }

  /**
   * What masks the value of a relation's column in a result, null: nothing does. Views count only if what they rest on was
   * `verified` right before.
   */
  column(relation: number, column: number, verified: boolean): Mask | 'unknown' | null {
    const known = this.catalog?.relationByOid(relation) ?? null;
    if (known === null) return 'unknown';
    if (known.kind === 'v' && !verified && known.oid >= FIRST_OWN) return 'unknown';
    if (known.ruled) return 'unknown'; // what rules return is described as if it were the relation's own columns
    return this.#of(known, column);
  }

  /** A relation whose rows are its own: what the server says of their columns is all that has to be known. */
  isTable(relation: number): boolean {
    const known = this.catalog?.relationByOid(relation) ?? null;
    return known !== null && known.kind !== 'v' && !known.ruled;
  }

  /** Whether a column of the relation of this name (`schema.name`) is masked, or nobody knows the name. */
  masksNamed(name: string): boolean {
    const dot = name.indexOf('.');
    const found = this.catalog?.relation(dot < 0 ? null : name.slice(0, dot), name.slice(dot + 1)) ?? null;
    return found === null || this.masksIn(found.oid);
  }

  /** Whether a column of the relation is masked. */
  masksIn(relation: number): boolean {
    return !this.isTable(relation) || this.#columns.has(relation);
  }

  /** What masks a value that depends on these columns: the mask of the first that has one. */
  sources(sources: Sources): Mask | 'unknown' | null {
    if (sources === 'unknown') return 'unknown';
    for (const { relation, column } of sources) {
      const known = this.catalog?.relationByOid(relation) ?? null;
      const mask = known === null ? 'unknown' : this.#of(known, column);
      if (mask !== null) return mask;
    }
    return null;
  }

  #of(relation: Relation, column: number): Mask | 'unknown' | null {
    let found = this.#found.get(relation.oid);
    if (found === undefined) this.#found.set(relation.oid, (found = new Map()));
    let mask = found.get(column);
    if (mask === undefined) found.set(column, (mask = this.#find(relation, column)));
    return mask;
  }

  #find(relation: Relation, column: number): Mask | 'unknown' | null {
    if (column < 0) return null; // ctid, xmin, tableoid …
    if (column === 0) return this.#findAny(relation);
    const own = this.#columns.get(relation.oid)?.get(column);
    if (own !== undefined) return own;
    const described = relation.columns.find(({ number }) => number === column);
    if (described === undefined || this.catalog === null) return 'unknown';
    if (this.#options.isSecret(relation, described.name)) return secret(relation, described.name);
    if (relation.oid < FIRST_OWN) return null;
    const sources = this.#options.sourcesOf(relation.oid, column, this.catalog);
    if (sources === 'unknown') return 'unknown';
    return this.sources(sources.filter((from) => !isSame(from, relation.oid, column)));
  }

  /** Of a whole row: the first of its columns that is masked. */
  #findAny(relation: Relation): Mask | 'unknown' | null {
    for (const { number } of relation.columns) {
      const mask = this.#of(relation, number);
      if (mask !== null) return mask;
    }
    return null;
  }

  #mark(relation: number, column: number, mask: Mask): boolean {
    let columns = this.#columns.get(relation);
    if (columns === undefined) this.#columns.set(relation, (columns = new Map()));
    if (columns.has(column)) return false;
    columns.set(column, mask);
    return true;
  }

  /** Who reads a parent reads its children and partitions: the column of that name is masked there too. */
  #markParents({ relation: oid, column, ...mask }: MaskedColumn): void {
    const relation = this.catalog?.relationByOid(oid);
    const name = relation?.columns.find(({ number }) => number === column)?.name;
    if (relation === null || relation === undefined || name === undefined) return;
    for (const above of relation.parents) {
      const number = this.catalog?.relationByOid(above)?.columns.find((other) => other.name === name)?.number;
      if (number === undefined || !this.#mark(above, number, mask)) continue;
      this.#markParents({ ...mask, relation: above, column: number });
    }
  }
}

function isSame(ref: ColumnRef, relation: number, column: number): boolean {
  return ref.relation === relation && ref.column === column;
}

function secret(relation: Relation, column: string): Mask {
  return {
    name: `${relation.schema}.${relation.name}.${column}`,
    rule: 'secret catalog',
    style: 'redact',
    level: 'gateway',
  };
}
