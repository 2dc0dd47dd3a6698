/** Makes the masking of a session by its policy and the catalog as it is; what many sessions have in common is found once. */
import { createHash } from 'node:crypto';
import type { Assurance, MaskRule } from '../../../shared/policy/mask-rule.ts';
import type { SessionPolicy } from '../../policy/session-policy.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type MaskedColumn, maskedColumns } from '../catalog/masked-columns.ts';
import { secretKind } from '../catalog/secret-columns.ts';
import { sourcesOf } from '../lineage/sources-of.ts';
import { Lane } from '../masked/lane.ts';
import type { GateOptions } from './surroundings.ts';

/** By catalog, then by what the masks say. */
const FOUND = new WeakMap<Catalog, Map<string, readonly MaskedColumn[]>>();

/** `wireKey` is the session's, `recordKey` the archive's. */
export function lanes(wireKey: Buffer, recordKey: Buffer): GateOptions['laneOf'] {
  return (policy: SessionPolicy, { catalog }, levels) =>
    new Lane({
      masks: policy.masks,
      catalog,
      columns: catalog === null ? [] : withLevels(columnsOf(catalog, policy.masks), levels),
      sourcesOf,
      isSecret: (relation, column) => secretKind(relation, column) !== null,
      wireKey,
      recordKey,
      enforced: policy.mode === 'enforce',
    });
}

function columnsOf(catalog: Catalog, masks: readonly MaskRule[]): readonly MaskedColumn[] {
  const key = createHash('sha256').update(JSON.stringify(masks)).digest('hex');
  let known = FOUND.get(catalog);
  if (known === undefined) FOUND.set(catalog, (known = new Map()));
  let columns = known.get(key);
  if (columns === undefined) known.set(key, (columns = maskedColumns(catalog, masks, sourcesOf)));
  return columns;
}

function withLevels(
  columns: readonly MaskedColumn[],
  levels: ReadonlyMap<string, Assurance>,
): (MaskedColumn & { readonly level: Assurance })[] {
  return columns.map(({ relation, column, name, rule, style }) => {
    const level = levels.get(name) ?? 'gateway';
    return { relation, column, name, rule, style, level };
  });
}
