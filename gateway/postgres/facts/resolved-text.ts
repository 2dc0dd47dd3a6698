/** A text with its names looked up: what policy decides on, and where its values come from and go to. */
import type { TextFacts } from '../../../shared/policy/facts.ts';
import type { Lineage } from '../lineage/lineage.ts';

/** Immutable, and the same object for as long as text and catalog are the same, so that decisions can be cached by it. */
export interface ResolvedText {
  readonly facts: TextFacts;
  /** One for each SQL statement; null: nobody knows, as when there is no catalog. */
  readonly lineage: readonly (Lineage | null)[];
}

/**
 * What EXECUTE runs and FETCH reads, by the name that SQL gives it; null: unknown. See {@link innerTexts} for what PREPARE and DECLARE
 * leave behind.
 */
export type Prepared = (name: string, kind: 'statement' | 'cursor') => ResolvedText | null;
