/** The colour of a verdict; its word stands beside it. */
import type { Verdict } from '../../shared/recording/verdict.ts';

const TONES: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'tone-approved',
  VERIFIED_WITH_REDACTIONS: 'tone-approved',
  INCOMPLETE: 'tone-write',
  UNKNOWN_KEY: 'tone-write',
  INDEX_MISMATCH: 'tone-error',
  TRUNCATED: 'tone-error',
  FORKED: 'tone-error',
  CORRUPT: 'tone-error',
  UNSUPPORTED_VERSION: 'tone-error',
};

/** A class name. */
export function standingTone(verdict: Verdict): string {
  return TONES[verdict];
}
