/** The sessions whose relay runs, and what those that ended have come to. */
import type { Socket } from 'node:net';
import type { Verified } from '../identity/verifier.ts';
import type { SessionRecorder } from '../recorder/recorder.ts';
import type { Relay } from './relay.ts';
import type { PostgresError } from './wire/errors.ts';

/** A session whose relay runs. */
export interface LiveSession {
  readonly recorder: SessionRecorder;
  readonly relay: Relay;
  /** The agent's socket. */
  readonly agent: Socket;
  /** Where the agent is; the socket forgets once it is closed. */
  readonly address: string;
  readonly port: number;
  /** Name of the connection it uses. */
  readonly connection: string;
  readonly verified: Verified;
  /** When its relay began, ms since 1970. */
  readonly since: number;
  /** Cancels the statement in flight. */
  cancel(): Promise<void>;
}

/** What all sessions together came to since the gateway started; bytes are those of the agents' side. */
export interface SessionTotals {
  readonly opened: number;
  readonly statements: number;
  readonly refusedCalls: number;
  readonly received: number;
  readonly sent: number;
}

export class LiveSessions {
  readonly #live = new Set<LiveSession>();
  #opened = 0;
  #statements = 0;
  #refusedCalls = 0;
  #received = 0;
  #sent = 0;

  get size(): number {
    return this.#live.size;
  }

  [Symbol.iterator](): Iterator<LiveSession> {
    return this.#live.values();
  }

  add(session: LiveSession): void {
    this.#opened++;
    this.#live.add(session);
  }

  delete(session: LiveSession): void {
    if (!this.#live.delete(session)) return;
    this.#statements += session.relay.exchange.lastNumber;
    this.#refusedCalls += session.relay.exchange.refusedCalls;
    this.#received += session.agent.bytesRead;
    this.#sent += session.agent.bytesWritten;
  }

  /** Nothing is counted while bytes pass: sockets and exchanges know what they did. */
  totals(): SessionTotals {
    let [statements, refusedCalls] = [this.#statements, this.#refusedCalls];
    let [received, sent] = [this.#received, this.#sent];
    for (const { relay, agent } of this.#live) {
      statements += relay.exchange.lastNumber;
      refusedCalls += relay.exchange.refusedCalls;
      received += agent.bytesRead;
      sent += agent.bytesWritten;
    }
    return { opened: this.#opened, statements, refusedCalls, received, sent };
  }

  /** The session of this id, in hex; null when it does not live. */
  find(id: string): LiveSession | null {
    for (const session of this.#live) if (sessionId(session) === id) return session;
    return null;
  }

  /** Ends every session that `which` picks; `reason` is for the record, when it says more than the agent is told. */
  end(error: PostgresError, which: (session: LiveSession) => boolean = () => true, reason?: string): number {
    let ended = 0;
    for (const session of [...this.#live].filter(which)) {
      session.relay.stop({ by: 'gateway', error, ...(reason !== undefined && { reason }) });
      ended++;
    }
    return ended;
  }
}

/** The session's id as lists and commands write it: 32 hex digits. */
export function sessionId({ recorder }: Pick<LiveSession, 'recorder'>): string {
  return Buffer.from(recorder.id).toString('hex');
}

/** Whether ending the session now would break something off: a statement in flight, or an open transaction. */
export function isBusy({ relay: { exchange } }: LiveSession): boolean {
  return exchange.expected.length > 0 || exchange.transaction !== 'I';
}
