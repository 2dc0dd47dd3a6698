/**
 * Sends what the archive has to one sink, at least once: how far it is is written only when a receiver took everything before. The
 * archive is what is read, so that a receiver that is away costs neither agents nor the spool anything.
 */
import { join } from 'node:path';
import { ArchiveError } from '../archive/archive.ts';
import { logsIn } from '../archive/sqlite/volume-files.ts';
import { DeadLetters } from './dead-letters.ts';
import { KafkaReceiver } from './kafka-receiver.ts';
import { LogStream } from './log-stream.ts';
import { DeliveryError, type Receiver, type SinkConfig, type StreamMessage } from './sink.ts';
import { StreamState, type StreamPosition } from './stream-state.ts';
import { SyslogReceiver } from './syslog-receiver.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

/** Between two tries, ms: each time twice as long, up to the longest, less a part by chance. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_MS = 60_000;

/** A receiver that asks to be left alone for longer than this, ms, is asked again all the same. */
const LONGEST_ASKED_MS = 600_000;

/** Failures in a row that are an outage. */
const TOLD_FROM = 3;

/** How often it is looked for logs that are new, ms. */
const LOGS_MS = 2_000;

export interface StreamOptions {
  readonly sink: SinkConfig;
  /** The archive's folder, and the sink's own. */
  readonly archive: string;
  readonly folder: string;
  readonly software: string;
  /** ms. */
  readonly now: () => number;
  /** Resolves after so many ms, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly chance: () => number;
  /** Told why nothing is taken, or that it is again (null); each once. */
  readonly told: (failure: string | null) => void;
  /** In place of the one that the sink names. */
  readonly receiver?: Receiver;
}

/** How a sink is. */
export interface StreamStatus {
  readonly name: string;
  /** Events that it lacks, and since when the oldest waits, s. */
  readonly lag: number;
  readonly seconds: number;
  /** Messages taken since the start, and those on disk that were refused for good. */
  readonly delivered: number;
  readonly dead: number;
  /** Why nothing is taken; null while it is. */
  readonly failure: string | null;
}

interface Unsettled {
  readonly at: number;
  readonly log: LogStream;
  readonly after: StreamPosition;
}

export class Stream {
  readonly #options: StreamOptions;
  readonly #receiver: Receiver;
  readonly #state: StreamState;
  readonly #dead: DeadLetters;
  readonly #logs = new Map<string, LogStream>();
  /** Written and not settled yet, oldest first. */
  #unsettled: Unsettled[] = [];
  readonly #stopping = new AbortController();
  #waking = new AbortController();
  #finishing = false;
  #looked = -Infinity;
  #delivered = 0;
  #failure: string | null = null;
  /** In a row, and whether these were told. */
  #failures = 0;
  #isTold = false;
  /** Before the next try, ms. */
  #wait = FIRST_RETRY_MS;

  constructor(options: StreamOptions) {
    const { folder, sink, now } = options;
    this.#options = options;
    this.#state = new StreamState(folder);
    this.#dead = new DeadLetters(join(folder, 'dead'), sink.deadLetters, now);
    this.#receiver = options.receiver ?? receiverOf(sink, now);
  }

  /** Until it is told to end. Never rejects. */
  async run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#pass();
        if (this.#finishing) break;
        await this.#pause(this.#options.sink.batch.wait);
      } catch (error) {
        if (this.#stopping.signal.aborted) break;
        this.#fail(error);
        if (this.#finishing) break;
        this.#rewind();
        await this.#pause(pauseAfter(error, this.#wait, this.#options.chance()));
        this.#wait = Math.min(LONGEST_MS, this.#wait * 2);
      }
    }
    await this.#end();
  }

