/**
 * Writes deterministic CBOR (RFC 8949 §4.2.1) for the item types that events use. The data path encodes two events a
 * statement, so this writer goes on in one buffer, which may be the one that the event is to lie in, and allocates nothing
 * per item; `cborg` reads events back and is the oracle in the tests (same bytes, item by item).
 */

const encoder = new TextEncoder();

/** First size of a buffer of its own: one event of a small statement is about 150 bytes. */
const INITIAL_BYTES = 4096;

/** Text up to this length is copied char by char: faster than `encodeInto` for the names and tags events hold. */
const SHORT_TEXT = 48;

export class CborWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #start = 0;
  #at = 0;

  /** Begins anew, in the same buffer. */
  reset(): void {
    this.#at = this.#start;
  }

  /** Begins anew at `start` of `target`. What does not fit into it goes on in a buffer of the writer's own. */
  resetInto(target: Uint8Array<ArrayBuffer>, start: number): void {
    this.#bytes = target;
    this.#start = this.#at = start;
  }

  /** Bytes written. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** Whether all of it lies in `target`, where {@link CborWriter.resetInto} was told to put it. */
  isIn(target: Uint8Array): boolean {
    return this.#bytes === target;
  }

  /** A view of what was written, valid until the next call. */
  written(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#at);
  }

  array(items: number): void {
    this.#head(0x80, items);
  }

  /** A map: `items` keys, each a text, and behind each its value. */
  map(items: number): void {
    this.#head(0xa0, items);
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
    const { length } = value;
    this.#head(0x40, length);
    this.#reserve(length);
    const bytes = this.#bytes;
    const at = this.#at;
    // Ids and digests are shorter than what a call of `set` costs.
    if (length <= 32) for (let i = 0; i < length; i++) bytes[at + i] = value[i] as number;
    else bytes.set(value, at);
    this.#at = at + length;
  }

  /** A byte string given as Latin-1 text, one char a byte: how digests come cheapest. */
  latin1Bytes(value: string): void {
    const { length } = value;
    this.#head(0x40, length);
    this.#reserve(length);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < length; i++) bytes[at + i] = value.charCodeAt(i);
    this.#at = at + length;
  }

  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#shortAscii(value)) return;
    const encoded = encoder.encode(value);
    this.#head(0x60, encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
  }

  #shortAscii(value: string): boolean {
    const start = this.#at;
    const { length } = value;
    this.#head(0x60, length);
    this.#reserve(length);
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#at = start;
        return false;
      }
      bytes[at + i] = code;
    }
    this.#at = at + length;
    return true;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** Major type and argument in the shortest form. */
  #head(major: number, argument: number): void {
    this.#reserve(9);
    const bytes = this.#bytes;
    const at = this.#at;
    if (argument < 24) {
      bytes[at] = major | argument;
      this.#at = at + 1;
    } else if (argument < 0x100) {
      bytes[at] = major | 24;
      bytes[at + 1] = argument;
      this.#at = at + 2;
    } else if (argument < 0x10000) {
      bytes[at] = major | 25;
      bytes[at + 1] = argument >>> 8;
      bytes[at + 2] = argument;
      this.#at = at + 3;
    } else if (argument < 0x100000000) {
      bytes[at] = major | 26;
      writeUint32(bytes, at + 1, argument);
      this.#at = at + 5;
    } else {
      bytes[at] = major | 27;
      writeUint32(bytes, at + 1, Math.floor(argument / 0x100000000));
      writeUint32(bytes, at + 5, argument);
      this.#at = at + 9;
    }
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const { length } = this;
    const grown = new Uint8Array(Math.max(length * 2, length + more, INITIAL_BYTES));
    grown.set(this.written());
    this.#bytes = grown;
    this.#start = 0;
    this.#at = length;
  }
}

/** The low 32 bits, big-endian; a typed array takes the low byte of what it is given. */
function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value / 0x1000000;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
