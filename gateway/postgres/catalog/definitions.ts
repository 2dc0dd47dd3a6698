/** The texts of views, and of bodies that PostgreSQL keeps as it read them. */
import { createHash } from 'node:crypto';
import type { Backend } from './backend.ts';
import { arrayOf, askRows, CatalogError } from './catalog-error.ts';
import { DEFINITIONS, DEFINITIONS_PER_QUESTION } from './definition-questions.ts';
import { LoadedFunction } from './loaded-function.ts';
import { LoadedRelation, type Definition } from './loaded-relation.ts';
import type { Structure } from './structure.ts';

/** What has a text that the server must print. */
type Defined = LoadedRelation | LoadedFunction;

/**
 * Texts that were had, for as long as what they are made of stays as it was: a catalog that is loaded again costs only those that
 * changed.
 */
export class Definitions {
  readonly #known = new Map<number, { readonly key: string; readonly definition: Definition }>();

  /**
   * Gives views and functions of a structure their texts; what cannot be had now stays without. Throws CatalogError.
   */
  async load(structure: Structure, backend: Backend): Promise<void> {
    const missing: (readonly [Defined, string])[] = [];
    for (const made of defined(structure)) {
      const [key, known] = [keyOf(made, structure), this.#known.get(made.oid)];
      if (known?.key === key) made.definedAs = known.definition;
      else missing.push([made, key]);
    }
    const texts = await printed(
      missing.map(([made]) => made),
      backend,
    );
    for (const [made, key] of missing) {
      const definition = texts.get(made.oid);
      if (definition === undefined) continue;
      made.definedAs = definition;
      this.#known.set(made.oid, { key, definition });
    }
    structure.definitions = [...defined(structure)].filter(({ definedAs }) => definedAs !== null).length;
    for (const oid of this.#known.keys()) if (!structure.has(oid)) this.#known.delete(oid);
  }
}

function* defined(structure: Structure): Generator<Defined> {
  for (const relation of structure.relations.values()) if (relation.madeOf !== null) yield relation;
  for (const each of structure.allFunctions()) if (each.madeOf !== null) yield each;
}

/** Another text whenever the printed one may be another: names of what it is made of are in it. */
function keyOf(made: Defined, structure: Structure): string {
  const hash = createHash('sha256').update(made.version);
  for (const oid of made.madeOf?.relations ?? []) hash.update(structure.relations.get(oid)?.version ?? '?');
  for (const oid of made.madeOf?.functions ?? []) hash.update(structure.functionByOid(oid)?.version ?? '?');
  return hash.digest('base64');
}

/** Gives what a session alone has, its temporary views, their texts. Throws CatalogError. */
export async function printAll(structure: Structure, backend: Backend): Promise<void> {
  const views = [...defined(structure)];
  const texts = await printed(views, backend);
  for (const view of views) view.definedAs = texts.get(view.oid) ?? null;
  structure.definitions = texts.size;
}

/**
 * By OID. Nothing is asked within a transaction of the agent's: its locks would stay until that ends, and an error of the server's would
 * end it.
 */
async function printed(asked: readonly Defined[], backend: Backend): Promise<Map<number, Definition>> {
  const all = new Map<number, Definition>();
  if (backend.inTransaction) return all;
  for (let at = 0; at < asked.length; at += DEFINITIONS_PER_QUESTION) {
    const texts = await printedAtOnce(asked.slice(at, at + DEFINITIONS_PER_QUESTION), backend);
    for (const [oid, definition] of texts) all.set(oid, definition);
  }
  return all;
}

/** One that cannot be printed fails the whole question: then halves are asked, unless it was for a lock, which takes its time. */
async function printedAtOnce(
  asked: readonly Defined[],
  backend: Backend,
): Promise<readonly (readonly [number, Definition])[]> {
  const views = asked.filter((made) => made instanceof LoadedRelation).map(({ oid }) => oid);
  const functions = asked.filter((made) => made instanceof LoadedFunction).map(({ oid }) => oid);
  try {
    const rows = await askRows(backend, DEFINITIONS, [arrayOf(views), arrayOf(functions)]);
    const path = JSON.parse(rows.find(([oid]) => oid === '0')?.[1] ?? '[]') as readonly string[];
    return rows.flatMap(([oid, sql]) =>
      oid === '0' || typeof sql !== 'string' ? [] : [[Number(oid), { sql, path }] as const],
    );
  } catch (error) {
    if (!(error instanceof CatalogError) || error.code !== 'UNREADABLE') throw error;
    if (asked.length === 1 || error.sqlstate === LOCK_NOT_AVAILABLE) return [];
    const half = asked.length >> 1;
    const first = await printedAtOnce(asked.slice(0, half), backend);
    return [...first, ...(await printedAtOnce(asked.slice(half), backend))];
  }
}

/** Appendix A of the manual. */
const LOCK_NOT_AVAILABLE = '55P03';
