/** A relation as it was loaded: little of its row is read before somebody asks for it. */
import type { CatalogColumn, Relation, RelationKind } from './catalog.ts';

type Oids = readonly number[] | null;

/** A rule: OID, xmin, ev_type (`1` is SELECT), ev_enabled. */
type RuleRow = readonly [number, string, string, string];

/** OID, schema, name, kind, parents, [how many children, sum of their OIDs], rules. */
type HeadRow = readonly [
  number,
  string,
  string,
  RelationKind,
  Oids,
  readonly [number, number] | null,
  readonly RuleRow[] | null,
];

/** Number, name, type, and the xmin of what a generated column is made by. */
type ColumnRow = readonly [number, string, number, string?];

/** Number of a generated column, and of those it is made of. */
type GeneratedRow = readonly [number, readonly number[] | null];

/** OIDs of row type and its array; relations, functions and operators of each rule, in the head's order; generated columns. */
type MoreRow = readonly [
  number,
  number | null,
  readonly (readonly [Oids, Oids, Oids])[] | null,
  readonly GeneratedRow[] | null,
];

/** What a query or a body was made of: OIDs. */
export interface Ingredients {
  readonly relations: readonly number[];
  readonly functions: readonly number[];
  readonly operators: readonly number[];
}

/** Columns of all relations that have the same ones, as partitions do; parsed when somebody asks. */
export class Columns {
  readonly text: string;
  readonly #generated: readonly GeneratedRow[];
  #parsed: readonly CatalogColumn[] | null = null;

  constructor(text: string, generated: readonly GeneratedRow[]) {
    this.text = text;
    this.#generated = generated;
  }

  get all(): readonly CatalogColumn[] {
    this.#parsed ??= (JSON.parse(this.text) as readonly ColumnRow[]).map(([number, name, type]) => {
      const [, from] = this.#generated.find(([each]) => each === number) ?? [];
      return { number, name, type, generatedFrom: from ?? [] };
    });
    return this.#parsed;
  }
}

/** Gives relations with the same columns the same object. */
export type ColumnsOf = (text: string, generated: readonly GeneratedRow[]) => Columns;

/** A view's query, and the search path under which it was printed. */
export interface Definition {
  readonly sql: string;
  readonly path: readonly string[];
}

export class LoadedRelation implements Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly parents: readonly number[];
  readonly rowType: number;
  readonly arrayType: number;
  readonly uses: readonly number[];
  readonly ruled: boolean;
  quiet = false;
  cascades = false;
  /** Of a view's query; null where it has none. */
  readonly madeOf: Ingredients | null;
  /** Where the query was had. */
  definedAs: Definition | null = null;
  readonly #head: string;
  readonly #columns: Columns;

  /** A row of `RELATIONS` (structure-questions.ts) behind its kind. */
  constructor(head: string, columns: string, more: string, columnsOf: ColumnsOf) {
    const [oid, schema, name, kind, parents, , rules] = JSON.parse(head) as HeadRow;
    const [rowType, arrayType, made, generated] = JSON.parse(more) as MoreRow;
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.kind = kind;
    this.rowType = rowType;
    this.arrayType = arrayType ?? 0;
    this.parents = parents ?? [];
    this.#head = head;
    this.#columns = columnsOf(columns, generated ?? []);
    const query = rules?.findIndex(([, , type]) => isView(kind) && type === '1') ?? -1;
    const queried = made?.[query];
    this.madeOf = queried === undefined ? null : ingredients(...queried);
    this.ruled = (rules?.length ?? 0) > (query < 0 ? 0 : 1);
    this.uses = [...new Set((made ?? []).flatMap(([relations]) => relations ?? []))];
  }

  get columns(): readonly CatalogColumn[] {
    return this.#columns.all;
  }

  get definition(): string | null {
    return this.definedAs?.sql ?? null;
  }

  /** Another text whenever anything changed that names, columns or rules depend on. */
  get version(): string {
    return `${this.#head}\n${this.#columns.text}`;
  }
}

/** OIDs as JSON has them, null for none. */
export function ingredients(relations: Oids, functions: Oids, operators: Oids): Ingredients {
  return { relations: relations ?? [], functions: functions ?? [], operators: operators ?? [] };
}

/** Has a query of its own. */
export function isView(kind: RelationKind): boolean {
  return kind === 'v' || kind === 'm';
}
