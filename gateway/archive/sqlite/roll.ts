/** When a volume ends: it is full, or too old, or the one before it was lost. */
import type { RollReason } from '../../../shared/recording/event.ts';

/** What a volume ends with, whichever comes first. */
export interface RollLimits {
  readonly statements: number;
  readonly bytes: number;
  /** From its oldest event to its newest, ms. */
  readonly age: number;
}

/** So that a volume is copied in seconds, found by the day, and opened at once. */
export const DEFAULT_ROLL: RollLimits = { statements: 1_000_000, bytes: 4 * 2 ** 30, age: 86_400_000 };

/** What a volume holds. */
export interface VolumeFill {
  readonly statements: number;
  readonly bytes: number;
  /** Of its oldest and newest events, µs; null while it has none. */
  readonly firstTime: number | null;
  readonly lastTime: number;
}

/** A log asks for its next volume: that which the `volumeRolled` event of this number begins. */
export interface RollWish {
  readonly number: number;
  readonly reason: RollReason;
}

/** Why a volume should end; null while it should not. */
export function isFull(fill: VolumeFill, limits: RollLimits): RollReason | null {
  if (fill.statements >= limits.statements) return 'statements';
  if (fill.bytes >= limits.bytes) return 'size';
  const age = fill.firstTime === null ? 0 : fill.lastTime - fill.firstTime;
  return age >= limits.age * 1000 ? 'time' : null;
}
