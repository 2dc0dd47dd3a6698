/** What a function that a text calls is: PostgreSQL's own or the database's, seen through or not. */
import type { FunctionFact } from '../../../shared/policy/facts.ts';
import type { Catalog, CatalogFunction } from '../catalog/catalog.ts';
import { isBuiltIn, pureFunction } from './built-ins.ts';

/** A call looked up. */
export interface FunctionMeaning extends FunctionFact {
  /** It is there at all. */
  readonly resolved: boolean;
  /** Functions of the database's own that it may be. */
  readonly own: readonly CatalogFunction[];
}

/** Schemas of PostgreSQL itself. */
const SYSTEM = new Set(['pg_catalog', 'information_schema']);

/**
 * Looks a function up by its name alone: which overload the server takes depends on types, so any of the database's own within sight
 * counts. Without a catalog the name alone tells, and it is not resolved.
 */
export function functionMeaning(
  catalog: Catalog | null,
  schema: string | null,
  name: string,
): FunctionMeaning {
  const own = catalog === null ? [] : ownFunctions(catalog, schema, name);
  const [first] = own;
  if (first !== undefined) {
    const read = own.every(({ body }) => body !== null);
    return { name: `${first.schema}.${first.name}`, kind: read ? 'read' : 'opaque', resolved: true, own };
  }
  const written = schema === null ? name : `${schema}.${name}`;
  const system = schema === null || SYSTEM.has(schema);
  if (!system || (schema !== 'information_schema' && !isBuiltIn(name)))
    return { name: written, kind: 'opaque', resolved: false, own };
  return {
    name: catalog === null ? written : `${schema ?? 'pg_catalog'}.${name}`,
    kind: schema !== 'information_schema' && pureFunction(name) !== null ? 'pure' : 'known',
    resolved: catalog !== null,
    own,
  };
}

function ownFunctions(catalog: Catalog, schema: string | null, name: string): readonly CatalogFunction[] {
  const named = catalog.functions(schema, name);
  return schema === null ? named.filter((one) => catalog.searchPath.includes(one.schema)) : named;
}
