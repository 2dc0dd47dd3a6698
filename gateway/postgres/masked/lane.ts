/**
 * The masking of one session: which columns, which detectors, with what keys. A session without mask rules has none, and
 * then nothing changes and nothing costs. It is replaced as a whole when the catalog or the policy changes; results under
 * way keep the one they began with.
 */
import type { Assurance, MaskRule, MaskStyle } from '../../../shared/policy/mask-rule.ts';
import type { Catalog } from '../catalog/catalog.ts';

/** A column that a rule masks. */
export interface MaskedColumn {
  /** OID of its relation. */
  readonly relation: number;
  /** pg_attribute.attnum. */
  readonly column: number;
  /** `schema.table.column`. */
  readonly name: string;
  readonly rule: string;
  readonly style: MaskStyle;
  /** Who protects it; the gateway where nothing is said. */
  readonly level?: Assurance;
}

export interface LaneOptions {
  readonly masks: readonly MaskRule[];
  /** Null: nothing can be looked up, so every value is of unknown provenance. */
  readonly catalog: Catalog | null;
  /** Every column that a rule of `masks` names, with those that come from one (children, partitions, materialized views). */
  readonly columns: readonly MaskedColumn[];
  /** Keys of the hash style: the session's for what the agent gets, the archive's for what is recorded; 32 bytes each. */
  readonly wireKey: Buffer;
  readonly recordKey: Buffer;
  /** False where the policy only observes: the agent gets everything as it is, the record is masked. */
  readonly enforced: boolean;
}

export class Lane {
  readonly options: LaneOptions;

  constructor(options: LaneOptions) {
    this.options = options;
  }
}
