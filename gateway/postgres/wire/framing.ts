/**
 * Cuts a byte stream into whole messages (PostgreSQL manual, "Message Formats": Byte1 type, Int32 length that counts
 * itself) without copying those that arrive whole. A message cut by a read is kept until the rest comes; one larger than
 * {@link FILL_BYTES} is gathered in a buffer of its own size, so that a long one costs one copy.
 */

/** Type and length. */
export const MESSAGE_HEAD_BYTES = 5;

/** From this size on the rest of a message is awaited in a buffer of its own: below, joining two reads is cheaper. */
const FILL_BYTES = 128 * 1024;

/**
 * Something on the wire breaks the protocol (SQLSTATE 08P01), or is text that is not UTF-8 (22021): the session cannot go
 * on.
 */
export class ProtocolViolation extends Error {
  readonly sqlstate: '08P01' | '22021';
  constructor(message: string, sqlstate: '08P01' | '22021' = '08P01') {
    super(message);
    this.name = 'ProtocolViolation';
    this.sqlstate = sqlstate;
  }
}

/** The length field of the message at `at`, checked against the limit; -1 when the head is not whole yet. */
export function messageLength(buffer: Buffer, at: number, limit: number): number {
  if (at + MESSAGE_HEAD_BYTES > buffer.length) return -1;
  const length = int32(buffer, at + 1);
  if (length < 4 || length > limit) {
    const type = String.fromCharCode(buffer[at] as number);
    throw new ProtocolViolation(
      `message ${JSON.stringify(type)} has length ${length}; allowed are 4 to ${limit}`,
    );
  }
  return length;
}

/** A signed big-endian integer; without the bounds check of `readInt32BE`, for loops that checked already. */
export function int32(buffer: Buffer, at: number): number {
  return (
    ((buffer[at] as number) << 24) |
    ((buffer[at + 1] as number) << 16) |
    ((buffer[at + 2] as number) << 8) |
    (buffer[at + 3] as number)
  );
}

/** An unsigned big-endian integer of two bytes, without a bounds check. */
export function int16(buffer: Buffer, at: number): number {
  return ((buffer[at] as number) << 8) | (buffer[at + 1] as number);
}

/** Walks the whole messages of a buffer; returns how many bytes it took. */
export type Walk = (buffer: Buffer) => number;

export class Framing {
  #tail: Buffer | null = null;
  #filling: { readonly message: Buffer; filled: number } | null = null;

  /** Hands the whole messages that end in `chunk` to `walk`, in one buffer or two. */
  feed(chunk: Buffer, walk: Walk): void {
    let rest = chunk;
    if (this.#filling !== null) {
      const { message } = this.#filling;
      const taken = rest.copy(message, this.#filling.filled);
      this.#filling.filled += taken;
      if (this.#filling.filled < message.length) return;
      this.#filling = null;
      walk(message);
      rest = rest.subarray(taken);
    } else if (this.#tail !== null) {
      rest = Buffer.concat([this.#tail, rest]);
      this.#tail = null;
    }
    if (rest.length === 0) return;
    const taken = walk(rest);
    if (taken < rest.length) this.#keep(rest.subarray(taken));
  }

  #keep(tail: Buffer): void {
    const total = tail.length < MESSAGE_HEAD_BYTES ? 0 : 1 + int32(tail, 1);
    // A message that is whole was left because it goes with the one behind it.
    if (total < FILL_BYTES || tail.length >= total) {
      this.#tail = tail;
      return;
    }
    const message = Buffer.allocUnsafe(total);
    this.#filling = { message, filled: tail.copy(message) };
  }
}
