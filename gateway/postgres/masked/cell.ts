/** How the cells of one column are masked, for the agent or for the record. */
import type { MaskRule } from '../../../shared/policy/mask-rule.ts';
import { type Finder, finderOf } from '../../masking/detectors/finder.ts';
import { constantOf, maskCell, writerOf } from '../../masking/mask-cell.ts';
import { maskDetected } from '../../masking/mask-detected.ts';
import type { TypeLookup } from '../../masking/type-shape.ts';
import type { CellMask } from './row-writer.ts';

/** A value's type as the server describes it. */
export interface CellType {
  /** OID. */
  readonly type: number;
  readonly format: 0 | 1;
}

/** A rule with its detectors made ready. */
export interface Detecting {
  readonly rule: MaskRule;
  readonly finder: Finder;
}

/** Makes the detectors of rules ready. */
export function detectingOf(masks: readonly MaskRule[]): Detecting[] {
  return masks
    .filter((rule) => rule.detectors.length > 0)
    .map((rule) => ({ rule, finder: finderOf(rule.detectors) }));
}

/** Told what a detector found, by which rule. */
export type FoundBy = (detector: string, rule: string) => void;

/** Masks every value of a column. */
export function wholeMask(
  style: MaskRule['style'],
  { type, format }: CellType,
  key: Buffer,
  types: TypeLookup,
): CellMask {
  const cell = { type, format, style, key };
  return {
    constant: constantOf(cell, types),
    write: writerOf(cell) ?? null,
    mask: (value) => maskCell(value, cell, types),
  };
}

/** Masks what detectors find in the values of a column called `label`. */
export function detectedMask(
  detecting: readonly Detecting[],
  { type, format }: CellType,
  label: string,
  key: Buffer,
  types: TypeLookup,
  found: FoundBy,
): CellMask {
  const steps = detecting.map(({ rule, finder }) => ({
    finder,
    cell: { type, format, style: rule.style, key, label },
    told: ({ detector }: { readonly detector: string }) => found(detector, rule.rule),
  }));
  return {
    constant: undefined,
    write: null,
    mask(value) {
      let masked: Buffer | null = value;
      for (const { finder, cell, told } of steps) {
        if (masked === null) break;
        masked = maskDetected(masked, cell, finder, types, told);
      }
      return masked;
    },
  };
}
