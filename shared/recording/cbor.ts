/**
 * Writes deterministic CBOR (RFC 8949 §4.2.1) for the item types that events use. The data path encodes two events a
 * statement, so this writer appends to one growing buffer and allocates nothing per item; `cborg` reads events back and
 * is the oracle in the tests (same bytes, item by item).
 */

const encoder = new TextEncoder();

/** First size of the buffer: one event of a small statement is about 150 bytes. */
const INITIAL_BYTES = 4096;

/** Text up to this length is copied char by char: faster than `encodeInto` for the names and tags events hold. */
const SHORT_TEXT = 48;

export class CborWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Forgets what was written; the buffer is used again. */
  reset(): void {
    this.#length = 0;
  }

  /** A view of what was written, valid until the next call. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  array(items: number): void {
    this.#head(0x80, items);
  }

  /** An integer of either sign, within the safe integers of JavaScript. */
  integer(value: number): void {
    if (value >= 0) this.#head(0x00, value);
    else this.#head(0x20, -1 - value);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xf5 : 0xf4);
  }

  null(): void {
    this.#byte(0xf6);
  }

  bytes(value: Uint8Array): void {
    this.#head(0x40, value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#shortAscii(value)) return;
    const encoded = encoder.encode(value);
    this.#head(0x60, encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  #shortAscii(value: string): boolean {
    const start = this.#length;
    this.#head(0x60, value.length);
    this.#reserve(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#length = start;
        return false;
      }
      this.#bytes[this.#length++] = code;
    }
    return true;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Major type and argument in the shortest form. */
  #head(major: number, argument: number): void {
    this.#reserve(9);
    const at = this.#length;
    if (argument < 24) {
      this.#bytes[at] = major | argument;
      this.#length = at + 1;
    } else if (argument < 0x100) {
      this.#bytes[at] = major | 24;
      this.#bytes[at + 1] = argument;
      this.#length = at + 2;
    } else if (argument < 0x10000) {
      this.#bytes[at] = major | 25;
      this.#view.setUint16(at + 1, argument);
      this.#length = at + 3;
    } else if (argument < 0x100000000) {
      this.#bytes[at] = major | 26;
      this.#view.setUint32(at + 1, argument);
      this.#length = at + 5;
    } else {
      this.#bytes[at] = major | 27;
      this.#view.setUint32(at + 1, Math.floor(argument / 0x100000000));
      this.#view.setUint32(at + 5, argument >>> 0);
      this.#length = at + 9;
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
