/** Which columns of a database the mask rules of a session mean. */
import type { MaskRule, MaskStyle } from '../../../shared/policy/mask-rule.ts';
import { parseNameGlob } from '../../../shared/policy/name-glob.ts';
import type { Sources } from '../lineage/lineage.ts';
import type { Catalog, Relation } from './catalog.ts';
import { FIRST_OWN_OID } from './structure-questions.ts';

/** A column that a rule masks. */
export interface MaskedColumn {
  /** OID of its relation. */
  readonly relation: number;
  /** pg_attribute.attnum. */
  readonly column: number;
  /** `schema.table.column`. */
  readonly name: string;
  readonly rule: string;
  readonly style: MaskStyle;
}

/** Where a relation's column comes from: see `gateway/postgres/lineage`. */
export type SourcesOf = (relation: number, column: number, catalog: Catalog) => Sources;

/** `schema.table.column`: what a glob may say. */
const NAME_PARTS = 3;

/**
 * Every column that is masked, by the first rule that names it. With a column go those that show its values under another name: of
 * children and partitions, and of what it is inherited from; generated columns; columns of views and materialized views that come from
 * it. A rule that names a view's column means what that shows, too. PostgreSQL's own relations are named by no rule: secret-columns.ts.
 */
export function maskedColumns(
  catalog: Catalog,
  masks: readonly MaskRule[],
  sourcesOf: SourcesOf,
): readonly MaskedColumn[] {
  const marks = new Marks();
  const relations = ownRelations(catalog);
  for (const mask of masks) {
    const globs = mask.columns.flatMap((glob) => parseNameGlob(glob, NAME_PARTS) ?? []);
    if (globs.length === 0) continue;
    for (const relation of relations) {
      for (const { number, name } of relation.columns) {
        const full = `${relation.schema}.${relation.name}.${name}`;
        if (globs.some((glob) => glob.is(full))) marks.add(relation, number, name, mask);
      }
    }
  }
  spread(marks, relations, catalog, sourcesOf);
  return marks.all;
}

/** Until nothing is added any more: a view of a partition's generated column takes several rounds. */
function spread(marks: Marks, relations: readonly Relation[], catalog: Catalog, sourcesOf: SourcesOf): void {
  if (marks.all.length === 0) return;
  const derived = derivedColumns(relations, catalog, sourcesOf);
  for (const { relation, number, sources } of derived) {
    // Only of columns that rules name: else a view of whole rows would have all of its table masked for one column.
    const own = marks.of(relation.oid, number);
    if (own === null) continue;
    for (const each of sources) marks.addSource(catalog.relationByOid(each.relation), each.column, own);
  }
  const heirs = relations.filter(({ parents }) => parents.length > 0);
  for (let before = -1; before !== marks.all.length;) {
    before = marks.all.length;
    for (const heir of heirs) spreadByName(marks, heir, catalog);
    for (const { relation, number, name, sources } of derived) {
      const mark = sources.map((each) => marks.of(each.relation, each.column)).find((each) => each !== null);
      if (mark) marks.add(relation, number, name, mark);
    }
  }
}

/** Columns of the same name, down and up: a query of the parent shows the children's rows. */
function spreadByName(marks: Marks, heir: Relation, catalog: Catalog): void {
  for (const oid of heir.parents) {
    const parent = catalog.relationByOid(oid);
    for (const { number, name } of parent?.columns ?? []) {
      const inherited = heir.columns.find((column) => column.name === name);
      if (parent === null || inherited === undefined) continue;
      const [above, below] = [marks.of(oid, number), marks.of(heir.oid, inherited.number)];
      if (above !== null) marks.add(heir, inherited.number, name, above);
      if (below !== null) marks.add(parent, number, name, below);
    }
  }
}

interface Derived {
  readonly relation: Relation;
  readonly number: number;
  readonly name: string;
  readonly sources: readonly { readonly relation: number; readonly column: number }[];
}

function derivedColumns(
  relations: readonly Relation[],
  catalog: Catalog,
  sourcesOf: SourcesOf,
): readonly Derived[] {
  const found: Derived[] = [];
  for (const relation of relations) {
    const isView = relation.kind === 'v' || relation.kind === 'm';
    for (const { number, name, generatedFrom } of relation.columns) {
      if (!isView && generatedFrom.length === 0) continue;
      const sources = isView
        ? sourcesOf(relation.oid, number, catalog)
        : generatedFrom.map((column) => ({ relation: relation.oid, column }));
      if (sources !== 'unknown') found.push({ relation, number, name, sources });
    }
  }
  return found;
}

type Mark = Pick<MaskRule, 'rule' | 'style'>;

/** What is marked so far; the first mark of a column stays. */
class Marks {
  readonly all: MaskedColumn[] = [];
  readonly #byColumn = new Map<string, MaskedColumn>();

  /** Column 0, the whole row, has the mark of any. */
  of(relation: number, column: number): Mark | null {
    if (column === 0) return this.all.find((each) => each.relation === relation) ?? null;
    return this.#byColumn.get(`${relation} ${column}`) ?? null;
  }

  add({ oid, schema, name }: Relation, column: number, columnName: string, { rule, style }: Mark): void {
    const key = `${oid} ${column}`;
    if (this.#byColumn.has(key)) return;
    const masked = { relation: oid, column, name: `${schema}.${name}.${columnName}`, rule, style };
    this.#byColumn.set(key, masked);
    this.all.push(masked);
  }

  /** A view may show a whole row of it (column 0): then all of it is meant. PostgreSQL's own relations are left alone. */
  addSource(relation: Relation | null, column: number, mark: Mark): void {
    if (relation === null || relation.oid < FIRST_OWN_OID) return;
    for (const { number, name } of relation.columns) {
      if (column === 0 || number === column) this.add(relation, number, name, mark);
    }
  }
}

function ownRelations(catalog: Catalog): readonly Relation[] {
  return [...catalog.relations()].filter(({ oid, kind }) => oid >= FIRST_OWN_OID && kind !== 'c');
}
