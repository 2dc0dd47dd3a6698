/** What would have to be revoked so that the database itself protects masked columns. */
import type { Backend } from './backend.ts';
import { describeExposure } from './assurance.ts';
import type { Catalog, Relation } from './catalog.ts';
import { arrayOf, askRows } from './catalog-error.ts';
import { GRANTS } from './exposure-question.ts';
import { exposuresOf, type Exposure } from './exposures.ts';
import type { MaskedColumn, SourcesOf } from './masked-columns.ts';
import { adviceOn } from './privilege-advice.ts';
import { quoted, quotedRelation } from './quoted-name.ts';

/** One thing to change. */
export interface PrivilegeChange {
  /** `schema.table.column` of the masked columns that it is for. */
  readonly columns: readonly string[];
  /** In a person's words. */
  readonly reason: string;
  /** Statements for the owner to run; empty where none can tell what is right, and a person has to. */
  readonly sql: readonly string[];
  /** What that person could do, in lines with SQL to be adapted; empty where there is `sql`. */
  readonly advice: readonly string[];
}

/** Who has which privilege on what: `PUBLIC` or a role as SQL. */
interface Grant {
  readonly kind: string;
  readonly what: string;
  readonly column: number;
  readonly grantee: string;
  readonly privilege: string;
}

/** Everything that exposes these columns, each thing once, with the statements that end it. Two questions. Throws CatalogError. */
export async function privilegeChanges(
  masked: readonly MaskedColumn[],
  catalog: Catalog,
  sourcesOf: SourcesOf,
  backend: Backend,
): Promise<readonly PrivilegeChange[]> {
  const exposures = await exposuresOf(masked, catalog, sourcesOf, backend);
  const exposed = new Map<string, Exposed>();
  exposures.forEach((ways, at) => {
    for (const exposure of ways) add(exposed, exposure, masked[at]?.name ?? '');
  });
  const grants = await grantsOf([...exposed.values()], backend);
  return [...exposed.values()].map(({ exposure, hidden, columns }) => {
    const sql = statements(exposure, hidden, grants);
    return {
      columns: [...columns],
      reason: describeExposure(exposure),
      sql,
      advice: sql.length > 0 ? [] : adviceOn(exposure, masked, catalog),
    };
  });
}

interface Exposed {
  readonly exposure: Exposure;
  /** Columns of its relation that are not to be read. */
  readonly hidden: Set<number>;
  readonly columns: Set<string>;
}

function add(exposed: Map<string, Exposed>, exposure: Exposure, name: string): void {
  const key = keyOf(exposure);
  const known = exposed.get(key);
  const { hidden, columns } = known ?? { hidden: new Set<number>(), columns: new Set<string>() };
  if (exposure.kind === 'select' || exposure.kind === 'view') hidden.add(exposure.column);
  columns.add(name);
  if (known === undefined) exposed.set(key, { exposure, hidden, columns });
}

/** A view's column that is masked is met twice: for itself, and for what it shows. */
function keyOf(exposure: Exposure): string {
  if (exposure.kind === 'function') return `function ${exposure.signature}`;
  if (!('relation' in exposure)) return `${exposure.kind} ${exposure.role}`;
  return `${exposure.kind === 'view' ? 'select' : exposure.kind} ${exposure.relation.oid}`;
}

async function grantsOf(exposed: readonly Exposed[], backend: Backend): Promise<readonly Grant[]> {
  const ways = exposed.map(({ exposure }) => exposure);
  const rows = await askRows(backend, GRANTS, [
    arrayOf(ways.flatMap((way) => ('relation' in way ? [way.relation.oid] : []))),
    arrayOf(ways.flatMap((way) => (way.kind === 'function' ? [way.signature] : []))),
  ]);
  return rows.map(([kind, what, column, grantee, privilege]) => ({
    kind: kind ?? '',
    what: what ?? '',
    column: Number(column),
    grantee: grantee === '' ? 'PUBLIC' : quoted(grantee ?? ''),
    privilege: privilege ?? '',
  }));
}

function statements(exposure: Exposure, hidden: ReadonlySet<number>, grants: readonly Grant[]): string[] {
  const { kind, role } = exposure;
  switch (kind) {
    case 'select':
    case 'view':
      return withoutColumns(exposure.relation, hidden, grants);
    case 'trigger':
      return granteesOf(grants, 'relation', String(exposure.relation.oid), 'TRIGGER').map(
        (grantee) => `REVOKE TRIGGER ON ${quotedRelation(exposure.relation)} FROM ${grantee};`,
      );
    case 'function':
      return granteesOf(grants, 'function', exposure.signature, 'EXECUTE').map(
        (grantee) => `REVOKE EXECUTE ON ROUTINE ${exposure.signature} FROM ${grantee};`,
      );
    case 'server':
      return granteesOf(grants, 'member', role, 'MEMBER').map(
        (member) => `REVOKE ${quoted(role)} FROM ${member};`,
      );
    case 'replication':
      return [`ALTER ROLE ${quoted(role)} NOREPLICATION;`];
    case 'createrole':
      return [`ALTER ROLE ${quoted(role)} NOCREATEROLE;`];
    // Whether the gateway should log in as somebody else, the object belong to somebody else or a rule go, is not for a program to say.
    case 'superuser':
    case 'owner':
    case 'rule':
      return [];
  }
}

/** SELECT on all columns but the hidden ones in place of SELECT on the relation; that of a role that reads all is taken from it. */
function withoutColumns(relation: Relation, hidden: ReadonlySet<number>, grants: readonly Grant[]): string[] {
  const name = quotedRelation(relation);
  const of = (numbers: (number: number) => boolean) =>
    relation.columns.filter(({ number }) => numbers(number)).map((column) => quoted(column.name));
  const rest = of((number) => !hidden.has(number)).join(', ');
  const whole = granteesOf(grants, 'relation', String(relation.oid), 'SELECT');
  const parts = Map.groupBy(
    grants.filter(
      ({ kind, what, column, privilege }) =>
        kind === 'column' && what === String(relation.oid) && hidden.has(column) && privilege === 'SELECT',
    ),
    ({ grantee }) => grantee,
  );
  const changes = [
    ...whole.flatMap((grantee) => [
      `REVOKE SELECT ON ${name} FROM ${grantee};`,
      ...(rest === '' ? [] : [`GRANT SELECT (${rest}) ON ${name} TO ${grantee};`]),
    ]),
    ...[...parts]
      .filter(([grantee]) => !whole.includes(grantee))
      .map(([grantee, granted]) => {
        const columns = of((number) => granted.some(({ column }) => column === number)).join(', ');
        return `REVOKE SELECT (${columns}) ON ${name} FROM ${grantee};`;
      }),
  ];
  if (changes.length > 0) return changes;
  return granteesOf(grants, 'member', 'pg_read_all_data', 'MEMBER').map(
    (member) => `REVOKE pg_read_all_data FROM ${member};`,
  );
}

function granteesOf(
  grants: readonly Grant[],
  ofKind: string,
  ofWhat: string,
  privilegeOf: string,
): readonly string[] {
  const fitting = grants.filter(
    ({ kind, what, privilege }) => kind === ofKind && what === ofWhat && privilege === privilegeOf,
  );
  return [...new Set(fitting.map(({ grantee }) => grantee))];
}
