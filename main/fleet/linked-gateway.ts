/** One gateway of the fleet, as the server knows it: how it said it stands, and since when it is there or away. */
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import type { FleetGateway, FleetSessionRow } from '../../shared/api/fleet.ts';
import type { RequestRow } from '../../shared/approvals/request.ts';
import {
  type FleetSession,
  type Hello,
  type LinkedState,
  MAX_REQUESTS,
  MAX_SESSIONS,
  type Said,
} from '../../shared/fleet/messages.ts';
import { addressedRequest } from './addresses.ts';
import type { Link } from './link.ts';
import { digestOf, type Offer } from './offers.ts';

/** A remote store and its index have a session by then, ms. */
const LATELY_MS = 5 * 60_000;

/** Sessions that ended lately; those beyond are read from the archive. */
const MOST_GONE = 5_000;

export class LinkedGateway {
  readonly name: string;
  link: Link | null = null;
  instance: string | null = null;
  /** What it is offered; null: nothing. */
  offered: Offer | null = null;
  /** What was passed on and is not answered yet. */
  offering: Offer | null = null;
  readonly #sessions = new Map<string, FleetSession>();
  readonly #requests = new Map<string, RequestRow>();
  #state: LinkedState | null = null;
  #software: string | null = null;
  #started: number | null = null;
  #address: string | null = null;
  /** Since when it is linked, or away; null: it was never seen by this server. */
  #since: number | null = null;
  #why: string | null = null;
  /** When sessions ended, ms, the first one first. */
  readonly #gone = new Map<string, { readonly at: number; readonly connection: string }>();
  #timedOut = 0;
  #clash: { readonly at: number; readonly address: string } | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** All is as it says now; what it said before is forgotten. */
  begin(hello: Hello, link: Link, address: string, now: number): void {
    this.link = link;
    this.instance = hello.instance;
    this.#software = hello.software;
    this.#started = hello.started;
    this.#address = address;
    this.#since = now;
    this.#why = null;
    this.#state = hello.state;
    this.#sessions.clear();
    this.#requests.clear();
    for (const session of hello.sessions) this.#sessions.set(session.id, session);
    for (const request of hello.requests) this.#requests.set(request.id, request);
  }

  /** Its link is over. */
  away(why: string, now: number): void {
    this.link = null;
    this.#since = now;
    this.#why = why;
  }

  /** It took its leave: what it held is given up, and nobody is connected to it. */
  closed(why: string, now: number): void {
    for (const [id, request] of this.#requests)
      if (request.state === 'pending')
        this.#requests.set(id, { ...request, state: 'abandoned', ended: now, outcome: why });
    this.#sessions.clear();
  }

  /** Whether time has run out for something it holds since this was asked last, while it is away. */
  haveTimedOut(now: number): boolean {
    if (this.link !== null) return false;
    const before = this.#timedOut;
    this.#timedOut = [...this.#requests.values()].filter(
      ({ state, deadline }) => state === 'pending' && now >= deadline,
    ).length;
    return this.#timedOut > before;
  }

  /** Another gateway wanted to be this one. */
  clashed(address: string, now: number): void {
    this.#clash = { at: now, address };
  }

  /** Takes in what it says; gives the requests that changed. What is too much is passed over. */
  take(said: Exclude<Said, { kind: 'answer' | 'bye' }>, now: number): RequestRow[] {
    switch (said.kind) {
      case 'state':
        this.#state = said.state;
        return [];
      case 'sessions':
        for (const id of said.gone) this.#end(id, now);
        for (const session of said.changed)
          if (this.#sessions.has(session.id) || this.#sessions.size < MAX_SESSIONS)
            this.#sessions.set(session.id, session);
        return [];
      case 'request': {
        const { request } = said;
        this.#requests.delete(request.id);
        this.#requests.set(request.id, request);
        this.#forget();
        return [request];
      }
    }
  }

  requests(now: number): ApprovalRow[] {
    return Array.from(this.#requests.values(), (request) => this.addressed(request, now));
  }

  /** As people see it: with the gateway it is on, and whether anybody can decide on it now. */
  addressed(request: RequestRow, now: number): ApprovalRow {
    const away = this.link === null ? this.#since : null;
    return addressedRequest(request, { name: this.name, away, now });
  }

  /** Of a session that lives on it or did a moment ago, so that an archive may be behind; null: none such. */
  connectionLately(id: string, now: number): string | null {
    if (this.link === null) return null;
    const gone = this.#gone.get(id);
    const lately = gone !== undefined && gone.at > now - LATELY_MS ? gone : undefined;
    return this.#sessions.get(id)?.connection ?? lately?.connection ?? null;
  }

  /** Whether a session lives on it, as far as it is there to say so. */
  has(id: string): boolean {
    return this.link !== null && this.#sessions.has(id);
  }

  /** What lives on it; nothing while it is away. */
  sessions(): FleetSessionRow[] {
    if (this.link === null) return [];
    return Array.from(this.#sessions.values(), (session) => {
      const { issuer: _, ...told } = session;
      return { gateway: this.name, ...told };
    });
  }

  /** Whether it said that it runs what it is offered, or why not. */
  get isOffered(): boolean {
    const { policy } = this.#state ?? {};
    if (this.offered === null || policy === undefined) return true;
    if (policy.version === this.offered.version && policy.hash === digestOf(this.offered.text)) return true;
    return policy.refused !== null && policy.refused.version === this.offered.version;
  }

  told(): FleetGateway {
    const state = this.#state;
    return {
      name: this.name,
      state: this.link !== null ? 'linked' : this.#since === null ? 'never' : 'away',
      since: this.#since,
      why: this.#why,
      software: this.#software,
      started: this.#started,
      address: this.#address,
      listen: state?.listen ?? null,
      ready: state?.ready ?? false,
      draining: state?.draining ?? false,
      problem: state?.problem ?? null,
      workers: state?.workers ?? 0,
      lag: state?.lag ?? 0,
      unshipped: state?.unshipped ?? 0,
      remote: state?.remote ?? null,
      policy: state === null ? null : { ...state.policy, offered: this.offered?.version ?? null },
      clash: this.#clash,
      waiting: [...this.#requests.values()].filter((row) => row.state === 'pending').length,
      sessions: this.link === null ? 0 : this.#sessions.size,
    };
  }

  #end(id: string, now: number): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    this.#gone.set(id, { at: now, connection: session.connection });
    const [first] = this.#gone.keys();
    if (this.#gone.size > MOST_GONE && first !== undefined) this.#gone.delete(first);
  }

  /** Those that ended longest ago go first; what is pending stays. */
  #forget(): void {
    if (this.#requests.size <= MAX_REQUESTS) return;
    for (const { id, state } of this.#requests.values()) {
      if (state === 'pending') continue;
      this.#requests.delete(id);
      return;
    }
  }
}
