/** A database's structure in memory, built row by row. */
import { createHash } from 'node:crypto';
import type { CatalogType } from './catalog.ts';
import { LoadedFunction } from './loaded-function.ts';
import { Columns, LoadedRelation, type ColumnsOf } from './loaded-relation.ts';

/** An answer's row: what it is, its head, and more where that has more. */
export type StructureRow = readonly (string | null)[];

/** OID, typtype, base type of a domain, element type of an array. */
type TypeRow = readonly [number, string, number, number];

/** OID, name, xmin. */
type OperatorRow = readonly [number, string, string];

export class Structure {
  readonly relations = new Map<number, LoadedRelation>();
  readonly #byName = new Map<string, Map<string, LoadedRelation>>();
  readonly #functions = new Map<string, LoadedFunction[]>();
  readonly #functionsByOid = new Map<number, LoadedFunction>();
  readonly #operators = new Map<string, Map<number, string>>();
  readonly #types = new Map<number, CatalogType>();
  readonly #columns = new Map<string, Columns>();
  /** OID → whether it cascades; known before the relations are. */
  readonly #quiet = new Map<number, boolean>();
  readonly #hash = createHash('sha256');
  #digest: string | null = null;

  /** How many texts of views and functions are at hand. */
  definitions = 0;

  /** The same for what is the same; no row may be taken up behind it. */
  get state(): string {
    this.#digest ??= this.#hash.digest('base64');
    return `${this.#digest} ${this.definitions}`;
  }

  /** Takes a row of any question of structure-questions.ts; those of other kinds are the caller's. */
  add([kind, head, text, more]: StructureRow): void {
    if (head === null || head === undefined) return;
    this.#hash.update(`${String(kind)}\n${head}\n${text ?? ''}\n${more ?? ''}\n`);
    if (kind === 'relation') {
      this.#addRelation(new LoadedRelation(head, text ?? '[]', more ?? '[0]', this.#columnsOf));
    } else if (kind === 'function') this.#addFunction(new LoadedFunction(head, more ?? '[0]'));
    else if (kind === 'body') {
      const made = this.#functionsByOid.get(Number(head));
      if (made !== undefined) made.source = text ?? null;
    } else if (kind === 'operator') {
      const [oid, name] = JSON.parse(head) as OperatorRow;
      getOrAdd(this.#operators, name, () => new Map<number, string>()).set(oid, head);
    } else if (kind === 'quiet') {
      const cascading = new Set(JSON.parse(text ?? '[]') as readonly number[]);
      for (const oid of JSON.parse(head) as readonly number[]) this.#quiet.set(oid, cascading.has(oid));
    } else if (kind === 'type') this.#addType(JSON.parse(head) as TypeRow);
  }

  /** The relation that was taken up last. */
  lastRelation: LoadedRelation | null = null;

  /** Whether it holds a relation or function by that OID. */
  has(oid: number): boolean {
    return this.relations.has(oid) || this.#functionsByOid.has(oid);
  }

  functionByOid(oid: number): LoadedFunction | null {
    return this.#functionsByOid.get(oid) ?? null;
  }

  relation(schema: string, name: string): LoadedRelation | null {
    return this.#byName.get(schema)?.get(name) ?? null;
  }

  /** In any schema. */
  functions(name: string): readonly LoadedFunction[] {
    return this.#functions.get(name) ?? [];
  }

  allFunctions(): Iterable<LoadedFunction> {
    return this.#functionsByOid.values();
  }

  /** OID → version of the operators by that name. */
  operators(name: string): ReadonlyMap<number, string> {
    return this.#operators.get(name) ?? NO_OPERATORS;
  }

  typeOf(oid: number): CatalogType | null {
    return this.#types.get(oid) ?? this.#compositeTypes().get(oid) ?? null;
  }

  /** Relations are also types: that of a row, and that of an array of rows. Found when first asked for. */
  #composites: Map<number, CatalogType> | null = null;
  #compositeTypes(): ReadonlyMap<number, CatalogType> {
    if (this.#composites !== null) return this.#composites;
    const composites = new Map<number, CatalogType>();
    for (const relation of this.relations.values()) {
      const { oid, rowType, arrayType } = relation;
      if (rowType !== 0) composites.set(rowType, compositeOf(oid, relation));
      if (arrayType !== 0) composites.set(arrayType, { kind: 'array', element: rowType });
    }
    this.#composites = composites;
    return composites;
  }

  readonly #columnsOf: ColumnsOf = (text, generated) =>
    getOrAdd(this.#columns, generated.length === 0 ? text : `${text}\n${JSON.stringify(generated)}`, () => {
      return new Columns(text, generated);
    });

  #addRelation(relation: LoadedRelation): void {
    this.relations.set(relation.oid, relation);
    this.lastRelation = relation;
    relation.quiet = this.#quiet.has(relation.oid);
    relation.cascades = this.#quiet.get(relation.oid) === true;
    getOrAdd(this.#byName, relation.schema, () => new Map<string, LoadedRelation>()).set(
      relation.name,
      relation,
    );
  }

  #addFunction(made: LoadedFunction): void {
    this.#functionsByOid.set(made.oid, made);
    getOrAdd(this.#functions, made.name, () => [] as LoadedFunction[]).push(made);
  }

  #addType([oid, kind, base, element]: TypeRow): void {
    if (kind === 'd') this.#types.set(oid, { kind: 'domain', base });
    else if (element !== 0) this.#types.set(oid, { kind: 'array', element });
    else this.#types.set(oid, { kind: kind === 'e' ? 'enum' : isRange(kind) ? 'range' : 'other' });
  }
}

const NO_OPERATORS: ReadonlyMap<number, string> = new Map();

/** Ranges and multiranges. */
function isRange(kind: string): boolean {
  return kind === 'r' || kind === 'm';
}

/** Its fields' types are read when somebody asks, as columns are. */
function compositeOf(oid: number, relation: LoadedRelation): CatalogType {
  return {
    kind: 'composite',
    relation: oid,
    get fields() {
      return relation.columns.map(({ type }) => type);
    },
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
