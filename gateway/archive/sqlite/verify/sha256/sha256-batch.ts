/**
 * SHA-256 of many short messages at once, in WebAssembly with vectors: sha256-batch.c. node:crypto takes longer to be called than
 * to hash an event; what is long it hashes faster, and hashes here too.
 */
import { hash } from 'node:crypto';
import {
  COMMITMENT_DOMAIN,
  COMMITMENT_PREFIX_BYTES,
  COMMITMENT_SALT_AT,
  SALT_BYTES,
  writeCommitmentLength,
} from '../../../../../shared/recording/commitment.ts';
import { PAYLOAD_HEAD_BYTES } from '../../../../../shared/recording/record.ts';
import { SHA256_WASM } from './sha256-wasm.ts';

const DIGEST_BYTES = 32;
const DIGEST_WORDS = 8;

/** Messages of more than 8 blocks, padding included, are left to node:crypto; it is faster from about half of that on. */
const MOST_MESSAGE = 8 * 64 - 9;

/** Hashes of a tile's subtree, and the room that its root is made in. */
const TREE_LEAVES = 256;

const PAGE = 64 * 1024;

/** Node has it; the types of a browser, which tell of it, are not asked for here. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly heap: () => number;
  readonly leaves: (bytes: number, at: number, length: number, count: number, digests: number) => void;
  readonly commitments: (bytes: number, at: number, length: number, count: number, digests: number) => void;
  readonly differing: (bytes: number, at: number, count: number, digests: number, numbers: number) => number;
  readonly perfect: (hashes: number, count: number, room: number) => void;
}

/** Where messages lie: lists that are used again and again. */
export class Places {
  #at = new Uint32Array(1024);
  #length = new Uint32Array(1024);
  count = 0;

  empty(): void {
    this.count = 0;
  }

  add(at: number, length: number): void {
    if (this.count === this.#at.length) {
      this.#at = doubled(this.#at);
      this.#length = doubled(this.#length);
    }
    this.#at[this.count] = at;
    this.#length[this.count] = length;
    this.count++;
  }

  get at(): Uint32Array {
    return this.#at.subarray(0, this.count);
  }

  get length(): Uint32Array {
    return this.#length.subarray(0, this.count);
  }
}

function doubled(list: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * list.length);
  larger.set(list);
  return larger;
}

class Sha256Batch {
  readonly #wasm: Exports;
  readonly #heap: number;

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(SHA256_WASM, 'base64'));
    this.#wasm = new WebAssembly.Instance(module).exports as Exports;
    this.#heap = aligned(this.#wasm.heap());
  }

  /** Leaf hashes of the events at those places of `events`: 8 words of 32 bits each, as they lie in memory. */
  leaves(events: Buffer, places: Places): Int32Array<ArrayBuffer> {
    const { count } = places;
    const room = this.#room([events.length, 4 * count, 4 * count, DIGEST_BYTES * count]);
    const [bytes, at, length, digests] = room.at as [number, number, number, number];
    room.memory.set(events, bytes);
    this.#put(at, places.at);
    this.#put(length, places.length);
    this.#wasm.leaves(bytes, at, length, count, digests);
    const [starts, sizes] = [places.at, places.length];
    for (let i = 0; i < count; i++) {
      const size = sizes[i] as number;
      if (1 + size <= MOST_MESSAGE) continue;
      const from = starts[i] as number;
      const message = Buffer.concat([Buffer.of(0), events.subarray(from, from + size)]);
      room.memory.set(hash('sha256', message, 'buffer'), digests + DIGEST_BYTES * i);
    }
    return new Int32Array(this.#wasm.memory.buffer, digests, DIGEST_WORDS * count).slice();
  }

  /**
   * Which payloads are not what was committed to, by their number: they lie at `places` of `payloads`, each with its value's length;
   * the commitments lie at those `expected` places of `events`.
   */
  wrongCommitments(payloads: Buffer, places: Places, events: Buffer, expected: Uint32Array): number[] {
    const { count } = places;
    const table = 4 * count;
    const room = this.#room([payloads.length, events.length, table, table, table, DIGEST_BYTES * count]);
    const [bytes, eventsAt, at, length, expectedAt, digests] = room.at as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    room.memory.set(payloads, bytes);
    room.memory.set(events, eventsAt);
    this.#put(at, places.at);
    this.#put(length, places.length);
    this.#put(expectedAt, expected);
    this.#wasm.commitments(bytes, at, length, count, digests);
    const [starts, sizes] = [places.at, places.length];
    for (let i = 0; i < count; i++) {
      const size = sizes[i] as number;
      if (COMMITMENT_PREFIX_BYTES + size <= MOST_MESSAGE) continue;
      room.memory.set(commitmentOf(payloads, starts[i] as number, size), digests + DIGEST_BYTES * i);
    }
    const found = this.#wasm.differing(eventsAt, expectedAt, count, digests, at);
    return [...new Uint32Array(this.#wasm.memory.buffer, at, found)];
  }

  /** Root of the perfect tree over `count` hashes, a power of two up to 256, from the `from`th of `hashes` on; Latin-1. */
  perfect(hashes: Int32Array, from: number, count: number): string {
    const room = this.#room([DIGEST_BYTES * TREE_LEAVES, DIGEST_BYTES * TREE_LEAVES]);
    const [leaves, root] = room.at as [number, number];
    new Int32Array(this.#wasm.memory.buffer, leaves, DIGEST_WORDS * count).set(
      hashes.subarray(DIGEST_WORDS * from, DIGEST_WORDS * (from + count)),
    );
    this.#wasm.perfect(leaves, count, root);
    return Buffer.from(this.#wasm.memory.buffer, root, DIGEST_BYTES).toString('latin1');
  }

  /** Places for parts of so many bytes, one behind the other. */
  #room(parts: readonly number[]): { readonly memory: Uint8Array; readonly at: number[] } {
    let end = this.#heap;
    const at = parts.map((bytes) => {
      const start = end;
      end = aligned(end + bytes);
      return start;
    });
    const { memory } = this.#wasm;
    const lacking = end - memory.buffer.byteLength;
    if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE));
    return { memory: new Uint8Array(memory.buffer), at };
  }

  #put(at: number, list: Uint32Array): void {
    new Uint32Array(this.#wasm.memory.buffer, at, list.length).set(list);
  }
}

/** One for all: nothing of it outlives a call. */
export const sha256Batch = new Sha256Batch();

function aligned(at: number): number {
  return Math.ceil(at / 16) * 16;
}

function commitmentOf(payloads: Buffer, at: number, length: number): Buffer {
  const message = Buffer.alloc(COMMITMENT_PREFIX_BYTES + length);
  message.set(COMMITMENT_DOMAIN);
  payloads.copy(message, COMMITMENT_SALT_AT, at + PAYLOAD_HEAD_BYTES - SALT_BYTES, at + PAYLOAD_HEAD_BYTES);
  writeCommitmentLength(message, 0, length);
  payloads.copy(message, COMMITMENT_PREFIX_BYTES, at + PAYLOAD_HEAD_BYTES, at + PAYLOAD_HEAD_BYTES + length);
  return hash('sha256', message, 'buffer');
}
