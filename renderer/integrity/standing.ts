/** How the archive stands, as the badge tells it at a glance. */
import type { Integrity } from '../../shared/api/integrity.ts';
import type { Verdict } from '../../shared/recording/verdict.ts';
import { formatCount } from '../ui/format.ts';
import { INTEGRITY, SHORT_VERDICTS } from '../words/integrity.ts';

/** Which glyph stands for it; its word is always beside it. */
export type StandingGlyph = 'sound' | 'doubtful' | 'bad' | 'verifying' | 'unverified';

export interface Standing {
  readonly glyph: StandingGlyph;
  /** A class name. */
  readonly tone: string;
  /** What there is room for. */
  readonly short: string;
  /** All of it, for who cannot see the glyph. */
  readonly name: string;
}

const TONES: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'tone-approved',
  VERIFIED_WITH_REDACTIONS: 'tone-approved',
  INCOMPLETE: 'tone-write',
  UNKNOWN_KEY: 'tone-write',
  EXTRA: 'tone-write',
  LOCK_EXPIRED: 'tone-write',
  INDEX_MISMATCH: 'tone-error',
  REORDERED: 'tone-error',
  MISSING: 'tone-error',
  REPLACED: 'tone-error',
  TRUNCATED: 'tone-error',
  FORKED: 'tone-error',
  CORRUPT: 'tone-error',
  UNSUPPORTED_VERSION: 'tone-error',
};

/** The colour of a verdict, as a class name; its word stands beside it. */
export function toneOf(verdict: Verdict): string {
  return TONES[verdict];
}

/** Whether what is shown is not, or not all, what was recorded. */
export function isBad(verdict: Verdict): boolean {
  return TONES[verdict] === 'tone-error';
}

/** `events`: how many the archive has now. */
export function standingOf(integrity: Integrity | undefined, events: number): Standing {
  if (integrity === undefined) return plain('unverified', '', INTEGRITY.nameOf.unknown);
  const { state, result, progress } = integrity;
  const part = progress === null || progress.total === 0 ? 0 : progress.done / progress.total;
  if (result === null) {
    if (state === 'verifying')
      return plain('verifying', INTEGRITY.percent(Math.floor(100 * part)), INTEGRITY.nameOf.verifying);
    if (state === 'failed') return plain('doubtful', INTEGRITY.failed, INTEGRITY.nameOf.failed);
    return plain('unverified', INTEGRITY.unverified, INTEGRITY.nameOf.unverified);
  }
  const { verdict } = result;
  const glyph = isBad(verdict) ? 'bad' : TONES[verdict] === 'tone-write' ? 'doubtful' : 'sound';
  if (glyph !== 'sound')
    return {
      glyph,
      tone: TONES[verdict],
      short: SHORT_VERDICTS[verdict],
      name: INTEGRITY.nameOf.bad(verdict),
    };
  const all = Math.max(events, result.events);
  return {
    glyph,
    tone: TONES[verdict],
    short: INTEGRITY.to(shortCount(result.events)),
    name: INTEGRITY.nameOf.sound(verdict, formatCount(result.events), formatCount(all)),
  };
}

/** Four digits are read as they are; the rail has no room for more. Never more than what verified. */
function shortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  return count < 1_000_000 ? `${Math.floor(count / 1_000)}K` : `${Math.floor(count / 100_000) / 10}M`;
}

function plain(glyph: StandingGlyph, short: string, name: string): Standing {
  return { glyph, tone: 'tone-plain', short, name };
}
