/** Who protects each masked column: the database, the gateway, or a detector. */
import type { Assurance, MaskRule } from '../../../shared/policy/mask-rule.ts';
import type { Backend } from './backend.ts';
import type { Catalog } from './catalog.ts';
import { exposuresOf, type Exposure } from './exposures.ts';
import { maskedColumns, type SourcesOf } from './masked-columns.ts';

export interface ColumnAssurance {
  /** `schema.table.column`; `*` for what a detector finds in any. */
  readonly column: string;
  readonly rule: string;
  readonly level: Assurance;
  /** Why no better one; of the best, what it rests on. */
  readonly reason: string;
}

/**
 * The assurance of every column that these rules mask, by the catalog and the privileges of the role that logged in and all it can
 * SET ROLE to. One question. Row security does not count: it leaves out rows, not columns. Throws CatalogError.
 */
export async function assuranceOf(
  masks: readonly MaskRule[],
  catalog: Catalog,
  sourcesOf: SourcesOf,
  backend: Backend,
): Promise<readonly ColumnAssurance[]> {
  const masked = maskedColumns(catalog, masks, sourcesOf);
  const exposures = await exposuresOf(masked, catalog, sourcesOf, backend);
  return [
    ...masked.map(({ name, rule }, at): ColumnAssurance => {
      const [first, ...others] = exposures[at] ?? [];
      if (first === undefined)
        return { column: name, rule, level: 'database', reason: 'no privilege to read it' };
      const more = others.length === 0 ? '' : `, and ${others.length} more`;
      return { column: name, rule, level: 'gateway', reason: describeExposure(first) + more };
    }),
    ...masks
      .filter(({ detectors }) => detectors.length > 0)
      .map(({ rule }): ColumnAssurance => {
        return { column: '*', rule, level: 'detector', reason: 'found by what values look like' };
      }),
  ];
}

/** In a person's words: `shop_agent has SELECT on public.customers`. */
export function describeExposure(exposure: Exposure): string {
  const { kind, role } = exposure;
  switch (kind) {
    case 'superuser':
      return `${role} is a superuser`;
    case 'server':
      return `${role} gives access to the server’s files`;
    case 'replication':
      return `${role} may replicate the database`;
    case 'createrole':
      return `${role} may make itself a member of other roles`;
    case 'owner':
      return `${role} owns ${nameOf(exposure)}`;
    case 'select':
      return `${role} has SELECT on ${nameOf(exposure)}`;
    case 'trigger':
      return `${role} has TRIGGER on ${nameOf(exposure)}`;
    case 'rule':
      return `${role} may change ${nameOf(exposure)}, whose rules read it`;
    case 'view':
      return `${role} has SELECT on ${nameOf(exposure)}, which ${exposure.known ? 'shows' : 'may show'} it`;
    case 'function':
      return `${role} may call ${exposure.signature}, which reads as its owner does and may show it`;
  }
}

function nameOf({ relation }: Extract<Exposure, { relation: unknown }>): string {
  return `${relation.schema}.${relation.name}`;
}
