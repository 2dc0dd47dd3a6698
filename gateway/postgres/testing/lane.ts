/** A lane for tests, over a catalog of one table: public.people (id, name, email), whose e-mails are masked. */
import type { MaskRule } from '../../../shared/policy/mask-rule.ts';
import type { Catalog, Relation } from '../catalog/catalog.ts';
import type { Exchange } from '../exchange.ts';
import type { JudgedStatement } from '../judged.ts';
import type { CopyLayout, Lineage } from '../lineage/lineage.ts';
import { Lane } from '../masked/lane.ts';

/** OID of public.people. */
export const PEOPLE = 16_400;

const TYPES = { id: 23, name: 25, email: 25 };

const RELATION: Relation = {
  oid: PEOPLE,
  schema: 'public',
  name: 'people',
  kind: 'r',
  columns: Object.entries(TYPES).map(([name, type], i) => ({ number: i + 1, name, type, generatedFrom: [] })),
  definition: null,
  parents: [],
  uses: [],
  ruled: false,
};

const CATALOG: Catalog = {
  generation: 1,
  searchPath: ['pg_catalog', 'public'],
  relation: (schema, name) =>
    (schema === null || schema === 'public') && name === 'people' ? RELATION : null,
  relationByOid: (oid) => (oid === PEOPLE ? RELATION : null),
  relations: () => [RELATION],
  within: () => CATALOG,
  functions: () => [],
  hasOwnOperator: () => false,
  typeOf: () => null,
};

/** Rules that mask e-mails, by their column. */
export function emailRule(style: MaskRule['style']): MaskRule {
  return { rule: 'emails', columns: ['public.people.email'], detectors: [], style };
}

export function laneOf(masks: readonly MaskRule[], enforced = true): Lane {
  const columns = masks.flatMap(({ rule, style, columns: globs }) =>
    globs.length === 0 ? [] : [{ relation: PEOPLE, column: 3, name: 'public.people.email', rule, style }],
  );
  return new Lane({
    masks,
    catalog: CATALOG,
    columns,
    sourcesOf: (relation, column) => [{ relation, column }],
    isSecret: () => false,
    wireKey: Buffer.alloc(32, 1),
    recordKey: Buffer.alloc(32, 2),
    enforced,
  });
}

/** A lineage whose outputs are these columns of people; `unknown` for one that nobody knows. */
export function lineageOf(
  outputs: readonly (number | null | 'unknown')[] | null,
  { closed = true, copy = null }: { readonly closed?: boolean; readonly copy?: CopyLayout | null } = {},
): Lineage {
  return {
    outputs:
      outputs?.map((column) => {
        if (column === 'unknown') return column;
        return column === null ? [] : [{ relation: PEOPLE, column }];
      }) ?? null,
    flows: [],
    uses: [],
    closed,
    pure: closed,
    copy,
    restsOn: { relations: [PEOPLE], names: [], functions: [], operators: [] },
  };
}

/** Every statement of the session is judged so, with a limit of rows if one is given. */
export function judgeAll(exchange: Exchange, statements: readonly JudgedStatement[], rows?: number): void {
  const start = exchange.start.bind(exchange);
  exchange.start = (portal, sql) => {
    const statement = start(portal, sql);
    statement.judged = {
      statements,
      lane: exchange.lane,
      policy: new Uint8Array(32),
      enforced: true,
      decision: {
        effect: 'allow',
        rules: [],
        message: null,
        severity: 'medium',
        hold: null,
        rowLimit: rows === undefined ? null : { rows, rule: 'few rows', message: null },
        needsEstimate: false,
        class: 'read',
      },
    };
    return statement;
  };
}
