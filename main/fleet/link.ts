/** One link of a gateway at the server: what it is told goes into one long answer, what it says comes in. */
import { randomBytes } from 'node:crypto';
import { lineOf } from '../../shared/fleet/lines.ts';
import {
  type Answer,
  FLEET_VERSION,
  HEARTBEAT_MS,
  type Order,
  SILENCE_MS,
  type Told,
} from '../../shared/fleet/messages.ts';
import { failureCodeOf } from '../control-client.ts';
import { CommandError, type FailureCode } from '../failure.ts';

/** A gateway that takes longer to answer than this, ms, is stuck. */
const PATIENCE_MS = 10_000;

/** Told and not yet taken, bytes: a gateway that reads no more than that is let go. */
const MAX_BEHIND_BYTES = 8 << 20;

type Without<T> = T extends unknown ? Omit<T, 'number' | 'link' | 'gateway'> : never;

/** What people want, without what makes it this link's. */
export type Wish = Without<Order>;

export interface LinkParts {
  readonly name: string;
  /** As the gateway named this link. */
  readonly nonce: string;
  readonly software: string;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Told once, why. */
  readonly ended: (why: string) => void;
}

/** Somebody who waits for an answer; `absent` is what it means that the gateway does not know what it is about. */
interface Waiting extends PromiseWithResolvers<unknown> {
  readonly absent: FailureCode;
}

export class Link {
  /** What the gateway's requests come under. */
  readonly id = randomBytes(18).toString('base64url');
  readonly stream: ReadableStream<Uint8Array>;
  readonly #parts: LinkParts;
  readonly #encoder = new TextEncoder();
  readonly #waiting = new Map<number, Waiting>();
  readonly #beating: NodeJS.Timeout;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #heard: number;
  #orders = 0;
  #over = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#heard = parts.now();
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.end('its connection was cut'),
      },
      { highWaterMark: MAX_BEHIND_BYTES, size: (chunk) => chunk.byteLength },
    );
    this.#tell({ kind: 'welcome', version: FLEET_VERSION, id: this.id, software: parts.software });
    this.#beating = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The gateway said something. */
  heard(): void {
    this.#heard = this.#parts.now();
  }

  /** Resolves to what the gateway answers; rejects with {@link CommandError}, also when nobody knows what became of it. */
  async ask(wish: Wish): Promise<unknown> {
    const { name, nonce } = this.#parts;
    if (this.#over) throw new CommandError('GATEWAY_NOT_RUNNING', `the gateway ${name} is away`);
    const number = ++this.#orders;
    const waiting = Promise.withResolvers<unknown>();
    const ofRequest = wish.kind === 'show' || wish.kind === 'decide';
    const absent = ofRequest ? 'REQUEST_NOT_FOUND' : 'SESSION_NOT_FOUND';
    this.#waiting.set(number, { ...waiting, absent });
    const late = setTimeout(() => {
      const message = `the gateway ${name} has not answered within ${PATIENCE_MS / 1000} s: whether it did it is not known yet`;
      waiting.reject(new CommandError('GATEWAY_NOT_READY', message));
    }, PATIENCE_MS);
    this.#tell({ ...wish, number, link: nonce, gateway: name });
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(number);
    }
  }

  /** What it answered, as it says; one that nobody waits for any more is passed over. */
  answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    if (waiting === undefined) return;
    if (answer.ok) waiting.resolve(answer.value);
    else waiting.reject(new CommandError(failureCodeOf(answer.code, waiting.absent), answer.message));
  }

  /** Nothing goes through it any more. */
  end(why: string): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#beating);
    const { name, ended } = this.#parts;
    const lost = `the link to the gateway ${name} was lost before it answered: whether it did it is not known yet`;
    for (const { reject } of this.#waiting.values()) reject(new CommandError('GATEWAY_NOT_READY', lost));
    try {
      this.#controller?.close();
    } catch {
      // It was cancelled.
    }
    ended(why);
  }

  #beat(): void {
    const silent = this.#parts.now() - this.#heard;
    if (silent > SILENCE_MS) this.end(`it said nothing for ${Math.round(silent / 1000)} s`);
    else this.#tell({ kind: 'alive' });
  }

  #tell(told: Told): void {
    if (this.#over || this.#controller === null) return;
    const bytes = this.#encoder.encode(lineOf(told));
    if ((this.#controller.desiredSize ?? 0) < bytes.byteLength) this.end('it takes nothing any more');
    else this.#controller.enqueue(bytes);
  }
}
