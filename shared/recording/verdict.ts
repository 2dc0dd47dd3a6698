/** What the verification of evidence comes to: the same words for both verifiers, people and scripts. */

/**
 * Gravest first; the verdict is the gravest of all findings. The number is the exit status of `auditorium verify` and of
 * verify.py.
 *
 * - `UNSUPPORTED_VERSION` written by a version that this verifier does not read.
 * - `CORRUPT` events, payloads, proofs or seals are not what was signed.
 * - `FORKED` a checkpoint known from elsewhere says other than this log.
 * - `REORDERED` objects of a remote store stand in each other's places.
 * - `MISSING` an object that a remote store was given, and that its manifests name, is gone.
 * - `REPLACED` what a remote store was given is hidden behind another version.
 * - `TRUNCATED` a checkpoint known from elsewhere has more events than are here.
 * - `INDEX_MISMATCH` the events are whole; what lists and searches say of them is not what the events say.
 * - `UNKNOWN_KEY` self-consistent at best: signed with no key that is known here.
 * - `EXTRA` a remote store holds objects that no manifest names.
 * - `LOCK_EXPIRED` whole; and the store does not keep it any more, or not as long as was said.
 * - `INCOMPLETE` what is here is whole; something that should be here is not: events, a session's end, signs of life.
 * - `VERIFIED_WITH_REDACTIONS` whole but for values that were taken out, by whom and why on the record.
 * - `VERIFIED` whole.
 */
export const VERDICTS = {
  UNSUPPORTED_VERSION: 28,
  CORRUPT: 25,
  FORKED: 24,
  TRUNCATED: 23,
  REORDERED: 31,
  MISSING: 29,
  REPLACED: 30,
  INDEX_MISMATCH: 26,
  UNKNOWN_KEY: 27,
  EXTRA: 32,
  INCOMPLETE: 22,
  LOCK_EXPIRED: 33,
  VERIFIED_WITH_REDACTIONS: 21,
  VERIFIED: 0,
} as const;
export type Verdict = keyof typeof VERDICTS;

/** One thing found. */
export interface Finding {
  /** What it alone would make the verdict. */
  readonly verdict: Verdict;
  /** What is wrong and where, in words. */
  readonly message: string;
  /** Hex id of the log. */
  readonly log?: string;
  /** Index of the event in its log. */
  readonly event?: number;
  /** Index of the last event, where it is a run of them. */
  readonly lastEvent?: number;
  /** File name of the volume. */
  readonly volume?: string;
}

/** The gravest verdict of some findings. */
export function verdictOf(findings: readonly Pick<Finding, 'verdict'>[]): Verdict {
  const order = Object.keys(VERDICTS) as Verdict[];
  return order.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? 'VERIFIED';
}
