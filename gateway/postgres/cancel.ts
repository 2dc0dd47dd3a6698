/**
 * The cancel keys that agents are given: the gateway's own, never the server's, so that a key leaked by an agent reaches
 * nothing but that agent's session (PostgreSQL manual §54.2.8, "Canceling Requests in Progress").
 */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { CancelPace } from './cancel-pace.ts';

/** What BackendKeyData tells an agent. */
export interface CancelKey {
  /** Made up, 1 … 2³¹−1. */
  readonly processId: number;
  readonly key: Buffer;
}

/** Bytes of a key: what protocol 3.0 fixes, and what PostgreSQL 18 itself hands out in 3.2. */
const KEY_BYTES = { '3.0': 4, '3.2': 32 } as const;

/** One of several gateway processes that share a port: a CancelRequest may reach another than the session's. */
export interface Place {
  /** From 0. */
  readonly worker: number;
  readonly workers: number;
}

/** Live sessions by the key that cancels them. */
export class CancelKeys<Session> {
  readonly pace = new CancelPace();
  readonly #place: Place;
  /** Process ids of one worker: the leading bits tell which, so that its sessions are found from every other. */
  readonly #span: number;
  readonly #issued = new Map<number, { readonly key: Buffer; readonly session: Session }>();

  constructor(place: Place = { worker: 0, workers: 1 }) {
    this.#place = place;
    this.#span = 2 ** (31 - Math.ceil(Math.log2(place.workers)));
  }

  /** Whether this process id was given out elsewhere: the worker's number, null when it is our own to judge. */
  elsewhere(processId: number): number | null {
    const worker = Math.floor(processId / this.#span);
    return worker === this.#place.worker || worker < 0 || worker >= this.#place.workers ? null : worker;
  }

  /** A new key for a session; `processId` is random too, which doubles what a guesser of a 4-byte key must guess. */
  issue(session: Session, protocol: '3.0' | '3.2'): CancelKey {
    let processId = this.#randomId();
    while (this.#issued.has(processId)) processId = this.#randomId();
    const key = randomBytes(KEY_BYTES[protocol]);
    this.#issued.set(processId, { key, session });
    return { processId, key };
  }

  /** The session that a CancelRequest means; null unless its key is right. Takes the same time for every other. */
  find(processId: number, key: Buffer): Session | null {
    const issued = this.#issued.get(processId);
    // Who guesses a process id must not learn that it is one from how long the answer takes.
    const compared = issued?.key.length === key.length ? issued.key : Buffer.alloc(key.length);
    return timingSafeEqual(compared, key) && compared === issued?.key ? issued.session : null;
  }

  #randomId(): number {
    return this.#place.worker * this.#span + randomInt(1, this.#span);
  }

  /** Forgets a session's key; to be called when the session closes. */
  revoke(key: CancelKey): void {
    this.#issued.delete(key.processId);
  }
}
