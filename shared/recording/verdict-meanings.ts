/** What each verdict says to a person. */
import type { Verdict } from './verdict.ts';

export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'this is what was recorded, whole.',
  VERIFIED_WITH_REDACTIONS:
    'this is what was recorded, but for values that were taken out; who did so is on the record.',
  INCOMPLETE: 'what is here is what was recorded, and something that should be here is not.',
  TRUNCATED: 'events that are known to have been here are gone.',
  FORKED: 'this is another history than the one that is known from elsewhere.',
  REORDERED: 'objects of the store stand in each other’s places.',
  MISSING: 'objects that the store was given are gone.',
  REPLACED:
    'what the store was given is hidden behind something else; whether it is still there is said below.',
  EXTRA: 'the store holds objects that nobody signed for; what was signed for is whole.',
  LOCK_EXPIRED: 'this is what was recorded, whole; the store does not keep it from being removed any more.',
  CORRUPT: 'this is not what was signed.',
  INDEX_MISMATCH: 'the events are what was recorded; what lists and searches show is something else.',
  UNKNOWN_KEY: 'whoever signed this is not known here: it fits together, and that is all that can be said.',
  UNSUPPORTED_VERSION: 'another version of Auditorium wrote this: use that one to verify it.',
};
