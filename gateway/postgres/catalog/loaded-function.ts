/** A function of the database's own, as it was loaded. */
import type { CatalogFunction } from './catalog.ts';
import { ingredients, type Definition, type Ingredients } from './loaded-relation.ts';

type Oids = readonly number[] | null;

/** OID, schema, name, language, arguments, xmin, whether its body is kept as it was read (BEGIN ATOMIC). */
type FunctionRow = readonly [number, string, string, string, number, string, boolean];

/** Relation of the composite it returns; what such a body uses. */
type MoreFunctionRow = readonly [number | null, readonly [Oids, Oids, Oids] | null];

export class LoadedFunction implements CatalogFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly language: string;
  readonly arguments: number;
  readonly returnsRelation: number;
  /** Of a body that PostgreSQL keeps as it read it; null where it keeps the text, and reads it anew for each caller. */
  readonly madeOf: Ingredients | null;
  /** Of a body kept as text. */
  source: string | null = null;
  /** Of one kept as it was read, where it could be had. */
  definedAs: Definition | null = null;
  /** Another text whenever anything of it changed. */
  readonly version: string;

  /** Head and more of a row of `FUNCTIONS` (structure-questions.ts). */
  constructor(head: string, more: string) {
    const [oid, schema, name, language, count] = JSON.parse(head) as FunctionRow;
    const [relation, made] = JSON.parse(more) as MoreFunctionRow;
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.language = language;
    this.arguments = count;
    this.returnsRelation = relation ?? 0;
    this.madeOf = made === null ? null : ingredients(...made);
    this.version = head;
  }

  get body(): string | null {
    return this.madeOf === null ? this.source : (this.definedAs?.sql ?? null);
  }
}
