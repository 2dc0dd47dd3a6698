/**
 * Turns facts into events of one log: numbers them, commits to their payloads, and appends them to the spool. Everything
 * here is synchronous and allocates little: a small statement is two calls of {@link SessionRecorder.record}.
 */
import { randomFillSync } from 'node:crypto';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import type { Clock } from './clock.ts';
import { NODE_DISK, type SpoolDisk } from './disk.ts';
import { encodeEnding, type OpenSession } from './ending.ts';
import { DEADLINE_MS, Pressure } from './pressure.ts';
import { SaltedPayloads } from './salted-payloads.ts';
import { EVENT_ROOM_BYTES, type Spool } from './spool.ts';
import { SpoolError } from './spool-file.ts';

/** How long an answer is held until its record is safe: see DESIGN §4 I2. */
export type Durability = 'full' | 'intent' | 'process';

/** A log that was silent this long says that it lives; whether it was is looked at every so often, so that it is never silent for 15 s. */
const HEARTBEAT_MS = { silence: 12_500, look: 2_500 };

/** In mode `intent` what nobody waits for, the answers' events above all, reaches the disk within this many ms (I2). */
const SYNC_MS = 10;

/** How long the events that end a log may take to reach a disk that just failed, ms. */
const ENDING_MS = 5_000;

export interface RecorderOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly durability: Durability;
  /** Name and version for the log's first event. */
  readonly software: string;
  /** How often this log was opened before. */
  readonly boot: number;
  /**
   * Called when all sessions must end because they cannot be recorded: once and for good, {@link Recorder.failure} is set
   * then; or because the spool was full for longer than the deadline.
   */
  readonly onFailure: (error: SpoolError) => void;
  /** Called when less than this share of the spool's limit is left; `left` in bytes. */
  readonly onLow?: (left: number, share: number) => void;
  /** How long agents are held back when the spool is full, and a sync of it may take, ms. */
  readonly deadline?: number;
  readonly disk?: SpoolDisk;
}

/** Records the events of one session. */
export interface SessionRecorder {
  /** The session's 16 bytes. */
  readonly id: Uint8Array;
  /** Appends an event; returns its sequence in the session. Nothing is safe before {@link Recorder.write}. */
  record<K extends EventKind>(kind: K, fields: EventInput<K>): number;
}

export class Recorder {
  readonly clock: Clock;
  readonly durability: Durability;
  /** Whether agents must be held back. */
  readonly pressure: Pressure;
  readonly #spool: Spool;
  readonly #writer = new CborWriter();
  readonly #onFailure: (error: SpoolError) => void;
  #index: number;
  readonly #payloads = new SaltedPayloads();
  #lastWrite: number;
  #sync: NodeJS.Timeout | null = null;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #open = new Set<OpenSession>();
  #ending: Promise<void> = Promise.resolve();
  /** Who forwards what waits for its record, in order, and of each whether it is an intent. */
  #held: (() => void)[] = [];
  #heldIntents: boolean[] = [];
  readonly #releaseHeld = () => this.#release();
  readonly #settling = new Set<() => void>();

