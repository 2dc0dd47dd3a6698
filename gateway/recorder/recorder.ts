/**
 * Turns facts into events of one log: numbers them, commits to their payloads, and appends them to the spool. Everything
 * here is synchronous and allocates little: a small statement is two calls of {@link SessionRecorder.record}.
 */
import { createHash, hash, randomFillSync } from 'node:crypto';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import {
  COMMITMENT_DOMAIN,
  COMMITMENT_PREFIX_BYTES,
  COMMITMENT_SALT_AT,
  SALT_BYTES,
  writeCommitmentLength,
} from '../../shared/recording/commitment.ts';
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import type { Clock } from './clock.ts';
import { EVENT_ROOM_BYTES, type SaltedValues, type Spool } from './spool.ts';
import { SpoolError } from './spool-file.ts';

/** How long an answer is held until its record is safe: see DESIGN §4 I2. */
export type Durability = 'full' | 'intent' | 'process';

/** Random bytes fetched at once: one system call for 1,024 salts. */
const SALT_POOL_BYTES = SALT_BYTES * 1024;

/** Values up to this length are hashed in one go from a scratch buffer, larger ones behind their prefix without a copy. */
const SCRATCH_VALUE_BYTES = 16384;

/** A log that was silent this long says that it lives. */
const HEARTBEAT_MS = 15_000;

/** In mode `intent` what nobody waits for, the answers' events above all, reaches the disk within this many ms (I2). */
const SYNC_MS = 10;

export interface RecorderOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly durability: Durability;
  /** Name and version for the log's first event. */
  readonly software: string;
  /** How often this log was opened before. */
  readonly boot: number;
  /** Called once when nothing can be recorded any more. */
  readonly onFailure: (error: SpoolError) => void;
}

/** Records the events of one session. */
export interface SessionRecorder {
  /** The session's 16 bytes. */
  readonly id: Uint8Array;
  /** Appends an event; returns its sequence in the session. Nothing is safe before {@link Recorder.write}. */
  record<K extends EventKind>(kind: K, fields: EventInput<K>): number;
}

/** Bytes that wait for their record. */
interface Held {
  readonly what: 'intent' | 'answer';
  readonly forward: () => void;
}

