/** How values of one type that has no parts are masked. */
import type { Format } from '../type-shape.ts';

/** What replaces a value, in text and in binary. */
export interface Spelled {
  readonly text: Buffer;
  readonly binary: Buffer;
}

/**
 * A type. `redacted` replaces every value; `partial` and `hash` say what does under these styles, null when the value cannot be
 * read, and are left out where the type has no such form: then `redacted` stands for it.
 */
export interface Scalar {
  readonly redacted: Spelled;
  readonly partial?: (value: Buffer, format: Format) => Spelled | null;
  /**
   * `partial` without a buffer of its own, for what most values look like; its text is its binary form. What lies from `from` to `to` of
   * `source` is written to `out` from `start` on, which may be the same buffer, there or before. Returns how many bytes, never
   * more than it reads; -1: `partial` must look at it.
   */
  readonly writePartial?: (
    source: Uint8Array,
    from: number,
    to: number,
    out: Uint8Array,
    start: number,
  ) => number;
  readonly hash?: (value: Buffer, format: Format, key: Buffer) => Spelled | null;
}

/** A value whose binary form is the text. */
export function same(text: string): Spelled {
  const bytes = Buffer.from(text);
  return { text: bytes, binary: bytes };
}

/** A value by its text and the bytes of its binary form. */
export function spelled(text: string, binary: Buffer | readonly number[]): Spelled {
  return { text: Buffer.from(text), binary: Buffer.isBuffer(binary) ? binary : Buffer.from(binary) };
}
