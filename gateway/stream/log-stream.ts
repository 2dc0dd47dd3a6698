/** One log on its way to one sink: what was read of it, and how far that was taken. */
import { LogFollower } from '../archive/sqlite/log-follower.ts';
import type { SinkConfig, StreamMessage } from './sink.ts';
import type { StreamPosition, StreamState } from './stream-state.ts';
import { Teller } from './teller.ts';

/** Events read at a time: at two or three a statement as many as fill two batches. */
const WINDOW = 2_000;

/** Events before the position that are read again at the start, for what later ones refer to. */
const REMEMBERED = 4_000;

/** A position that moved without anything sent is written this often, ms. */
const IDLE_WRITE_MS = 5_000;

export interface LogStreamOptions {
  /** Hex. */
  readonly log: string;
  /** The archive's folder. */
  readonly archive: string;
  readonly sink: SinkConfig;
  readonly state: StreamState;
  readonly software: string;
  /** ms. */
  readonly now: () => number;
}

/** Some messages, and how far the log is once they are taken. */
export interface Stretch {
  readonly messages: readonly StreamMessage[];
  readonly after: StreamPosition;
}

export class LogStream {
  readonly #options: LogStreamOptions;
  readonly #follower: LogFollower;
  #teller: Teller;
  /** Read up to here, and written. */
  #next: number;
  #written: StreamPosition;
  #writtenAt: number;
  /** µs, of the last event that was read. */
  #time: number;

  constructor(options: LogStreamOptions) {
    this.#options = options;
    this.#follower = new LogFollower(options.archive, Buffer.from(options.log, 'hex'));
    this.#written = options.state.of(options.log);
    this.#writtenAt = options.now();
    this.#time = options.now() * 1000;
    this.#next = this.#written.next;
    this.#teller = this.#begin();
  }

  /** Begins with what comes from now on. */
  skip(): void {
    this.#next = this.#follower.extent().next;
    this.write({ next: this.#next, open: [] });
  }

  /** What came, in stretches of at most so many messages and bytes; null: nothing. Throws ArchiveError. */
  read(): Stretch[] | null {
    const before = [...this.#teller.open];
    const from = this.#next;
    const followed = this.#follower.read(from, WINDOW);
    if (followed.next === from) return null;
    const messages = this.#follower.atOnce(() => this.#teller.messages(followed));
    this.#next = followed.next;
    this.#time = followed.events.at(-1)?.event.time ?? this.#time;
    const after = { next: followed.next, open: [...this.#teller.open] };
    // Sessions that ended in between are told apart when it comes to that: they have an end.
    const within = [...new Set([...before, ...after.open])];
    const parts = batches(messages, this.#options.sink.batch);
    if (parts.length === 0) return [{ messages: [], after }];
    return parts.map((part, i) => {
      const [following] = parts[i + 1] ?? [];
      return {
        messages: part,
        after: following === undefined ? after : { next: following.index, open: within },
      };
    });
  }

  /** Everything up to there was taken. */
  write(position: StreamPosition): void {
    this.#options.state.put(this.#options.log, position);
    this.#written = position;
    this.#writtenAt = this.#options.now();
  }

  /** The same where nothing was sent: not worth a write each time. */
  passed(position: StreamPosition): void {
    if (this.#options.now() - this.#writtenAt >= IDLE_WRITE_MS) this.write(position);
  }

  /** Goes back to what was taken for sure. */
  rewind(): void {
    if (this.#next === this.#written.next) return;
    this.#next = this.#written.next;
    this.#teller = this.#begin();
  }

  /** Events that the archive has beyond, and since when the oldest of them waits, s. */
  lag(): { readonly events: number; readonly seconds: number } {
    const events = Math.max(0, this.#follower.extent().next - this.#written.next);
    return {
      events,
      seconds: events === 0 ? 0 : Math.max(0, this.#options.now() - this.#time / 1000) / 1000,
    };
  }

  close(): void {
    this.#follower.close();
  }

  #begin(): Teller {
    const { sink, software, log, now } = this.#options;
    const { open, next } = this.#written;
    const teller = new Teller(this.#follower, sink, { log, open, software, now: () => now() * 1000 });
    for (let from = Math.max(0, next - REMEMBERED); from < next;) {
      const followed = this.#follower.read(from, next - from);
      if (followed.next === from) break;
      teller.remember(followed);
      from = followed.next;
    }
    teller.open.clear();
    for (const id of open) teller.open.add(id as never);
    return teller;
  }
}

function batches(
  messages: readonly StreamMessage[],
  { events, bytes }: SinkConfig['batch'],
): StreamMessage[][] {
  const found: StreamMessage[][] = [];
  let size = 0;
  for (const message of messages) {
    const length = Buffer.byteLength(message.line);
    const last = found.at(-1);
    if (last === undefined || last.length >= events || size + length > bytes) {
      found.push([message]);
      size = length;
    } else {
      last.push(message);
      size += length;
    }
  }
  return found;
}
