/** What policy decided and what was masked, as lists show it. */
import type { StatementRow } from '../../../shared/api/session.ts';
import { DECISIONS, type Decided } from '../../../shared/policy/recorded-decision.ts';

/** Nobody waits any more for what was held when its session ended. */
export function decidedOf(stored: string, sessionOutcome: string): Decided | null {
  if (stored === 'held' && sessionOutcome !== 'live') return 'abandoned';
  return DECISIONS.find((decision) => decision === stored) ?? null;
}

/** Names of masks as stored, `kind name`. */
export function masksOf(
  masks: readonly string[],
): Pick<StatementRow, 'maskedColumns' | 'detectors' | 'maskedBy'> {
  return {
    maskedColumns: ofKind(masks, 'column'),
    detectors: ofKind(masks, 'detector'),
    maskedBy: ofKind(masks, 'rule'),
  };
}

/** Of names as stored, `kind name`, those of one kind. */
function ofKind(names: readonly string[], kind: string): string[] {
  return names
    .filter((name) => name.startsWith(`${kind} `))
    .map((name) => name.slice(kind.length + 1))
    .toSorted();
}
