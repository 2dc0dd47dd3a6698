/** Columns of relations, each with what its values are made of: views and materialized views are followed to base tables. */
import type { Catalog, CatalogColumn, Relation } from '../catalog/catalog.ts';
import { innerStatements } from '../facts/inner-sql.ts';
import { nodeOf } from '../facts/tree.ts';
import type { Context } from './context.ts';
import { Column, keyOf } from './scope.ts';
import { UNKNOWN, valueFrom, type Field, type Value } from './value.ts';

/** How many views and functions are looked through on one way. */
const MAX_WAY = 32;

/** How deep types of types are looked into. */
const MAX_TYPES = 4;

/** Columns of a relation. */
export function relationColumns(context: Context, relation: Relation): readonly Column[] {
  context.findings.relations.add(relation.oid);
  if (relation.kind === 'f') context.findings.closed = false;
  if (relation.kind === 'v' || relation.kind === 'm') return viewColumns(context, relation);
  return relation.columns.map((column) => {
    const made = column.generatedFrom.length === 0 ? [column.number] : column.generatedFrom;
    const from = new Set(made.map((number) => keyOf(relation, number)));
    const value = typed(context.catalog, valueFrom(from), column.type, MAX_TYPES);
    return new Column(column.name, value, keyOf(relation, column.number));
  });
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
