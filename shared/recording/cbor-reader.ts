/**
 * Reads the item types of events from deterministic CBOR (RFC 8949 §4.2.1), strictly: only the shortest form of a head,
 * only safe integers, only valid UTF-8, nothing indefinite. Shippers and players read every event there is, so this reader
 * goes from item to item and makes nothing but the values; `cborg` is the oracle in the tests.
 */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text up to this length is looked up by its bytes when it is ASCII: most names, tags and states were read before. */
const SHORT_TEXT = 24;

/** A power of two; the distinct short texts of one log's statements are far fewer. */
const KNOWN_TEXTS = 512;

/** Major types, as the high three bits of a head. */
const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const;
/** The least argument that needs 1, 2, 4 and 8 bytes behind its head. */
const LEAST = [24, 0x100, 0x10000, 0x100000000] as const;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;

/** Bytes that are not deterministic CBOR of the expected types. */
export class CborError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CborError';
  }
}

/** What {@link CborReader.kind} tells of an item. */
export type CborKind = 'integer' | 'bytes' | 'text' | 'array' | 'map' | 'simple';

const KINDS: readonly (CborKind | undefined)[] = [
  'integer',
  'integer',
  'bytes',
  'text',
  'array',
  'map',
  undefined,
  'simple',
];

export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every byte was read. */
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Of what kind the next item is: a boolean or null is `simple`. */
  kind(): CborKind {
    const head = this.#bytes[this.#at];
    const kind = head === undefined ? undefined : KINDS[head >> 5];
    if (kind === undefined) throw new CborError(`expected an item at byte ${this.#at}`);
    return kind;
  }

  /** Reads a null if one is next. */
  skipNull(): boolean {
    if (this.#bytes[this.#at] !== NULL) return false;
    this.#at++;
    return true;
  }

  /** The number of items of an array. */
  array(): number {
    return this.#argument(MAJOR.array);
  }

  /** The number of keys of a map; behind it come keys and values in turns. */
  map(): number {
    return this.#argument(MAJOR.map);
  }

  integer(): number {
    const head = this.#bytes[this.#at];
    return head !== undefined && head >> 5 === MAJOR.negative
      ? -1 - this.#argument(MAJOR.negative)
      : this.#argument(MAJOR.unsigned);
  }

  boolean(): boolean {
    const head = this.#bytes[this.#at++];
    if (head === TRUE) return true;
    if (head === FALSE) return false;
    throw new CborError('expected a boolean');
  }

  /** A view of the bytes, not a copy. */
  bytes(): Uint8Array {
    return this.#take(this.#argument(MAJOR.bytes));
  }

  text(): string {
    const length = this.#argument(MAJOR.text);
    if (length <= SHORT_TEXT) {
      const text = knownText(this.#bytes, this.#at, length);
      if (text !== null) {
        this.#at += length;
        return text;
      }
    }
    return decodeText(this.#take(length));
  }

  /** The argument of a head of the given major type, which must be in its shortest form. */
  #argument(major: number): number {
    const bytes = this.#bytes;
    const head = bytes[this.#at];
    if (head === undefined || head >> 5 !== major)
      throw new CborError(`expected major type ${major} at byte ${this.#at}`);
    const info = head & 0x1f;
    this.#at++;
    if (info < 24) return info;
    if (info > 27) throw new CborError('indefinite or reserved length');
    const size = 1 << (info - 24);
    if (this.#at + size > bytes.length) throw new CborError('cut short');
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 0x100 + (bytes[this.#at++] ?? 0);
    if (value < (LEAST[info - 24] ?? 0) || value > Number.MAX_SAFE_INTEGER)
      throw new CborError('not the shortest form, or not a safe integer');
    return value;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new CborError('cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Texts read lately, by a hash of their bytes: names, tags and states come again and again. */
const known: string[] = Array.from({ length: KNOWN_TEXTS }, () => '');

/** ASCII text of at most {@link SHORT_TEXT} bytes, without making it anew when it was read lately; null for other text. */
function knownText(bytes: Uint8Array, at: number, length: number): string | null {
  if (at + length > bytes.length) throw new CborError('cut short');
  let hash = length;
  for (let i = at; i < at + length; i++) {
    const code = bytes[i] as number;
    if (code > 0x7f) return null;
    hash = (hash * 31 + code) | 0;
  }
  const slot = hash & (KNOWN_TEXTS - 1);
  const candidate = known[slot] as string;
  if (isText(candidate, bytes, at, length)) return candidate;
  let text = '';
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i] as number);
  known[slot] = text;
  return text;
}

function isText(text: string, bytes: Uint8Array, at: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

function decodeText(encoded: Uint8Array): string {
  try {
    return decoder.decode(encoded);
  } catch {
    throw new CborError('text that is not UTF-8');
  }
}
