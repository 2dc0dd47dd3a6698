/**
 * The events of a bundle while it is made: their bytes in a file, since sessions come one after the other and a bundle has them in the
 * order of their log; in memory is where each lies.
 */
import type { FileHandle } from 'node:fs/promises';

/** Written at once. */
const BLOCK_BYTES = 1024 * 1024;

/** Where the events of one log lie, by the order in which they came. */
interface Places {
  readonly indexes: number[];
  readonly offsets: number[];
  readonly lengths: number[];
}

export class GatheredEvents {
  readonly #file: FileHandle;
  readonly #logs = new Map<string, Places>();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #at = 0;

  /** `file` is empty, and stays the caller's to close. */
  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Takes an event by the log it is of (hex) and its index there; `bytes` as in bodies.ts. */
  async add(log: string, index: number, bytes: Uint8Array): Promise<void> {
    let places = this.#logs.get(log);
    if (places === undefined) this.#logs.set(log, (places = { indexes: [], offsets: [], lengths: [] }));
    places.indexes.push(index);
    places.offsets.push(this.#at);
    places.lengths.push(bytes.length);
    this.#at += bytes.length;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= BLOCK_BYTES) await this.#flush();
  }

  /** Logs that events are of, hex, in their order. */
  get logs(): string[] {
    return [...this.#logs.keys()].toSorted();
  }

  /** The indexes of the events of a log, ascending. */
  indexes(log: string): number[] {
    return (this.#logs.get(log)?.indexes ?? []).toSorted((a, b) => a - b);
  }

  /** `u32 body length ‖ body` of every event, by log and index. */
  async *records(): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#flush();
    for (const log of this.logs) yield* this.#recordsOf(log);
  }

  async *#recordsOf(log: string): AsyncGenerator<Uint8Array, void, undefined> {
    const { indexes, offsets, lengths } = this.#logs.get(log) as Places;
    const order = indexes.map((_, i) => i).toSorted((a, b) => (indexes[a] ?? 0) - (indexes[b] ?? 0));
    for (let from = 0; from < order.length;) {
      // Events that were written one after the other are read at once.
      const first = order[from] as number;
      let [to, length] = [from + 1, lengths[first] as number];
      while (order[to] === first + to - from && length < BLOCK_BYTES)
        length += lengths[order[to++] as number] as number;
      const block = await this.#read(offsets[first] as number, length);
      let at = 0;
      for (const place of order.slice(from, to)) {
        const size = lengths[place] as number;
        const record = Buffer.alloc(4 + size);
        record.writeUInt32BE(size);
        block.copy(record, 4, at, at + size);
        at += size;
        yield record;
      }
      from = to;
    }
  }

  async #read(position: number, length: number): Promise<Buffer> {
    const block = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      const { bytesRead } = await this.#file.read(block, at, length - at, position + at);
      if (bytesRead === 0) throw new RangeError('gathered events are gone');
      at += bytesRead;
    }
    return block;
  }

  async #flush(): Promise<void> {
    const block = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let at = 0; at < block.length;) at += (await this.#file.write(block, at)).bytesWritten;
  }
}
