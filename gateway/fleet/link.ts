/**
 * A gateway's link to its team server: it dials out and nothing dials in, says how things stand, and carries out what people
 * want there once it has verified them itself. A link that breaks is dialled anew, and all is told again.
 */
import type { IncomingMessage } from 'node:http';
import {
  type Answer,
  FLEET_VERSION,
  HEARTBEAT_MS,
  type Hello,
  LINK_PATH,
  type Order,
  type Said,
  SILENCE_MS,
  Told,
} from '../../shared/fleet/messages.ts';
import { LineReader } from '../../shared/fleet/lines.ts';
import { pauseAfter } from './back-off.ts';
import { DialError, Dialer, type DialOptions } from './dial.ts';
import { OrderGuard } from './order-guard.ts';
import { Outbox } from './outbox.ts';

/** What happens within this time, ms, is said at once. */
const GATHER_MS = 100;

/** What the link does, for the log: each kind of failure is told once until the link stands again. */
export type LinkNews =
  | { readonly kind: 'linked'; readonly server: string }
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'failed'; readonly code: string | null; readonly why: string };

export interface LinkOptions extends DialOptions {
  /** How all stands, without what names the link. */
  readonly hello: () => Promise<Omit<Hello, 'kind' | 'version' | 'link'>>;
  /** Carries out what is wanted; rejects with an error that has a code and words for whoever wants it. */
  readonly carryOut: (order: Order) => Promise<unknown>;
  /** Called every {@link HEARTBEAT_MS} while the link stands, so that the outbox has something to say. */
  readonly beat: () => void;
  readonly told: (news: LinkNews) => void;
  /** 32 hex digits by chance. */
  readonly chance: () => string;
  /** From 0 up to 1, by chance. */
  readonly random: () => number;
  /** Resolves so many ms later, or once the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Runs something once, so many ms later; what it returns prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

export class FleetLink {
  readonly outbox = new Outbox();
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  readonly #dialer: Dialer;
  readonly #running: Promise<void>;
  #failed = '';
  #isLeaving = false;
  /** Of the link that stands; null: none does. */
  #id: string | null = null;

  /** Dials until {@link close}. */
  constructor(options: LinkOptions) {
    this.#options = options;
    this.#dialer = new Dialer(options);
    this.#running = this.#run();
  }

  /** Whether anybody hears what is said. */
  get linked(): boolean {
    return this.#id !== null;
  }

  /** Takes its leave, if there is anybody to take it of. */
  async close(reason: string): Promise<void> {
    this.#isLeaving = true;
    const bye: Said[] = [...this.outbox.take(), { kind: 'bye', reason }];
    const patience = AbortSignal.timeout(HEARTBEAT_MS);
    if (this.#id !== null) await this.#post(this.#id, bye, patience).catch(() => undefined);
    this.#closing.abort();
    await this.#running;
    this.#dialer.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { sleep, random, told } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#link(() => (failures = 0));
      } catch (error) {
        if (!this.#isLeaving) this.#tellFailure(error);
      }
      if (this.#id !== null && !this.#isLeaving) told({ kind: 'lost', why: 'the link has ended' });
      this.#id = null;
      if (signal.aborted || this.#isLeaving) return;
      failures++;
      await sleep(pauseAfter(failures, random()), signal);
    }
  }

  #tellFailure(error: unknown): void {
    const { told } = this.#options;
    const why = error instanceof Error ? error.message : String(error);
    const wasLinked = this.#id !== null;
    this.#id = null;
    if (wasLinked) told({ kind: 'lost', why });
    else if (why !== this.#failed)
      told({ kind: 'failed', code: error instanceof DialError ? error.told : null, why });
    this.#failed = wasLinked ? '' : why;
  }

  /** One link, from dialling to its end. */
  async #link(stands: () => void): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, ended.signal]);
    const link = this.#options.chance();
    // What changes while all is gathered is said after it.
    this.outbox.clear();
    const hello: Hello = { kind: 'hello', version: FLEET_VERSION, link, ...(await this.#options.hello()) };
    const response = await this.#dialer.post(LINK_PATH, JSON.stringify(hello), signal);
    const guard = new OrderGuard(link, this.#options.name);
    let saying: Promise<void> | null = null;
    try {
      for await (const told of this.#read(response)) {
        if (told.kind === 'welcome' && saying === null) {
          expectVersion(told.version);
          stands();
          this.#failed = '';
          this.#id = told.id;
          this.#options.told({ kind: 'linked', server: this.#options.server });
          saying = this.#say(told.id, signal).catch((error: unknown) => {
            response.destroy(asError(error));
          });
        } else if (told.kind !== 'welcome' && told.kind !== 'alive') void this.#carryOut(told, guard);
      }
    } finally {
      ended.abort();
      response.destroy();
      await saying;
    }
  }

  /** What the server tells, until it ends or is silent too long. */
  async *#read(response: IncomingMessage): AsyncGenerator<Told, void, undefined> {
    const { after } = this.#options;
    const silence = (): (() => void) =>
      after(SILENCE_MS, () =>
        response.destroy(new Error(`the team server said nothing for ${SILENCE_MS / 1000} s`)),
      );
    let stop = silence();
    try {
      const lines = new LineReader();
      for await (const chunk of response as AsyncIterable<Buffer>) {
        stop();
        stop = silence();
        for (const line of lines.push(chunk)) yield Told.parse(JSON.parse(line));
      }
    } finally {
      stop();
    }
  }

  /** One request at a time: a server that takes slowly is told less often. */
  async #say(id: string, signal: AbortSignal): Promise<void> {
    const { sleep, beat } = this.#options;
    let quiet = 0;
    while (!signal.aborted) {
      await sleep(GATHER_MS, signal);
      quiet += GATHER_MS;
      if (quiet >= HEARTBEAT_MS) {
        quiet = 0;
        beat();
      }
      const said = this.outbox.take();
      if (said.length > 0 && !signal.aborted) await this.#post(id, said, signal);
    }
  }

  async #post(id: string, said: readonly Said[], signal: AbortSignal): Promise<void> {
    const response = await this.#dialer.post(
      `${LINK_PATH}/${encodeURIComponent(id)}`,
      JSON.stringify(said),
      signal,
    );
    for await (const _ of response); // its connection is free again only then
  }

  async #carryOut(order: Order, guard: OrderGuard): Promise<void> {
    const { number } = order;
    const refusal = guard.refusal(order);
    if (refusal !== null) {
      this.outbox.answer({ kind: 'answer', ok: false, number, code: 'REFUSED', message: refusal });
      return;
    }
    try {
      const value = await this.#options.carryOut(order);
      this.outbox.answer({ kind: 'answer', ok: true, number, value });
    } catch (error) {
      this.outbox.answer(failureOf(error, number));
    } finally {
      guard.done();
    }
  }
}

function expectVersion(version: number): void {
  if (version !== FLEET_VERSION)
    throw new DialError(
      'VERSION',
      `the team server speaks version ${version} of the link, this gateway ${FLEET_VERSION}: bring both to one release`,
    );
}

function failureOf(error: unknown, number: number): Answer {
  const message = asError(error).message.slice(0, 4_000);
  const code = error instanceof Error && 'code' in error ? String(error.code).slice(0, 200) : 'INTERNAL';
  return { kind: 'answer', ok: false, number, code, message };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
