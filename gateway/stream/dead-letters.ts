/**
 * What a receiver refused for good, on disk until somebody sends it again or removes it: files of JSON lines, each message with the
 * receiver's words. They are bounded; a sink whose letters are full waits as for a receiver that is away.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DeliveryError, type Refused, type StreamMessage } from './sink.ts';

/** A file as it is read back. */
export interface LetterFile {
  readonly path: string;
  readonly messages: readonly StreamMessage[];
}

const FILE = /^\d{13}-\d{6}\.jsonl$/;

export class DeadLetters {
  readonly #folder: string;
  readonly #limit: number;
  readonly #now: () => number;
  #bytes: number;
  #count: number;
  #written = 0;

  /** `limit` in bytes. */
  constructor(folder: string, limit: number, now: () => number) {
    this.#folder = folder;
    this.#limit = limit;
    this.#now = now;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#bytes = this.files().reduce((sum, path) => sum + statSync(path).size, 0);
    this.#count = this.files().reduce((sum, path) => sum + linesOf(path).length, 0);
  }

  /** Messages that are here. */
  get count(): number {
    return this.#count;
  }

  /** Oldest first. */
  files(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => FILE.test(name))
      .toSorted()
      .map((name) => join(this.#folder, name));
  }

  /** Durable when it returns. Throws {@link DeliveryError} where there is no room. */
  put(refused: readonly Refused[]): void {
    if (refused.length === 0) return;
    const text = refused.map(({ message, why }) => `${JSON.stringify({ ...message, why })}\n`).join('');
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > this.#limit)
      throw new DeliveryError(
        'REFUSED',
        `${refused[0]?.why ?? 'messages are refused'}, and there is no room for more of them in ${this.#folder}: mend the receiver and run auditorium stream retry, or remove files there`,
      );
    const name = `${String(this.#now()).padStart(13, '0')}-${String(this.#written++ % 1e6).padStart(6, '0')}.jsonl`;
    const file = openSync(join(this.#folder, name), 'ax', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.#bytes += bytes;
    this.#count += refused.length;
  }

  read(path: string): LetterFile {
    return { path, messages: linesOf(path) };
  }

  remove({ path, messages }: LetterFile): void {
    this.#bytes -= statSync(path).size;
    this.#count -= messages.length;
    rmSync(path);
  }
}

function linesOf(path: string): StreamMessage[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { why: _, ...message } = JSON.parse(line) as StreamMessage & { readonly why: string };
      return message;
    });
}
