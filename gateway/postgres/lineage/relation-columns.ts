/** Columns of relations, each with what its values are made of: views and materialized views are followed to base tables. */
import type { Catalog, CatalogColumn, Relation } from '../catalog/catalog.ts';
import { innerStatements } from '../facts/inner-sql.ts';
import { nodeOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { Column, keyOf } from './scope.ts';
import { UNKNOWN, valueFrom, type Field, type Value } from './value.ts';

/** How many views and functions are looked through on one way. */
const MAX_WAY = 32;

/** OIDs below are PostgreSQL's own (FirstNormalObjectId). */
const FIRST_OWN_OID = 16_384;

/** How deep types of types are looked into. */
const MAX_TYPES = 4;

/** Columns of a relation, and of those that inherit from it unless it is read with ONLY. */
export function relationColumns(context: Context, relation: Relation, only = false): readonly Column[] {
  context.findings.relations.add(relation.oid);
  if (relation.kind === 'f') context.findings.closed = false;
  if (hasQuery(relation)) return viewColumns(context, relation);
  const heirs = only ? [] : heirsOf(context, relation);
  return relation.columns.map((column) => {
    const made = column.generatedFrom.length === 0 ? [column.number] : column.generatedFrom;
    const from = new Set(made.map((number) => keyOf(relation, number)));
    for (const key of heirs.flatMap((heir) => inherited(heir, column.name))) from.add(key);
    const value = typed(context.catalog, valueFrom(from), column.type, MAX_TYPES);
    return new Column(column.name, value, keyOf(relation, column.number));
  });
}

/** Views of the database's own. Nobody tells what those of PostgreSQL are made of: they are taken for tables. */
function hasQuery({ kind, oid }: Relation): boolean {
  return (kind === 'v' || kind === 'm') && oid >= FIRST_OWN_OID;
}

/** Relations that inherit from a table, at any depth. Partitions are parts of their table: masking one alone is not meant. */
function heirsOf({ session, findings }: Context, relation: Relation): readonly Relation[] {
  if (relation.kind !== 'r') return [];
  const children = childrenIn(session);
  const found = new Set<Relation>();
  const open = [relation.oid];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    for (const child of children.get(oid) ?? []) {
      if (found.has(child)) continue;
      found.add(child);
      findings.relations.add(child.oid);
      open.push(child.oid);
    }
  }
  return [...found];
}

function inherited(heir: Relation, name: string): number[] {
  const own = heir.columns.find((column) => column.name === name);
  if (own === undefined) return [];
  return (own.generatedFrom.length === 0 ? [own.number] : own.generatedFrom).map((number) =>
    keyOf(heir, number),
  );
}

/** OID → those that inherit from it. */
type Children = ReadonlyMap<number, readonly Relation[]>;

/** A catalog never changes. */
const families = new WeakMap<Catalog, Children>();

function childrenIn(catalog: Catalog): Children {
  const known = families.get(catalog);
  if (known !== undefined) return known;
  const children = new Map<number, Relation[]>();
  for (const relation of catalog.relations()) {
    for (const parent of relation.parents) {
      const others = children.get(parent);
      if (others === undefined) children.set(parent, [relation]);
      else others.push(relation);
    }
  }
  families.set(catalog, children);
  return children;
}

/** Names of a relation's columns; null: there is none. */
export function relationFields(context: Context, oid: number): readonly string[] | null {
  const relation = context.catalog.relationByOid(oid);
  if (relation === null) return null;
  context.findings.relations.add(oid);
  return relation.columns.map(({ name }) => name);
}

function viewColumns(context: Context, view: Relation): readonly Column[] {
  const select = view.definition === null ? null : selectOf(view.definition);
  const known = select !== null && context.way.length < MAX_WAY && !context.way.includes(view.oid);
  const inner: Context = {
    ...context,
    catalog: context.catalog.within(view),
    queries: new Map(),
    constantAt: null,
    arguments: null,
    recording: false,
    way: [...context.way, view.oid],
  };
  const result = known ? context.findings.apart(() => context.parts.query(inner, select, null)) : null;
  if (result?.length !== view.columns.length) context.findings.closed = false;
  const fits = result?.length === view.columns.length ? result : null;
  return view.columns.map((column: CatalogColumn, index) => {
    const value = fits?.[index]?.value ?? UNKNOWN;
    return new Column(column.name, value, keyOf(view, column.number));
  });
}

function selectOf(sql: string): ReturnType<typeof nodeOf> {
  const statements = innerStatements(sql);
  return statements?.length === 1 ? nodeOf(statements[0]?.node, 'SelectStmt') : null;
}

/** A value of a type: of a row type, its fields. */
export function typed(catalog: Catalog, value: Value, type: number, depth: number): Value {
  const made = catalog.typeOf(type);
  if (made === null || value.from === null) return value;
  if (made.kind === 'domain') return { ...typed(catalog, value, made.base, depth - 1), builtIn: false };
  if (made.kind !== 'composite' || depth <= 0) return { ...value, builtIn: false };
  const relation = catalog.relationByOid(made.relation);
  const fields = relation?.columns.map((column): Field => {
    return { name: column.name, value: typed(catalog, value, column.type, depth - 1) };
  });
  return { ...value, fields: fields ?? null, builtIn: false };
}
