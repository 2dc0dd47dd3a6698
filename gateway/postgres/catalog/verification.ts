/** Whether what was resolved by a catalog would be resolved so now. */
import type { RestsOn } from '../lineage/lineage.ts';
import type { Backend } from './backend.ts';
import { arrayOf, askRows } from './catalog-error.ts';
import type { SessionView } from './session-view.ts';
import { functionsNamed, operatorsNamed, RELATIONS_BY_OID } from './structure-questions.ts';

/**
 * $1 OIDs of relations; $2 names without a schema; $3, $4 schemas and names; $5 names of functions, $6 of operators. Names without
 * a schema are looked up by to_regclass, which does as the server itself does, and never fails on a name in quotes; of those with one
 * it would fail where the role may not use the schema.
 */
const VERIFY = `SELECT 'path', pg_catalog.to_json(pg_catalog.current_schemas(true))::pg_catalog.text, pg_catalog.current_setting('transaction_isolation')
  UNION ALL ${RELATIONS_BY_OID}
  UNION ALL SELECT 'name', u.name, pg_catalog.to_regclass(pg_catalog.quote_ident(u.name))::pg_catalog.oid::pg_catalog.text
    FROM pg_catalog.unnest($2::pg_catalog.text[]) u (name)
  UNION ALL SELECT 'name', pg_catalog.concat(u.schema, '.', u.name), (SELECT c.oid::pg_catalog.text FROM pg_catalog.pg_class c
      WHERE c.relname OPERATOR(pg_catalog.=) u.name::pg_catalog.name AND c.relnamespace OPERATOR(pg_catalog.=)
        CASE WHEN u.schema OPERATOR(pg_catalog.=) 'pg_temp' THEN pg_catalog.pg_my_temp_schema()
          ELSE (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) u.schema::pg_catalog.name) END)
    FROM ROWS FROM (pg_catalog.unnest($3::pg_catalog.text[]), pg_catalog.unnest($4::pg_catalog.text[])) u (schema, name)
  UNION ALL ${functionsNamed(5)}
  UNION ALL ${operatorsNamed(6)}`;

/** What the server says of it now. */
export interface Observed {
  readonly path: string;
  /** The transaction sees the database as it was when it began. */
  readonly frozen: boolean;
  /** Versions, sorted. */
  readonly relations: readonly string[];
  readonly functions: readonly string[];
  readonly operators: readonly string[];
  /** Name → OID, `null` for none, sorted. */
  readonly names: readonly string[];
}

/** Asks. Throws CatalogError. */
export async function observe(restsOn: RestsOn, view: SessionView, backend: Backend): Promise<Observed> {
  const { plain, qualified } = namesOf(restsOn, view);
  const rows = await askRows(
    backend,
    VERIFY,
    [
      arrayOf(involved(restsOn, view)),
      arrayOf(plain),
      arrayOf(qualified.map(([schema]) => schema)),
      arrayOf(qualified.map(([, name]) => name)),
      arrayOf(restsOn.functions),
      arrayOf(restsOn.operators),
    ],
    'verify',
  );
  const of = (kind: string) =>
    rows.flatMap(([each, head, more]) => (each === kind ? [[head ?? '', more ?? null] as const] : []));
  const [[path, isolation] = ['[]', '']] = of('path');
  return {
    path: JSON.stringify(JSON.parse(path)),
    frozen: isolation !== 'read committed' && isolation !== 'read uncommitted',
    relations: of('relation')
      .map(([head, columns]) => `${head}\n${columns ?? '[]'}`)
      .toSorted(),
    functions: of('function')
      .map(([head]) => head)
      .toSorted(),
    operators: of('operator')
      .map(([head]) => head)
      .toSorted(),
    names: distinct(of('name').map(([name, oid]) => `${name} ${oid ?? 'null'}`)).toSorted(),
  };
}

/** Whether all is as the catalog has it. */
export function compare(observed: Observed, restsOn: RestsOn, view: SessionView): boolean {
  const expected = expectedOf(restsOn, view);
  return (
    observed.path === expected.path &&
    same(observed.relations, expected.relations) &&
    same(observed.functions, expected.functions) &&
    same(observed.operators, expected.operators) &&
    same(observed.names, expected.names)
  );
}

function expectedOf(restsOn: RestsOn, view: SessionView): Omit<Observed, 'frozen'> {
  return {
    path: JSON.stringify(view.searchPath),
    relations: involved(restsOn, view)
      .map((oid) => view.relationByOid(oid)?.version ?? `${oid} is not known`)
      .toSorted(),
    functions: distinct(restsOn.functions)
      .flatMap((name) => view.functions(null, name).map(({ version }) => version))
      .toSorted(),
    operators: distinct(restsOn.operators)
      .flatMap((name) => Array.from(view.operators(name).values()))
      .toSorted(),
    names: namesOf(restsOn, view).expected,
  };
}

/** The relations, and through views and rules all that they are made of. */
export function involved({ relations, names }: RestsOn, view: SessionView): number[] {
  const found = new Set<number>();
  const add = (oid: number): void => {
    if (oid === 0 || found.has(oid)) return;
    found.add(oid);
    for (const used of view.relationByOid(oid)?.uses ?? []) add(used);
  };
  for (const oid of relations) add(oid);
  for (const { relation } of names) add(relation);
  return [...found];
}

interface Names {
  readonly plain: readonly string[];
  readonly qualified: readonly (readonly [schema: string, name: string])[];
  /** As {@link Observed.names}. */
  readonly expected: readonly string[];
}

/** A name with a dot is one with a schema unless what it was found to be is called so; one that may be either is asked for as both. */
function namesOf({ names }: RestsOn, view: SessionView): Names {
  const plain = new Set<string>();
  const qualified = new Map<string, readonly [string, string]>();
  const expected = new Set<string>();
  for (const { name, relation } of names) {
    const known = view.relationByOid(relation);
    expected.add(`${name} ${relation === 0 ? 'null' : relation}`);
    const dots = dotsOf(name);
    if (dots.length === 0 || known?.name === name) plain.add(name);
    else {
      if (relation === 0) plain.add(name);
      for (const dot of dots) {
        const parts = [name.slice(0, dot), name.slice(dot + 1)] as const;
        if (relation === 0 || known?.name === parts[1]) qualified.set(JSON.stringify(parts), parts);
      }
    }
  }
  return { plain: [...plain], qualified: [...qualified.values()], expected: [...expected].toSorted() };
}

function dotsOf(name: string): number[] {
  return Array.from(name, (_, at) => at).filter((at) => name[at] === '.');
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}
