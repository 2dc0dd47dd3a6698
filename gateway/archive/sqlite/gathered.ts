/** Memory in which a session's events gather until they are a segment. */

/** First size of the buffers that a session's events gather in: a few small statements. */
const GATHER_BYTES = 4096;

/** Buffers below this size are made when they are needed; larger ones go round among the busy sessions. */
const SMALL_BYTES = 16 * 1024;

/** Holds what most sessions have gathered by a commit, or by a bundle: a large buffer for each of hundreds keeps the garbage collector busy. */
const MEDIUM_BYTES = 64 * 1024;

/** Holds a full segment's part (256 KiB), and the event that fills it up where that is not a large one. */
const LARGE_BYTES = 320 * 1024;

/** 10 MiB in all: two for each of sixteen busy sessions. */
const MOST_LARGE = 32;

/** The same for a hundred less busy ones: 12 MiB. */
const MOST_MEDIUM = 200;

/** Of a session at rest. */
const NOTHING = Buffer.alloc(0);

/** Buffers that nobody uses: fresh memory costs more than the copying into it. */
export class SpareBuffers {
  readonly #medium: Buffer[] = [];
  readonly #large: Buffer[] = [];

  /** A buffer of at least `bytes`. */
  take(bytes: number): Buffer {
    if (bytes < SMALL_BYTES) return Buffer.allocUnsafe(Math.max(bytes, GATHER_BYTES));
    if (bytes > LARGE_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (bytes <= MEDIUM_BYTES) return this.#medium.pop() ?? Buffer.allocUnsafeSlow(MEDIUM_BYTES);
    return this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
  }

  give(buffer: Buffer): void {
    if (buffer.length === MEDIUM_BYTES && this.#medium.length < MOST_MEDIUM) this.#medium.push(buffer);
    if (buffer.length === LARGE_BYTES && this.#large.length < MOST_LARGE) this.#large.push(buffer);
  }
}

/** Bytes that gather in a buffer which grows. */
export class Gathered {
  readonly #buffers: SpareBuffers;
  #bytes: Buffer = NOTHING;
  length = 0;

  constructor(buffers: SpareBuffers) {
    this.#buffers = buffers;
  }

  add(from: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), this.length);
    this.length = length;
  }

  /** What gathered; valid until {@link empty}. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  empty(): void {
    this.length = 0;
    this.#buffers.give(this.#bytes);
    this.#bytes = NOTHING;
  }

  #grow(length: number): void {
    const grown = this.#buffers.take(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#buffers.give(this.#bytes);
    this.#bytes = grown;
  }
}
