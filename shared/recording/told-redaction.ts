/**
 * What is told of a redacted payload where events are shown: who took it out, why, and what was kept of it. On the wire of the API
 * it stands in the place of the payload; an archive keeps it as a signed note (docs/format.md §7).
 *
 *   u32 TOLD ‖ u32 words length ‖ words (JSON: time, by, reason, sealed) ‖ u32 remainder length, or NONE ‖ remainder
 */
import { EventError } from './codec.ts';

export interface ToldRedaction {
  /** µs since 1970. */
  readonly time: number;
  readonly by: string;
  readonly reason: string;
  /**
   * Left out where the value was taken out of the record; else why it cannot be read here: the key that it is sealed with was
   * destroyed, by whom and why, or is not to be had, and `reason` says how it might be.
   */
  readonly sealed?: 'destroyed' | 'unavailable';
}

/** The length that stands in place of a redacted payload of which more is told. */
export const TOLD = 0xfffffffe;

/** The length of a remainder that is none. */
const NONE = 0xffffffff;

/** What stands in place of the payload. `remainder`: what was kept of it; null: nothing. */
export function writeTold(told: ToldRedaction, remainder: Uint8Array | null): Uint8Array {
  const { time, by, reason, sealed } = told;
  const words = new TextEncoder().encode(JSON.stringify({ time, by, reason, sealed }));
  const bytes = new Uint8Array(12 + words.length + (remainder?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, TOLD);
  view.setUint32(4, words.length);
  bytes.set(words, 8);
  view.setUint32(8 + words.length, remainder === null ? NONE : remainder.length);
  if (remainder !== null) bytes.set(remainder, 12 + words.length);
  return bytes;
}

/** Reads what follows {@link TOLD}, from `at` on; throws {@link EventError}. */
export function readTold(
  bytes: Uint8Array,
  at: number,
): ToldRedaction & { readonly remainder: Uint8Array | null; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wordsEnd = at + 4 + uint32(view, at);
  const length = uint32(view, wordsEnd);
  const from = wordsEnd + 4;
  const end = length === NONE ? from : from + length;
  if (end > bytes.length) throw new EventError('MALFORMED_EVENT', 'cut short');
  const words = wordsIn(bytes.subarray(at + 4, wordsEnd));
  return { ...words, remainder: length === NONE ? null : bytes.subarray(from, end), end };
}

function uint32(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw new EventError('MALFORMED_EVENT', 'cut short');
  return view.getUint32(at);
}

function wordsIn(bytes: Uint8Array): ToldRedaction {
  let said: Partial<Record<keyof ToldRedaction, unknown>>;
  try {
    said = JSON.parse(new TextDecoder().decode(bytes)) as typeof said;
  } catch (cause) {
    throw new EventError('MALFORMED_EVENT', 'what is told of a redaction is no JSON', { cause });
  }
  const { time, by, reason, sealed } = said;
  return {
    time: typeof time === 'number' ? time : 0,
    by: typeof by === 'string' ? by : '',
    reason: typeof reason === 'string' ? reason : '',
    ...((sealed === 'destroyed' || sealed === 'unavailable') && { sealed }),
  };
}
