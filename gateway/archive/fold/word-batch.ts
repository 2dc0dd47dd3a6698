/** Words of statements until a commit writes them: in one buffer, because so many small texts are much for a garbage collector. */
import type { Words } from './statement-words.ts';

/** First size of the buffer, which grows: a commit of a busy gateway. */
const FIRST_BYTES = 256 * 1024;

/** UTF-8 takes so many bytes for a UTF-16 unit at most. */
const MOST_BYTES = 3;

export class WordBatch {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  #ids: number[] = [];
  #ends: number[] = [];
  #cut: number[] = [];

  /** Statements in it. */
  get size(): number {
    return this.#ids.length;
  }

  /** Ids of those of which only the beginning is searchable. */
  get cut(): readonly number[] {
    return this.#cut;
  }

  add({ id, words, cut }: Words): void {
    const room = this.#length + words.length * MOST_BYTES;
    if (room > this.#bytes.length) this.#grow(room);
    this.#length += this.#bytes.write(words, this.#length);
    this.#ids.push(id);
    this.#ends.push(this.#length);
    if (cut) this.#cut.push(id);
  }

  /** Ids and words of those that have any, in the order of their ids. */
  *sorted(): Generator<readonly [id: number, words: string]> {
    const order = Uint32Array.from(this.#ids.keys()).toSorted(
      (a, b) => (this.#ids[a] as number) - (this.#ids[b] as number),
    );
    for (const at of order) {
      const start = at === 0 ? 0 : (this.#ends[at - 1] as number);
      const end = this.#ends[at] as number;
      if (end > start) yield [this.#ids[at] as number, this.#bytes.toString('utf8', start, end)];
    }
  }

  empty(): void {
    this.#length = 0;
    this.#ids = [];
    this.#ends = [];
    this.#cut = [];
  }

  #grow(bytes: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
