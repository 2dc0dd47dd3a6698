/** Splits a stream into messages (PostgreSQL manual §54.7), with code of its own: the gateway's framing is under test. */

/** A message: its type, and all its bytes. What comes before messages have types has type ''. */
export interface Message {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Request codes in place of a protocol version: SSLRequest, GSSENCRequest. The answer to each is one byte. */
const ENCRYPTION_REQUESTS = new Set([80877103, 80877104]);

export class MessageSplitter {
  readonly #side: 'client' | 'server';
  #starting: boolean;
  #pending: Buffer[] = [];
  #length = 0;

  /** `starting`: the stream begins with the start-up phase. */
  constructor(side: 'client' | 'server', starting = true) {
    this.#side = side;
    this.#starting = starting;
  }

  /** The messages that became whole with `chunk`. */
  *push(chunk: Buffer): Generator<Message> {
    this.#pending.push(chunk);
    this.#length += chunk.length;
    // Chunks of a long message are joined once it is whole, not at each of them.
    const [head] = this.#pending;
    if (!this.#starting && head !== undefined && head.length >= 5 && this.#length <= head.readUInt32BE(1))
      return;
    const all = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
    let at = 0;
    for (let length = this.#next(all, at); length > 0; length = this.#next(all, at)) {
      const type = this.#starting ? '' : all.toString('latin1', at, at + 1);
      const bytes = all.subarray(at, at + length);
      if (this.#starting) this.#starting = this.#isEncryption(bytes);
      yield { type, bytes };
      at += length;
    }
    this.#pending = at === all.length ? [] : [all.subarray(at)];
    this.#length = all.length - at;
  }

  /** Bytes of the message at `at`, 0 when it is not whole. */
  #next(all: Buffer, at: number): number {
    const left = all.length - at;
    if (this.#starting && this.#side === 'server') {
      if (left === 0) return 0;
      // 'N' to an encryption request; the first message with a type is an Authentication ('R') or an error.
      if (all[at] === 0x4e) return 1;
      this.#starting = false;
    }
    const head = this.#starting ? 0 : 1;
    if (left < head + 4) return 0;
    const length = head + all.readUInt32BE(at + head);
    return length <= left ? length : 0;
  }

  #isEncryption(bytes: Buffer): boolean {
    if (this.#side === 'server') return true;
    return bytes.length === 8 && ENCRYPTION_REQUESTS.has(bytes.readUInt32BE(4));
  }
}

/** Reads the fields of a message from its start. */
export class MessageReader {
  readonly #bytes: Buffer;
  #at = 5;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  letter(): string {
    return this.#bytes.toString('latin1', this.#at, ++this.#at);
  }

  text(): string {
    const from = this.#at;
    const end = this.#bytes.indexOf(0, from);
    this.#at = end + 1;
    return this.#bytes.toString('utf8', from, end);
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  int16s(): number[] {
    return Array.from({ length: this.int16() }, () => this.int16());
  }

  int32s(): number[] {
    return Array.from({ length: this.int16() }, () => this.int32());
  }

  /** A count and that many values with their lengths, as they stand there. */
  values(): Buffer {
    const from = this.#at;
    for (let left = this.int16() & 0xffff; left > 0; left--) {
      const length = this.int32();
      this.#at += Math.max(0, length); // -1 is NULL
    }
    return this.#bytes.subarray(from, this.#at);
  }
}
