/** A file that is written from begin to end, in blocks: lines of a few hundred bytes would cost a call of the system each. */
import type { FileHandle } from 'node:fs/promises';

const BLOCK_BYTES = 256 * 1024;

/** What text and bytes are written to; resolves when more may come. */
export interface Sink {
  write(chunk: string | Uint8Array): Promise<void>;
}

export class BufferedFile implements Sink {
  readonly #file: FileHandle;
  #waiting: Buffer[] = [];
  #bytes = 0;

  /** `file` stays the caller's to close, after {@link flush}. */
  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    const bytes = Buffer.from(chunk);
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= BLOCK_BYTES) await this.flush();
  }

  /** Makes all that was written part of the file. */
  async flush(): Promise<void> {
    const block = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    for (let at = 0; at < block.length;) at += (await this.#file.write(block, at)).bytesWritten;
  }
}
