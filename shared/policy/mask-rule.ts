/** What is masked, and how. */

export const MASK_STYLES = ['redact', 'partial', 'hash', 'null'] as const;
export type MaskStyle = (typeof MASK_STYLES)[number];

/** Detectors that come with the gateway. */
export const DETECTORS = ['email', 'card', 'iban', 'phone', 'national-id', 'jwt', 'api-key'] as const;
export type Detector = (typeof DETECTORS)[number];

/** An expression of the policy's own, RE2-like in what it may cost: it has a time budget. */
export interface CustomDetector {
  readonly name: string;
  readonly pattern: string;
}

/** One masking rule, as it holds for a session whose `when` it matched. */
export interface MaskRule {
  readonly rule: string;
  /** Globs over `schema.table.column`, tags resolved; empty: no columns. */
  readonly columns: readonly string[];
  readonly detectors: readonly (Detector | CustomDetector)[];
  readonly style: MaskStyle;
}

/**
 * Who protects a masked column: the `database` (A: the gateway's user has no privilege to read it, not through views either), the
 * `gateway` (B: by provenance and lineage), a `detector` (C: by what values look like).
 */
export type Assurance = 'database' | 'gateway' | 'detector';
