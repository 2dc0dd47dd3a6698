/** A relation as it was loaded: little of its row is read before somebody asks for it. */
import type { CatalogColumn, Relation, RelationKind } from './catalog.ts';

/** A rule: OID, xmin, ev_type (`1` is SELECT), ev_enabled, and the OIDs of relations, functions and operators that it uses. */
type RuleRow = readonly [number, string, string, string, Oids, Oids, Oids];
type Oids = readonly number[] | null;

/** OID, schema, name, kind, OIDs of row type and its array, parents, [how many children, sum of their OIDs], rules. */
type HeadRow = readonly [
  number,
  string,
  string,
  RelationKind,
  number,
  number | null,
  Oids,
  readonly [number, number] | null,
  readonly RuleRow[] | null,
];

/** Number, name, type, and of a generated column the numbers of those it is made of. */
type ColumnRow = readonly [number, string, number, (readonly number[] | null)?];

/** What a query or a body was made of: OIDs. */
export interface Ingredients {
  readonly relations: readonly number[];
  readonly functions: readonly number[];
  readonly operators: readonly number[];
}

/** Columns of all relations that have the same ones, as partitions do; parsed when somebody asks. */
export class Columns {
  readonly text: string;
  #parsed: readonly CatalogColumn[] | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get all(): readonly CatalogColumn[] {
    this.#parsed ??= (JSON.parse(this.text) as readonly ColumnRow[]).map(
      ([number, name, type, generatedFrom]) => ({ number, name, type, generatedFrom: generatedFrom ?? [] }),
    );
    return this.#parsed;
  }
}

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
  /** Of a view's query; null where it has none. */
  readonly madeOf: Ingredients | null;
  /** Where the query was had. */
  definedAs: Definition | null = null;
  readonly #head: string;
  readonly #columns: Columns;

  /** A row of `RELATION` (structure-questions.ts) behind its kind. */
  constructor(head: string, columns: Columns) {
    const [oid, schema, name, kind, rowType, arrayType, parents, , rules] = JSON.parse(head) as HeadRow;
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.kind = kind;
    this.rowType = rowType;
    this.arrayType = arrayType ?? 0;
    this.parents = parents ?? [];
    this.#head = head;
    this.#columns = columns;
    const query = rules?.find(([, , type]) => isView(kind) && type === '1');
    this.madeOf = query === undefined ? null : ingredients(query[4], query[5], query[6]);
    this.ruled = (rules ?? []).some((rule) => rule !== query);
    this.uses = [...new Set((rules ?? []).flatMap(([, , , , relations]) => relations ?? []))];
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
