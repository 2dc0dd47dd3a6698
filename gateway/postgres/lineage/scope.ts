/** Which columns names stand for at a point of a query (manual §7.2, parse_relation.c). */
import type { Relation } from '../catalog/catalog.ts';
import { columnKey, NOWHERE, union, type SourceSet } from './source-set.ts';
import { alsoFrom, isMadeUp, made, row, valueFrom, UNKNOWN, type Field, type Value } from './value.ts';

/** A column that a name can stand for. Its value may come to depend on more while its query is read. */
export class Column implements Field {
  readonly name: string | null;
  /** Of a relation's column: its own key, of a view's, too. */
  readonly key: number | null;
  value: Value;
  /** What decides how many rows it has, as far as these come from no table. */
  chosen: SourceSet = NOWHERE;

  constructor(name: string | null, value: Value, key: number | null = null) {
    this.name = name;
    this.value = isMadeUp(value) ? { ...value, madeUp: true } : value;
    this.key = key;
  }

  /** Another one like it, whose value goes ways of its own. */
  as(name: string | null): Column {
    const same = new Column(name, this.value, this.key);
    same.chosen = this.chosen;
    return same;
  }
}

/** An item of FROM under the name that it has there. */
export interface Entry {
  readonly alias: string | null;
  /** Of a relation without an alias, which `schema.name` names as well. */
  readonly relation: Relation | null;
  /** Null: nobody knows which it has. */
  readonly columns: readonly Column[] | null;
}

/** One query's FROM, within those of the queries around it. */
export interface Level {
  readonly entries: readonly Entry[];
  /** What `*` gives, and names without a table find; null: nobody knows. */
  readonly columns: readonly Column[] | null;
  readonly outer: Level | null;
  /** How many levels are around it. */
  readonly depth: number;
  /** What windows of this query are made of. */
  windows: SourceSet;
}

/** A name found. */
export interface FoundColumn {
  readonly value: Value;
  readonly column: Column | null;
  readonly level: Level;
}

/** A level within others. */
export function levelOf(
  entries: readonly Entry[],
  columns: readonly Column[] | null,
  outer: Level | null,
): Level {
  return { entries, columns, outer, depth: (outer?.depth ?? 0) + 1, windows: NOWHERE };
}

/** An item of FROM; its columns are its own from here on. */
export function entryOf(
  alias: string | null,
  columns: readonly Column[] | null,
  relation: Relation | null = null,
): Entry {
  const own = columns?.map((column) => column.as(column.name)) ?? null;
  return { alias, relation, columns: own };
}

/** Columns with other names, as `t (a, b)` gives them to the first. */
export function renamed(
  columns: readonly Column[] | null,
  names: readonly string[],
): readonly Column[] | null {
  if (names.length === 0 || columns === null) return columns;
  return columns.map((column, i) => column.as(names[i] ?? column.name));
}

/** `name`: a column, else a whole row. Null: there is none of that name. */
export function findName(level: Level | null, name: string): FoundColumn | null {
  for (let at = level; at !== null; at = at.outer) {
    const found = findColumn(at, at.columns, name);
    if (found !== null) return found;
  }
  for (let at = level; at !== null; at = at.outer) {
    const entry = at.entries.find(({ alias }) => alias === name);
    if (entry !== undefined) return { value: wholeRow(entry), column: null, level: at };
  }
  return findSystemColumn(level, name);
}

/** `table.name`, `schema.table.name`. Null: there is no such table; what a table does not have is a function's name. */
export function findQualified(
  level: Level | null,
  schema: string | null,
  table: string,
  name: string,
): FoundColumn | 'call' | null {
  const found = findEntry(level, schema, table);
  if (found === null) return null;
  const { entry, level: at } = found;
  const column = findColumn(at, entry.columns, name);
  if (column !== null) return column;
  const system = systemColumn(entry, name);
  return system === null ? 'call' : { value: system, column: null, level: at };
}

/** The item of FROM that a name stands for. */
export function findEntry(
  level: Level | null,
  schema: string | null,
  table: string,
): { readonly entry: Entry; readonly level: Level } | null {
  for (let at = level; at !== null; at = at.outer) {
    const entry = at.entries.find(({ alias, relation }) =>
      schema === null
        ? alias === table
        : relation?.schema === schema && relation.name === table && alias === table,
    );
    if (entry !== undefined) return { entry, level: at };
  }
  return null;
}

/** All columns of an item as one value. */
export function wholeRow({ columns }: Entry): Value {
  return columns === null ? UNKNOWN : row(columns.map(({ name, value }) => ({ name, value })));
}

/** Columns of one name: more than one is an error, or the two sides of a join that the server tells apart. */
function findColumn(level: Level, columns: readonly Column[] | null, name: string): FoundColumn | null {
  if (columns === null) return { value: UNKNOWN, column: null, level };
  const found = columns.filter((column) => column.name === name);
  const [only] = found;
  if (only === undefined)
    return columns.some((column) => column.name === null) ? { value: UNKNOWN, column: null, level } : null;
  if (found.length === 1) return { value: only.value, column: only, level };
  return { value: made(found.map(({ value }) => value)), column: null, level };
}

/** Tell where a row is and which transactions made it, nothing of what is in it; tableoid tells a partition, hence something of its key. */
const SYSTEM_COLUMNS = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

function systemColumn({ relation }: Entry, name: string): Value | null {
  if (relation === null) return null;
  if (SYSTEM_COLUMNS.has(name)) return valueFrom(NOWHERE);
  return name === 'tableoid' ? UNKNOWN : null;
}

function findSystemColumn(level: Level | null, name: string): FoundColumn | null {
  for (let at = level; at !== null; at = at.outer) {
    for (const entry of at.entries) {
      const value = systemColumn(entry, name);
      if (value !== null) return { value, column: null, level: at };
    }
  }
  return null;
}

/** Columns whose rows are as many as something says. */
export function countedBy(columns: readonly Column[] | null, from: SourceSet): void {
  for (const column of columns ?? []) column.chosen = union([column.chosen, from]);
}

/** A relation's columns made to depend on more. */
export function taint(columns: Iterable<Column>, from: SourceSet): void {
  for (const column of columns) column.value = alsoFrom(column.value, from);
}

/** Columns whose rows come from no table: functions, VALUES, and what is made of them. */
export function madeUpIn({ entries, columns }: Pick<Level, 'entries' | 'columns'>): ReadonlySet<Column> {
  const all = [...entries.map((entry) => entry.columns), columns].flatMap((some) => some ?? []);
  return new Set(all.filter(({ value }) => value.madeUp === true));
}

/** Rows that come from no table are chosen by something: which of them remain, and how many, tells it. */
export function choose(items: Pick<Level, 'entries' | 'columns'>, from: SourceSet): void {
  if (from !== null && from.size === 0) return;
  const columns = [...madeUpIn(items)];
  countedBy(columns, from);
  taint(columns, from);
}

/** What decides how many rows a query has, as far as these come from no table: counting them tells it. */
export function chosenBy(level: Level | null): SourceSet {
  const columns = level?.entries.flatMap((entry) => entry.columns ?? []) ?? [];
  return union(columns.map(({ chosen }) => chosen));
}

/** Key of a relation's column. */
export function keyOf(relation: Relation, column: number): number {
  return columnKey(relation.oid, column);
}
