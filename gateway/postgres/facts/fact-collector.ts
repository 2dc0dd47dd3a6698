/** Gathers the relations and functions of a statement, through views and functions of the database's own. */
import type { Feature, FunctionFact, TableFact } from '../../../shared/policy/facts.ts';
import type { TreeNode } from '../fact-verb.ts';
import type { Catalog, Relation } from '../catalog/catalog.ts';
import { blockStatements } from './block-statements.ts';
import { functionMeaning } from './function-kinds.ts';
import { bodyStatements, innerStatements } from './inner-sql.ts';
import { mentionsOf, type FunctionMention, type RelationMention } from './mentions.ts';

/** How many views and functions are looked through on one way; deeper ones are opaque. */
const MAX_WAY = 32;

/** Catalogs that hold passwords, keys and the like (manual, chapter "System Catalogs"). */
const SECRET = new Set([
  'pg_catalog.pg_authid',
  'pg_catalog.pg_shadow',
  'pg_catalog.pg_user_mapping',
  'pg_catalog.pg_user_mappings',
  'pg_catalog.pg_subscription',
  'information_schema.user_mapping_options',
]);

/** Where a name stands: in the text, or in what a view or function is made of. */
interface Place {
  readonly catalog: Catalog | null;
  readonly via: readonly string[];
}

/** What one statement uses. */
export class FactCollector {
  readonly features = new Set<Feature>();
  /** Every name was found. */
  resolved: boolean;
  readonly #catalog: Catalog | null;
  readonly #tables = new Map<string, TableFact>();
  readonly #functions = new Map<string, FunctionFact>();
  readonly #followed = new Set<string>();

  constructor(catalog: Catalog | null) {
    this.#catalog = catalog;
    this.resolved = catalog !== null;
  }

  /** In the order of the text, those reached through others behind what they are reached through. */
  get tables(): readonly TableFact[] {
    return [...this.#tables.values()];
  }

  get functions(): readonly FunctionFact[] {
    return [...this.#functions.values()];
  }

  /** Adds what a statement of the text names. */
  add(statement: TreeNode): void {
    this.#add(statement, { catalog: this.#catalog, via: [] });
  }

  /** Adds what a block of PL/pgSQL says openly that it uses; what else it does nobody sees. */
  addBlock(body: string): void {
    for (const { node } of blockStatements(body)) this.#add(node, { catalog: this.#catalog, via: ['DO'] });
  }

  /** Adds functions that are called as if they were fields: `(row).name`. */
  addCalls(names: Iterable<string>): void {
    for (const name of names)
      this.#addFunction({ schema: null, name, arguments: 1 }, { catalog: this.#catalog, via: [] });
  }

  #add(statement: TreeNode, place: Place): void {
    const { relations, functions, operators } = mentionsOf(statement);
    for (const relation of relations) this.#addRelation(relation, place);
    for (const mention of functions) this.#addFunction(mention, place);
    for (const operator of operators) {
      if (place.catalog?.hasOwnOperator(operator) !== true) continue;
      this.#functions.set(`operator ${operator}`, { name: `operator ${operator}`, kind: 'opaque' });
      this.features.add('opaque');
    }
  }

  #addRelation(mention: RelationMention, place: Place): void {
    const { schema, name, made } = mention;
    const found = made ? null : (place.catalog?.relation(schema, name) ?? null);
    if (found === null && !made) this.resolved = false;
    const full = found === null ? unfound(mention, place.catalog) : `${found.schema}.${found.name}`;
    this.#setTable(
      full,
      { ...mention, resolved: found !== null || (made && place.catalog !== null) },
      place.via,
    );
    if (SECRET.has(full) || SECRET.has(`pg_catalog.${full}`)) this.features.add('secret catalog');
    if (found !== null) this.#follow(found, mention, place);
  }

  /** What a view is made of, and what rules do in place of a change. */
  #follow(relation: Relation, { reads, writes, rows }: RelationMention, place: Place): void {
    if (!rows) return;
    const name = `${relation.schema}.${relation.name}`;
    if (writes && relation.ruled) {
      this.features.add('opaque');
      for (const oid of relation.uses) this.#addUsed(oid, [...place.via, name]);
    }
    if ((relation.kind !== 'v' && relation.kind !== 'm') || isSystem(relation)) return;
    const statements = relation.definition === null ? null : innerStatements(relation.definition);
    if (statements === null || place.via.length >= MAX_WAY) {
      this.resolved = false;
      this.features.add('opaque');
      return;
    }
    const role = `${name} ${reads} ${writes}`;
    if (this.#followed.has(role)) return;
    this.#followed.add(role);
    const inner = { catalog: place.catalog?.within(relation) ?? null, via: [...place.via, name] };
    for (const { node } of statements) this.#add(node, inner);
    // A view that can be written through writes to what it reads.
    if (writes && relation.kind === 'v') for (const oid of relation.uses) this.#addUsed(oid, inner.via);
  }

  #addUsed(oid: number, via: readonly string[]): void {
    const used = this.#catalog?.relationByOid(oid);
    if (used === undefined || used === null) return;
    this.#setTable(`${used.schema}.${used.name}`, { reads: true, writes: true, resolved: true }, via);
  }

  #setTable(
    name: string,
    { reads, writes, resolved }: Pick<TableFact, 'reads' | 'writes' | 'resolved'>,
    via: readonly string[],
  ): void {
    const before = this.#tables.get(name);
    this.#tables.set(name, {
      name,
      resolved: resolved && before?.resolved !== false,
      reads: reads || before?.reads === true,
      writes: writes || before?.writes === true,
      via: before === undefined || via.length < before.via.length ? via : before.via,
    });
  }

  #addFunction({ schema, name }: FunctionMention, place: Place): void {
    const { own, resolved, ...fact } = functionMeaning(place.catalog, schema, name);
    if (!resolved) this.resolved = false;
    if (fact.kind === 'opaque') this.features.add('opaque');
    this.#functions.set(fact.name, fact);
    if (fact.kind !== 'read' || this.#followed.has(`${fact.name}()`)) return;
    this.#followed.add(`${fact.name}()`);
    for (const one of own) {
      const statements = bodyStatements(one.body ?? '');
      if (statements === null || place.via.length >= MAX_WAY) {
        this.#functions.set(fact.name, { name: fact.name, kind: 'opaque' });
        this.features.add('opaque');
        continue;
      }
      const inner = { catalog: place.catalog?.within(one) ?? null, via: [...place.via, fact.name] };
      for (const { node } of statements) this.#add(node, inner);
    }
  }
}

/** Where a relation goes that is made: the first schema of the path that is the user's own. Else the name as written. */
function unfound({ schema, name, made }: RelationMention, catalog: Catalog | null): string {
  if (schema !== null) return `${schema}.${name}`;
  const home = made ? catalog?.searchPath.find((one) => !/^pg_(catalog$|temp_)/.test(one)) : undefined;
  return home === undefined ? name : `${home}.${name}`;
}

function isSystem({ schema }: Relation): boolean {
  return schema === 'pg_catalog' || schema === 'information_schema';
}