  /** Opens the log: its first events say how it was found. */
  constructor(options: RecorderOptions) {
    this.clock = options.clock;
    this.durability = options.durability;
    this.#spool = options.spool;
    this.#onFailure = options.onFailure;
    this.#index = options.spool.state.nextIndex;
    this.#lastWrite = performance.now();
    const { spool, deadline = DEADLINE_MS, disk = NODE_DISK, onLow = () => {} } = options;
    this.pressure = new Pressure({ spool, deadline, disk, onLow, onFull: (error) => this.#full(error) });
    spool.journal.onFailure = (error) => this.#failed(error);
    this.#recordOpening(options);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS.look);
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
    const session: OpenSession = { id, opened: this.#index, sequence: 0 };
    this.#open.add(session);
    return {
      id,
      record: (kind, fields) => {
        if (kind === 'sessionClosed') {
          this.#open.delete(session);
          this.#spool.spare = 0; // the end of a session is what the last bytes are kept for
        }
        this.#append(id, session.sequence, kind, fields);
        return session.sequence++;
      },
    };
  }

  /** Whether a new session could be recorded. */
  get takesSessions(): boolean {
    return this.failure === null && this.pressure.takesSessions;
  }

  /**
   * Appends an event of the log itself and puts it into the spool's file; returns whether it could. Does not throw when
   * recording fails: who records such events has no session to end, and {@link RecorderOptions.onFailure} is told.
   */
  record<K extends EventKind>(kind: K, fields: EventInput<K>): boolean {
    try {
      this.#spool.spare = 0;
      this.#append(null, 0, kind, fields);
      this.write();
      return true;
    } catch (error) {
      if (error instanceof SpoolError) return false;
      throw error;
    }
  }

  /**
   * Puts what was recorded into the spool's file: it survives a crash of this process from here on, and is on disk within
   * {@link SYNC_MS} unless the durability is `process`.
   */
  write(): void {
    if (!this.#spool.write()) return;
    this.pressure.check();
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
    this.#heldIntents.push(what === 'intent');
    if (this.#held.push(forward) === 1) setImmediate(this.#releaseHeld);
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
    const intents = this.#heldIntents;
    this.#held = [];
    this.#heldIntents = [];
    try {
      this.write();
    } catch (error) {
      if (error instanceof SpoolError) return; // and the sessions were told
      throw error;
    }
    const { durability } = this;
    const waiting: (() => void)[] = [];
    for (let i = 0; i < held.length; i++) {
      const forward = held[i] as () => void;
      if (durability === 'full' || (durability === 'intent' && intents[i] === true)) waiting.push(forward);
      else forward();
    }
    if (waiting.length > 0) {
      this.#spool.whenDurable((error) => {
        if (error !== null) return;
        for (const forward of waiting) forward();
      });
    }
  }

  /** Sessions end first: what they tell agents must not wait for a disk that may never answer. */
  #failed(failure: SpoolError): void {
    this.#onFailure(failure);
    for (const resolve of this.#settling) resolve();
    this.#settling.clear();
    const { clock, log } = this;
    const nextIndex = this.#index;
    const sessions = [...this.#open];
    this.#ending = this.#spool.journal
      .end((firstIndex) => encodeEnding({ log, clock, firstIndex, nextIndex, failure, sessions }))
      .catch(() => {}); // the log reads as after a crash; that it failed has been told
  }

  #full(failure: SpoolError): void {
    const { code, message: reason } = failure;
    this.record('recordingFailed', { code, reason, durable: this.#index, dropped: 0 });
    this.#onFailure(failure);
  }

  /** Ends the log in order; when it has failed, waits for its last events. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.pressure.stop();
    if (this.#sync !== null) clearTimeout(this.#sync);
    if (this.failure === null) this.record('logClosed', { sessions: this.#open.size });
    await this.#ended(); // what ends a log that failed may still need its files
    await this.#spool.close();
    await this.#ended();
  }

  #ended(): Promise<void> {
    if (this.failure === null) return this.#ending;
    return Promise.race([this.#ending, new Promise<void>((done) => setTimeout(done, ENDING_MS).unref())]);
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
    const payloads = this.#payloads;
    payloads.begin();
    this.clock.read();
    const { wall: time, monotonic } = this.clock;
    const header = { log: this.#spool.log, index: this.#index, session, sequence, time, monotonic };
    writer.resetInto(this.#spool.arena, this.#spool.eventAt());
    encodeEvent(writer, header, kind, fields, payloads.commit);
    const inPlace = writer.isIn(this.#spool.arena) && writer.length <= EVENT_ROOM_BYTES;
    this.#spool.append(inPlace ? null : writer.written().slice(), writer.length, payloads.salted);
    this.#index++;
  }

  #syncNow(): void {
    this.#sync = null;
    this.#spool.whenDurable(() => {});
  }

  #beat(): void {
    if (performance.now() - this.#lastWrite < HEARTBEAT_MS.silence) return;
    this.record('heartbeat', { sessions: this.#open.size });
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
