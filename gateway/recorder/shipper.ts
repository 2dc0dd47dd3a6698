/**
 * Copies a spool's events into a store, in order and at least every {@link COMMIT_MS}; the data path never waits for it.
 * What the store confirmed may be freed from the spool.
 */
import { closeSync, openSync } from 'node:fs';
import {
  eachRecord,
  HEADER_BYTES,
  listSpoolFiles,
  readAt,
  readLargeRecord,
  decodeHeader,
  SpoolError,
  type SpoolFile,
} from './spool-file.ts';
import type { OwnSyncs } from './own-syncs.ts';
import { RECORD_HEAD_BYTES } from '../../shared/recording/record.ts';

/** Durable → visible within a second (DESIGN §5) needs commits well below it. */
export const COMMIT_MS = 250;

/** Spool bytes read at once; also what one transaction holds at most, so that readers see a busy archive grow. */
const READ_BYTES = 4 << 20;

/**
 * The same far behind, where a quarter of what waits is taken at once: fewer and fuller segments, rows that come in longer runs
 * of a table's order, and less to sync, which saves a tenth of all work.
 */
const MOST_READ_BYTES = 16 << 20;

/** The part of an archive's writer that a shipper needs (gateway/archive/archive.ts). */
export interface Store {
  watermark(log: Uint8Array): number;
  /** The body of the next record; what the store keeps of it, it copies. */
  append(body: Uint8Array): void;
  commit(): void;
}

/** Reads one spool from its start to a moving end. */
export class Shipper {
  readonly #dir: string;
  readonly #store: Store;
  readonly #syncs: OwnSyncs | null;
  #file: { readonly fd: number; readonly file: SpoolFile } | null = null;
  /** Read into again and again: a store copies what it keeps. */
  #chunk: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(READ_BYTES);
  #position = 0;
  #events = 0;

  /** `syncs`: where nobody else makes the spool durable. */
  constructor(dir: string, store: Store, syncs: OwnSyncs | null = null) {
    this.#dir = dir;
    this.#store = store;
    this.#syncs = syncs;
  }

  /** Position up to which the store has everything. */
  get position(): number {
    return this.#position;
  }

  /** Events of the log that the store has: the index of the next to ship. */
  get events(): number {
    return this.#events;
  }

  /**
   * Ships what lies before `end` (a position at a record's end), at most about {@link MOST_READ_BYTES}, and commits; returns
   * whether more is left. Events the store already has are passed over by it.
   */
  ship(end: number): boolean {
    if (this.#position >= end) return false;
    const files = listSpoolFiles(this.#dir);
    const { fd, file } = this.#open(files);
    const next = files.find(({ position }) => position > file.position) ?? null;
    // What a failed file holds behind the start of the next is void.
    const until = Math.min(end, next?.position ?? end);
    if (this.#position < until) this.#shipFrom(fd, file, until, this.#roomFor(end - this.#position));
    else if (next !== null && next.position === this.#position) this.close();
    else if (this.#position < end) throw this.#damaged(file);
    return this.#position < end;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file.fd);
    this.#file = null;
  }

  #shipFrom(fd: number, file: SpoolFile, until: number, room: Buffer<ArrayBuffer>): void {
    this.#syncs?.sync({ fd, dir: this.#dir, position: file.position, until });
    const at = this.#position - file.position;
    const chunk = readAt(fd, at, Math.min(room.length, until - this.#position), room);
    let events = 0;
    const append = (body: Uint8Array) => {
      this.#store.append(body);
      events++;
    };
    const used = eachRecord(chunk, append);
    const large = used === 0 ? readLargeRecord(fd, at, chunk) : null;
    if (large !== null) append(large);
    const shipped = large === null ? used : RECORD_HEAD_BYTES + large.length;
    if (shipped === 0) throw this.#damaged(file);
    this.#store.commit();
    this.#position += shipped;
    this.#events += events;
  }

  /** What is read at once while so many bytes wait. */
  #roomFor(waiting: number): Buffer<ArrayBuffer> {
    const bytes = Math.min(Math.max(Math.floor(waiting / 4), READ_BYTES), MOST_READ_BYTES);
    if (bytes > this.#chunk.length) this.#chunk = Buffer.allocUnsafeSlow(MOST_READ_BYTES);
    return this.#chunk.subarray(0, bytes);
  }

  /** The file that holds the position; a file's header is passed over. */
  #open(files: readonly SpoolFile[]): { readonly fd: number; readonly file: SpoolFile } {
    if (this.#file !== null) return this.#file;
    const file = files.findLast((candidate) => candidate.position <= this.#position) ?? files[0];
    if (file === undefined)
      throw new SpoolError('SPOOL_DAMAGED', `no spool file in ${this.#dir} holds position ${this.#position}`);
    // Windows flushes a file only through a descriptor that may write.
    const fd = openSync(file.path, this.#syncs === null ? 'r' : 'r+');
    this.#file = { fd, file };
    if (this.#position < file.position + HEADER_BYTES) {
      const header = decodeHeader(readAt(fd, 0, HEADER_BYTES), file.path);
      if (header === null) throw this.#damaged(file);
      this.#events = header.firstIndex;
      this.#position = file.position + HEADER_BYTES;
    }
    return this.#file;
  }

  #damaged(file: SpoolFile): SpoolError {
    const at = this.#position - file.position;
    return new SpoolError(
      'SPOOL_DAMAGED',
      `${file.path} is damaged at byte ${at}; the archive lacks what follows`,
    );
  }
}
