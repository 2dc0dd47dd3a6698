/**
 * How many strangers may be at the door: sockets that have not authenticated. Who comes when it is crowded is let in, and
 * one of the network with the most strangers goes instead, of those that came least far the one that came first: idle
 * sockets, however many, cannot keep an agent out that logs in while they wait.
 */
import type { Socket } from 'node:net';
import { networkOf } from './network.ts';

/** Sockets that have not authenticated yet. */
export interface AdmittanceLimits {
  /** In all. */
  readonly unauthenticated: number;
  /** Of one IPv4 address or IPv6 /64. */
  readonly unauthenticatedPerAddress: number;
}

/** How far a stranger came; who came less far goes first. */
export const PROGRESS = { refused: 0, arrived: 1, identified: 2 } as const;

/** The reason of an {@link Arrival}'s signal when it has to go before its time is up. */
export class Dismissed extends Error {
  readonly code: 'CROWDED' | 'CLOSING';
  /** SQLSTATE of what it is told. */
  readonly sqlstate: '53300' | '57P01';
  constructor(code: Dismissed['code']) {
    super(
      code === 'CROWDED'
        ? 'too many connections that have not authenticated'
        : 'the gateway is shutting down',
    );
    this.name = 'Dismissed';
    this.code = code;
    this.sqlstate = code === 'CROWDED' ? '53300' : '57P01';
  }
}

/** A socket from accept until it is authenticated or closed. */
export interface Arrival {
  /** Where it came from: the socket forgets once it is closed. */
  readonly address: string;
  readonly port: number;
  /** Aborts with a `TimeoutError` when the time to authenticate is up, with {@link Dismissed} when it has to go earlier. */
  readonly deadline: AbortSignal;
  /** Says how far it came. A refused one keeps its place while it reads why, but is the first to lose it. */
  progress: (typeof PROGRESS)[keyof typeof PROGRESS];
  /** It is a stranger no more. */
  authenticated(): void;
}

/** What is held of an arrival; the sets it is in keep the order of arrival. */
interface Stranger extends Arrival {
  dismiss(code: Dismissed['code']): void;
}

export class Admittance {
  /** May change while strangers wait; counts from the next arrival on. */
  limits: AdmittanceLimits;
  readonly #milliseconds: number;
  readonly #networks = new Map<string, Set<Stranger>>();
  #count = 0;

  /** `milliseconds`: what a stranger has from accept to authenticated. */
  constructor(limits: AdmittanceLimits, milliseconds: number) {
    this.limits = limits;
    this.#milliseconds = milliseconds;
  }

  /** Strangers there now. */
  get count(): number {
    return this.#count;
  }

  /** Lets a socket in, at another's expense where it is crowded. */
  admit(socket: Socket): Arrival {
    const network = networkOf(socket.remoteAddress, 32);
    const own = this.#networks.get(network) ?? new Set();
    while (own.size >= this.limits.unauthenticatedPerAddress) leastFar(own)?.dismiss('CROWDED');
    while (this.#count >= this.limits.unauthenticated) leastFar(this.#busiest())?.dismiss('CROWDED');
    return this.#enter(socket, network);
  }

  /** Sends everybody away. */
  close(): void {
    for (const strangers of this.#networks.values())
      for (const stranger of strangers) stranger.dismiss('CLOSING');
  }

  #enter(socket: Socket, network: string): Arrival {
    const time = new AbortController();
    const timer = setTimeout(() => {
      time.abort(new DOMException('no authentication in time', 'TimeoutError'));
    }, this.#milliseconds);
    const leave = () => {
      clearTimeout(timer);
      socket.off('close', leave);
      this.#leave(stranger, network);
    };
    const stranger: Stranger = {
      address: socket.remoteAddress ?? '',
      port: socket.remotePort ?? 0,
      deadline: time.signal,
      progress: PROGRESS.arrived,
      authenticated: leave,
      dismiss: (code) => {
        leave();
        // A refused one was told why already; the others' owners tell them.
        if (stranger.progress === PROGRESS.refused) socket.destroy();
        else time.abort(new Dismissed(code));
      },
    };
    socket.once('close', leave);
    const strangers = this.#networks.get(network);
    if (strangers === undefined) this.#networks.set(network, new Set([stranger]));
    else strangers.add(stranger);
    this.#count++;
    return stranger;
  }

  #leave(stranger: Stranger, network: string): void {
    const strangers = this.#networks.get(network);
    if (strangers?.delete(stranger) !== true) return;
    this.#count--;
    if (strangers.size === 0) this.#networks.delete(network);
  }

  #busiest(): ReadonlySet<Stranger> {
    let busiest: ReadonlySet<Stranger> = new Set();
    for (const strangers of this.#networks.values()) if (strangers.size > busiest.size) busiest = strangers;
    return busiest;
  }
}

/** Of those that came least far, the one that came first. */
function leastFar(strangers: ReadonlySet<Stranger>): Stranger | null {
  let found: Stranger | null = null;
  for (const stranger of strangers) {
    if (found === null || stranger.progress < found.progress) found = stranger;
    if (found.progress === PROGRESS.refused) break;
  }
  return found;
}