export class Recorder {
  readonly clock: Clock;
  readonly durability: Durability;
  readonly #spool: Spool;
  readonly #writer = new CborWriter();
  readonly #scratch = Buffer.allocUnsafeSlow(COMMITMENT_PREFIX_BYTES + SCRATCH_VALUE_BYTES);
  readonly #onFailure: (error: SpoolError) => void;
  #index: number;
  /** Of the event being encoded; filled and emptied in place. */
  readonly #salted = {
    values: [] as Uint8Array[],
    salts: Buffer.alloc(0),
    saltAt: [] as number[],
  } satisfies SaltedValues;
  #nextSalt = 0;
  #lastWrite: number;
  #sync: NodeJS.Timeout | null = null;
  readonly #heartbeat: NodeJS.Timeout;
  #sessions = 0;
  #held: Held[] = [];
  readonly #settling = new Set<() => void>();

  /** Opens the log: its first events say how it was found. */
  constructor(options: RecorderOptions) {
    this.clock = options.clock;
    this.durability = options.durability;
    this.#spool = options.spool;
    this.#onFailure = options.onFailure;
    this.#index = options.spool.state.nextIndex;
    this.#lastWrite = performance.now();
    this.#scratch.set(COMMITMENT_DOMAIN, 0); // stays: only salt, length and value differ
    this.#recordOpening(options);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get log(): Uint8Array {
    return this.#spool.log;
  }

  /** Events recorded so far: the index of the next. */
  get events(): number {
    return this.#index;
  }

  /** Set once recording has failed; nothing may be forwarded from then on. */
  get failure(): SpoolError | null {
    return this.#spool.failure;
  }

  /** A recorder for a new session. Ids start with the time, so that they sort as sessions do. */
  session(): SessionRecorder {
    this.clock.read();
    const id = newSessionId(this.clock.wall);
    let sequence = 0;
    this.#sessions++;
    return {
      id,
      record: (kind, fields) => {
        if (kind === 'sessionClosed') this.#sessions--;
        this.#append(id, sequence, kind, fields);
        return sequence++;
      },
    };
  }

  /** Appends an event of the log itself. Nothing is safe before {@link write}. */
  record<K extends EventKind>(kind: K, fields: EventInput<K>): void {
    this.#append(null, 0, kind, fields);
  }

  /**
   * Puts what was recorded into the spool's file: it survives a crash of this process from here on, and is on disk within
   * {@link SYNC_MS} unless the durability is `process`.
   */
  write(): void {
    if (!this.#spool.write()) return;
    this.#lastWrite = performance.now();
    if (this.durability !== 'process') this.#sync ??= setTimeout(() => this.#syncNow(), SYNC_MS);
  }

  /**
   * Calls `forward` when what was recorded is safe enough for an intent (I1) or an answer (I2) in this durability mode, in
   * the order of the calls. All that comes in one turn of the event loop shares one write and one sync: with many agents
   * the system calls, not the work, are what recording costs. Not called when recording fails:
   * {@link RecorderOptions.onFailure} is.
   */
  whenSafe(what: 'intent' | 'answer', forward: () => void): void {
    this.#held.push({ what, forward });
    if (this.#held.length === 1) setImmediate(() => this.#release());
  }

  /** Resolves when everything recorded so far was forwarded, or never will be because recording failed. */
  async settled(): Promise<void> {
    if (this.failure !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settling.add(resolve);
    this.whenSafe('intent', resolve);
    await promise;
    this.#settling.delete(resolve);
  }

  /** Writes what one turn recorded and lets its bytes go on, those that wait for the disk later. */
  #release(): void {
    const held = this.#held;
    this.#held = [];
    try {
      this.write();
    } catch (error) {
      this.#failed(error as SpoolError);
      return;
    }
    const syncs = (what: Held['what']) =>
      this.durability === 'full' || (this.durability === 'intent' && what === 'intent');
    const waiting = held.filter(({ what }) => syncs(what));
    for (const { what, forward } of held) if (!syncs(what)) forward();
    if (waiting.length > 0) {
      this.#spool.whenDurable((error) => {
        if (error !== null) return this.#failed(error);
        for (const { forward } of waiting) forward();
      });
    }
  }

  #failed(error: SpoolError): void {
    this.#onFailure(error);
    for (const resolve of this.#settling) resolve();
    this.#settling.clear();
  }

  /** Ends the log in order. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    if (this.#sync !== null) clearTimeout(this.#sync);
    if (this.failure === null) this.#append(null, 0, 'logClosed', { sessions: this.#sessions });
    await this.#spool.close();
  }

  #recordOpening(options: RecorderOptions): void {
    const { unfinished } = options.spool.state;
    this.#append(null, 0, 'logOpened', {
      software: options.software,
      boot: options.boot,
      durability: options.durability,
    });
    if (unfinished !== null) this.#append(null, 0, 'recovered', unfinished);
    this.write();
  }

  #append<K extends EventKind>(
    session: Uint8Array | null,
    sequence: number,
    kind: K,
    fields: EventInput<K>,
  ): void {
    const writer = this.#writer;
    const salted = this.#salted;
    salted.values.length = salted.saltAt.length = 0;
    this.clock.read();
    const { wall: time, monotonic } = this.clock;
    const header = { log: this.#spool.log, index: this.#index, session, sequence, time, monotonic };
    try {
      writer.resetInto(this.#spool.arena, this.#spool.eventAt());
      encodeEvent(writer, header, kind, fields, this.#commit);
      const inPlace = writer.isIn(this.#spool.arena) && writer.length <= EVENT_ROOM_BYTES;
      this.#spool.append(inPlace ? null : writer.written().slice(), writer.length, salted);
    } catch (error) {
      if (error instanceof SpoolError) this.#failed(error);
      throw error;
    }
    this.#index++;
  }

  /** Salts and keeps a value for the event being encoded; returns the commitment to it, as Latin-1 text. */
  readonly #commit = (value: Uint8Array): string => {
    const salted = this.#salted;
    const scratch = this.#scratch;
    const { length } = value;
    const saltAt = this.#salt();
    salted.values.push(value);
    salted.saltAt.push(saltAt);
    salted.salts.copy(scratch, COMMITMENT_SALT_AT, saltAt, saltAt + SALT_BYTES);
    writeCommitmentLength(scratch, 0, length);
    if (length <= SCRATCH_VALUE_BYTES) {
      scratch.set(value, COMMITMENT_PREFIX_BYTES);
      return hash('sha256', scratch.subarray(0, COMMITMENT_PREFIX_BYTES + length), 'binary');
    }
    return createHash('sha256')
      .update(scratch.subarray(0, COMMITMENT_PREFIX_BYTES))
      .update(value)
      .digest('binary');
  };

  /** Where the next salt lies. Those of the event being encoded stay where they are: the pool is left, not overwritten. */
  #salt(): number {
    const salted = this.#salted;
    if (this.#nextSalt === salted.salts.length) {
      const more = randomFillSync(Buffer.allocUnsafeSlow(SALT_POOL_BYTES));
      // An event has at most two values: the salt of the first may be the old pool's last.
      for (const [i, at] of salted.saltAt.entries()) {
        salted.salts.copy(more, i * SALT_BYTES, at, at + SALT_BYTES);
        salted.saltAt[i] = i * SALT_BYTES;
      }
      salted.salts = more;
      this.#nextSalt = salted.saltAt.length * SALT_BYTES;
    }
    const at = this.#nextSalt;
    this.#nextSalt += SALT_BYTES;
    return at;
  }

  #syncNow(): void {
    this.#sync = null;
    this.#spool.whenDurable((error) => {
      if (error !== null) this.#failed(error);
    });
  }

  #beat(): void {
    if (this.failure !== null || performance.now() - this.#lastWrite < HEARTBEAT_MS) return;
    this.#append(null, 0, 'heartbeat', { sessions: this.#sessions });
    this.write();
  }
}

/** 16 bytes: ms since 1970 in 6, then 10 random ones, as UUID version 7 lays them out without its version bits. */
function newSessionId(wall: number): Uint8Array {
  const id = randomFillSync(new Uint8Array(16));
  const ms = Math.floor(wall / 1000);
  new DataView(id.buffer).setUint16(0, Math.floor(ms / 0x100000000));
  new DataView(id.buffer).setUint32(2, ms >>> 0);
  return id;
}