  /** Sends what there is, or what can be within so many ms, and ends. */
  finish(within: number): void {
    this.#finishing = true;
    this.#waking.abort();
    setTimeout(() => this.#stopping.abort(), within).unref();
  }

  /** Sends again what was refused; resolves to how much was taken now. Rejects with {@link DeliveryError}. */
  async retry(): Promise<{ readonly sent: number; readonly refused: number }> {
    let [sent, refused] = [0, 0];
    for (const path of this.#dead.files()) {
      const file = this.#dead.read(path);
      const again = await this.#receiver.deliver(file.messages, this.#stopping.signal);
      this.#dead.remove(file);
      this.#dead.put(again);
      sent += file.messages.length - again.length;
      refused += again.length;
    }
    return { sent, refused };
  }

  status(): StreamStatus {
    const lags = [...this.#logs.values()].map((log) => log.lag());
    return {
      name: this.#options.sink.name,
      lag: lags.reduce((sum, { events }) => sum + events, 0),
      seconds: Math.max(0, ...lags.map(({ seconds }) => seconds)),
      delivered: this.#delivered,
      dead: this.#dead.count,
      failure: this.#failure,
    };
  }

  /** Everything that is there by now. */
  async #pass(): Promise<void> {
    this.#look();
    for (let isMore = true; isMore && !this.#stopping.signal.aborted;) {
      isMore = false;
      for (const log of this.#logs.values()) {
        this.#expectUnbroken();
        const stretches = log.read();
        if (stretches === null) continue;
        isMore = true;
        for (const { messages, after } of stretches) await this.#send(log, messages, after);
        this.#settle();
      }
    }
    this.#settle();
  }

  async #send(log: LogStream, messages: readonly StreamMessage[], after: StreamPosition): Promise<void> {
    if (messages.length > 0) {
      const refused = await this.#receiver.deliver(messages, this.#stopping.signal);
      this.#dead.put(refused);
      this.#delivered += messages.length - refused.length;
      if (this.#receiver.settles === 0) this.#restored();
    }
    if (this.#receiver.settles > 0) this.#unsettled.push({ at: this.#options.now(), log, after });
    else if (messages.length > 0) log.write(after);
    else log.passed(after);
  }

  /** What was written long enough ago over a connection that still stands was received. */
  #settle(): void {
    const { settles } = this.#receiver;
    if (settles === 0) return;
    this.#expectUnbroken();
    const until = this.#options.now() - settles;
    const settled = this.#unsettled.filter(({ at }) => at <= until);
    this.#unsettled = this.#unsettled.slice(settled.length);
    write(settled);
    if (settled.length > 0) this.#restored();
  }

  /** The connection that something was written over may have gone too soon. */
  #expectUnbroken(): void {
    const { broken } = this.#receiver;
    if (this.#unsettled.length > 0 && broken !== null) throw new DeliveryError('UNREACHABLE', broken);
  }

  /** What was not taken for sure is sent again. */
  #rewind(): void {
    this.#unsettled = [];
    for (const log of this.#logs.values()) log.rewind();
  }

  #look(): void {
    const { archive, sink, now, software } = this.#options;
    if (now() - this.#looked < LOGS_MS) return;
    this.#looked = now();
    const begins = !this.#state.isBegun;
    for (const bytes of found(archive)) {
      const log = Buffer.from(bytes).toString('hex');
      if (this.#logs.has(log)) continue;
      const stream = new LogStream({ log, archive, sink, state: this.#state, software, now });
      this.#logs.set(log, stream);
      if (begins && sink.from === 'now') stream.skip();
    }
    if (begins) this.#state.begin(new Date(now()).toISOString());
  }

  async #end(): Promise<void> {
    if (await this.#receiver.finish()) write(this.#unsettled);
    this.#receiver.close();
    for (const log of this.#logs.values()) log.close();
  }

  /** What may be over the next moment is told when it lasts; an outage once, whatever it is called from one try to the next. */
  #fail(error: unknown): void {
    this.#failures++;
    this.#failure = messageOf(error);
    const isLasting = error instanceof DeliveryError && error.code !== 'UNREACHABLE' && error.code !== 'BUSY';
    if (this.#isTold || (!isLasting && this.#failures < TOLD_FROM)) return;
    this.#isTold = true;
    this.#options.told(this.#failure);
  }

  #restored(): void {
    this.#wait = FIRST_RETRY_MS;
    this.#failures = 0;
    this.#failure = null;
    if (this.#isTold) this.#options.told(null);
    this.#isTold = false;
  }

  async #pause(ms: number): Promise<void> {
    if (this.#finishing) return;
    this.#waking = new AbortController();
    await this.#options.sleep(ms, AbortSignal.any([this.#waking.signal, this.#stopping.signal]));
  }
}

/** The last of each log is how far it is. */
function write(taken: readonly Unsettled[]): void {
  const last = new Map<LogStream, StreamPosition>();
  for (const { log, after } of taken) last.set(log, after);
  for (const [log, after] of last) log.write(after);
}

function receiverOf({ to, format }: SinkConfig, now: () => number): Receiver {
  const isJson = format !== 'cef';
  switch (to.kind) {
    case 'webhook':
      return new WebhookReceiver(to, isJson, now);
    case 'kafka':
      return new KafkaReceiver(to, isJson);
    case 'syslog':
      return new SyslogReceiver(to);
  }
}

/** An archive that a gateway has not made yet has no logs. */
function found(archive: string): Uint8Array[] {
  try {
    return logsIn(archive);
  } catch {
    return [];
  }
}

/** One that is gone for good is asked once in a while all the same: whoever said so may have been mistaken. */
function pauseAfter(error: unknown, wait: number, chance: number): number {
  const asked = error instanceof DeliveryError ? error.retryAfter : null;
  const own = error instanceof DeliveryError && error.code === 'GONE' ? LONGEST_ASKED_MS : wait;
  return asked === null ? own - (own / 4) * chance : Math.min(LONGEST_ASKED_MS, Math.max(asked, wait));
}

function messageOf(error: unknown): string {
  if (error instanceof ArchiveError) return `the archive cannot be read: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
