/**
 * A recorded terminal's screen as it was after an event: with it any later one is reached without playing from the beginning.
 * Made by a process of the host (main/replay/keyframe-process.ts), kept in the user's cache, and by windows for what the host
 * has none of. Tab stops and what a program saved to come back to (ESC 7: the cursor's place, look and character set) are not in it.
 */
import type { PainterState } from './painter-state.ts';

/** Raised whenever a terminal's recording is painted otherwise: what was kept is then made anew. */
export const KEYFRAME_VERSION = 2;

/** Painted text, in UTF-16 units, and recorded time, µs, between two keyframes: what the window plays in an instant. */
export const KEYFRAME_UNITS = 64 * 1024;
export const KEYFRAME_MICROS = 10_000_000;

/** Lines that scroll back in a keyframe. */
export const KEYFRAME_LINES = 200;

export interface Keyframe {
  /** The last event that is on the screen. */
  readonly sequence: number;
  /** The painter's, to go on from: see {@link readState}. */
  readonly state: string;
  /** Makes an empty terminal of the state's size what this one was. */
  readonly text: string;
}

/** The painter's state as text. */
export function writeState(state: PainterState): string {
  return JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Map) return { $map: [...value] };
    return value instanceof Uint8Array ? { $bytes: [...value] } : value;
  });
}

/** The reverse of {@link writeState}. */
export function readState(text: string): PainterState {
  return JSON.parse(text, (_, value: unknown) => {
    if (value === null || typeof value !== 'object') return value;
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
    return '$bytes' in value ? Uint8Array.from(value.$bytes as number[]) : value;
  }) as PainterState;
}
