/**
 * The cancel keys that agents are given: the gateway's own, never the server's, so that a key leaked by an agent reaches
 * nothing but that agent's session (PostgreSQL manual §54.2.8, "Canceling Requests in Progress").
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { CancelPace } from './cancel-pace.ts';

/** What BackendKeyData tells an agent. */
export interface CancelKey {
  /**
   * The server's process, which is no secret (`pg_backend_pid()`): clients look it up in `pg_locks`, give it to
   * `pg_terminate_backend`, and know their own notifications by it.
   */
  readonly processId: number;
  readonly key: Buffer;
}

/** Bytes of a key: what protocol 3.0 fixes, and what PostgreSQL 18 itself hands out in 3.2. */
const KEY_BYTES = { '3.0': 4, '3.2': 32 } as const;

/** Live sessions by the key that cancels them. */
export class CancelKeys<Session> {
  readonly pace = new CancelPace();
  /** By process id, which two servers may have in common. */
  readonly #issued = new Map<number, Map<CancelKey, Session>>();

  /** A new key for a session. */
  issue(session: Session, processId: number, protocol: '3.0' | '3.2'): CancelKey {
    const key = { processId, key: randomBytes(KEY_BYTES[protocol]) };
    const ofProcess = this.#issued.get(processId) ?? new Map<CancelKey, Session>();
    this.#issued.set(processId, ofProcess.set(key, session));
    return key;
  }

  /** The session that a CancelRequest means; null unless its key is right. Takes the same time for every wrong key. */
  find(processId: number, key: Buffer): Session | null {
    let found: Session | null = null;
    for (const [issued, session] of this.#issued.get(processId) ?? []) {
      if (issued.key.length === key.length && timingSafeEqual(issued.key, key)) found = session;
    }
    return found;
  }

  /** Forgets a session's key; to be called when the session closes. */
  revoke(key: CancelKey): void {
    const ofProcess = this.#issued.get(key.processId);
    ofProcess?.delete(key);
    if (ofProcess?.size === 0) this.#issued.delete(key.processId);
  }
}
