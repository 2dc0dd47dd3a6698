/** A catalog written by hand, for tests that need no database. */
import type {
  Catalog,
  CatalogColumn,
  CatalogFunction,
  CatalogType,
  Relation,
  RelationKind,
} from '../catalog/catalog.ts';

/** What a catalog holds: names are `schema.name`. */
export interface CatalogText {
  readonly searchPath?: readonly string[];
  /**
   * `public.people (id int, ssn text)`; before it may stand `view`, `matview`, `foreign`, `partitioned` or `type`; behind it `as SELECT …`.
   * A column may be followed by `from (a, b)`, what it is generated from, and the type be one of these relations.
   */
  readonly relations: readonly string[];
  /** `public.f(2) sql as select $1`, `public.g(0) plpgsql`; `returns public.people` before the language. */
  readonly functions?: readonly string[];
  readonly operators?: readonly string[];
  readonly ruled?: readonly string[];
  readonly generation?: number;
}

const KINDS: Readonly<Record<string, RelationKind>> = {
  view: 'v',
  matview: 'm',
  foreign: 'f',
  partitioned: 'p',
  type: 'c',
};

const FIRST_OID = 20_000;

/** Row types have the OID of their relation and this. */
const ROW_TYPES = 10_000;

/** OIDs of PostgreSQL's types; all others are the database's own. */
const TYPES: Readonly<Record<string, number>> = {
  int: 23,
  bigint: 20,
  text: 25,
  bool: 16,
  date: 1082,
  numeric: 1700,
  jsonb: 3802,
  xml: 142,
};
const OWN_TYPE = 50_000;

const RELATION = /^(?:(\w+) )?(\w+)\.(\w+) \(([^]*?)\)(?: as ([^]+))?$/;
const FUNCTION = /^(\w+)\.(\w+)\((\d+)\)(?: returns (\w+)\.(\w+))? (\w+)(?: as ([^]+))?$/;

/** A catalog of what the texts say; OIDs start at 20,000, in their order. */
export function catalogOf({
  searchPath = ['pg_catalog', 'public'],
  relations: texts,
  functions: functionTexts = [],
  operators = [],
  ruled = [],
  generation = 1,
}: CatalogText): Catalog {
  const relations = texts.map((text, index) => relationOf(text, FIRST_OID + index, texts, ruled));
  const functions = functionTexts.map((text, index) => functionOf(text, 30_000 + index, relations));
  const catalog: Catalog = {
    generation,
    searchPath,
    relation(schema, name) {
      const schemas = schema === null ? searchPath : [schema];
      for (const one of schemas) {
        const found = relations.find((relation) => relation.schema === one && relation.name === name);
        if (found !== undefined) return found;
      }
      return null;
    },
    relationByOid: (oid) => relations.find((relation) => relation.oid === oid) ?? null,
    relations: () => relations,
    within: () => catalog,
    functions: (schema, name) =>
      functions.filter((one) => one.name === name && (schema === null || one.schema === schema)),
    hasOwnOperator: (name) => operators.includes(name),
    typeOf: (oid) => typeOf(oid, relations),
  };
  return catalog;
}

function relationOf(text: string, oid: number, all: readonly string[], ruled: readonly string[]): Relation {
  const [, word = '', schema = '', name = '', list = '', definition = null] = RELATION.exec(text) ?? [];
  if (name === '') throw new Error(`no relation: ${text}`);
  const parts = list.split(/,(?![^(]*\))/).map((part) => part.trim());
  return {
    oid,
    schema,
    name,
    kind: KINDS[word] ?? 'r',
    columns: parts.map((part, index) => columnOf(part, index + 1, parts, all)),
    definition,
    parents: [],
    uses: definition === null ? [] : usedBy(definition, all),
    ruled: ruled.includes(`${schema}.${name}`),
  };
}

/** Relations whose names stand in a query. */
function usedBy(definition: string, all: readonly string[]): number[] {
  return all.flatMap((text, index) => {
    const [, , schema = '', name = ''] = RELATION.exec(text) ?? [];
    const qualified = schema === 'public' ? '(public\\.)?' : `${schema}\\.`;
    return new RegExp(`(from|join|,) ${qualified}${name}\\b`).test(definition) ? [FIRST_OID + index] : [];
  });
}

function columnOf(
  text: string,
  number: number,
  all: readonly string[],
  relations: readonly string[],
): CatalogColumn {
  const [, name = '', type = 'text', made = ''] =
    /^(\w+)(?: ([\w.]+))?(?: from \(([^)]*)\))?$/.exec(text) ?? [];
  const generatedFrom =
    made === ''
      ? []
      : made.split(',').map((one) => all.findIndex((each) => each.startsWith(`${one.trim()} `)) + 1);
  return { number, name, type: typeOid(type, relations), generatedFrom };
}

function typeOid(type: string, relations: readonly string[]): number {
  const row = relations.findIndex((text) => text.includes(`${type} (`) && type.includes('.'));
  return TYPES[type] ?? (row < 0 ? OWN_TYPE : FIRST_OID + row + ROW_TYPES);
}

function typeOf(oid: number, relations: readonly Relation[]): CatalogType | null {
  if (oid === OWN_TYPE) return { kind: 'other' };
  const row = relations.find((relation) => relation.oid + ROW_TYPES === oid);
  return row === undefined
    ? null
    : { kind: 'composite', relation: row.oid, fields: row.columns.map(({ type }) => type) };
}

function functionOf(text: string, oid: number, relations: readonly Relation[]): CatalogFunction {
  const [, schema = '', name = '', count = '0', rowSchema, row, language = '', body = null] =
    FUNCTION.exec(text) ?? [];
  if (name === '') throw new Error(`no function: ${text}`);
  const returned = relations.find((relation) => relation.schema === rowSchema && relation.name === row);
  return { oid, schema, name, language, body, arguments: Number(count), returnsRelation: returned?.oid ?? 0 };
}
