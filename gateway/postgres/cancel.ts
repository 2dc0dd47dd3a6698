/**
 * The cancel keys that agents are given: the gateway's own, never the server's, so that a key leaked by an agent reaches
 * nothing but that agent's session (PostgreSQL manual §54.2.8, "Canceling Requests in Progress").
 */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** What BackendKeyData tells an agent. */
export interface CancelKey {
  /** Made up, 1 … 2³¹−1. */
  readonly processId: number;
  readonly key: Buffer;
}

/** Bytes of a key: what protocol 3.0 fixes, and what PostgreSQL 18 itself hands out in 3.2. */
const KEY_BYTES = { '3.0': 4, '3.2': 32 } as const;

/** Live sessions by the key that cancels them. */
export class CancelKeys<Session> {
  readonly #issued = new Map<number, { readonly key: Buffer; readonly session: Session }>();

  /** A new key for a session; `processId` is random too, which doubles what a guesser of a 4-byte key must guess. */
  issue(session: Session, protocol: '3.0' | '3.2'): CancelKey {
    let processId = randomInt(1, 2 ** 31);
    while (this.#issued.has(processId)) processId = randomInt(1, 2 ** 31);
    const key = randomBytes(KEY_BYTES[protocol]);
    this.#issued.set(processId, { key, session });
    return { processId, key };
  }

  /** The session that a CancelRequest means; null unless its key is right. Takes the same time for every wrong key. */
  find(processId: number, key: Buffer): Session | null {
    const issued = this.#issued.get(processId);
    if (issued === undefined || issued.key.length !== key.length) return null;
    return timingSafeEqual(issued.key, key) ? issued.session : null;
  }

  /** Forgets a session's key; to be called when the session closes. */
  revoke(key: CancelKey): void {
    this.#issued.delete(key.processId);
  }
}
