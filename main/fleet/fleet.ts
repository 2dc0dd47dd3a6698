/**
 * The gateways that dial this server: who is linked, what they hold, and the way of what people decide to the gateway that it
 * concerns. The server is a relay: the gateway verifies the person's own token, and may refuse.
 */
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import type { FleetSessionRow, FleetSessions, FleetView } from '../../shared/api/fleet.ts';
import { RequestLine, WholeRequest } from '../../shared/approvals/request-schema.ts';
import type { Verdict } from '../../shared/approvals/request.ts';
import { LinkError } from '../../shared/fleet/link-error.ts';
import type { Hello, Said } from '../../shared/fleet/messages.ts';
import type { SessionQuestion } from '../../shared/fleet/reading.ts';
import { CommandError } from '../failure.ts';
import { addressed, addressedRequest } from './addresses.ts';
import type { EnrolledGateways } from './enrolled.ts';
import { Link } from './link.ts';
import { LinkedGateway } from './linked-gateway.ts';
import { Offers } from './offers.ts';

/** The files of the fleet are looked at so often, ms: a gateway that was removed is let go, a policy that was put is offered. */
const LOOK_MS = 2_000;

/** Sessions that windows are told; the others are counted. */
const TOLD_SESSIONS = 500;

/** News of gateways are told no more often than this, ms. */
const TELL_MS = 500;

/** What changed: how gateways are, or one request, or all of those of a gateway. */
export type FleetNews =
  | { readonly kind: 'gateways' }
  | { readonly kind: 'request'; readonly request: ApprovalRow }
  | { readonly kind: 'requests' }
  /** Sessions did something, or ended. */
  | { readonly kind: 'sessions'; readonly ids: readonly string[] };

export interface FleetOptions {
  readonly enrolled: EnrolledGateways;
  /** Name and version of this program. */
  readonly software: string;
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly report: (error: unknown) => void;
  /** How often its files are looked at, ms; 2 s where not given. */
  readonly lookMs?: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #offers: Offers;
  readonly #gateways = new Map<string, LinkedGateway>();
  readonly #listeners = new Set<(news: FleetNews) => void>();
  readonly #looking: NodeJS.Timeout;
  #telling: NodeJS.Timeout | null = null;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#offers = new Offers(options.enrolled.folder);
    this.#look();
    this.#looking = setInterval(() => this.#look(), options.lookMs ?? LOOK_MS);
  }

  /** Throws {@link LinkError}. */
  knows(name: string, secret: string): boolean {
    return this.#options.enrolled.knows(name, secret);
  }

  /** A gateway whose secret was right opens its link. Throws {@link LinkError}. */
  link(name: string, hello: Hello, address: string): Link {
    const { now, software } = this.#options;
    const gateway = this.#gateways.get(name) ?? new LinkedGateway(name);
    this.#gateways.set(name, gateway);
    // A gateway that dials again has lost its link, whether or not that was noticed here.
    if (gateway.link !== null && gateway.instance === hello.instance) gateway.link.end('it dialled anew');
    if (gateway.link !== null) {
      gateway.clashed(address, now());
      this.#tellGateways();
      throw new LinkError(
        'TAKEN',
        `another gateway is linked by the name ${name}, from ${gateway.told().address}: give each a name of its own (gateway.fleet.name, auditorium fleet add)`,
      );
    }
    const link = new Link({
      name,
      nonce: hello.link,
      software,
      now: () => performance.now(),
      ended: (why) => this.#away(gateway, link, why),
    });
    gateway.begin(hello, link, address, now());
    this.#tell({ kind: 'requests' });
    this.#offer(gateway);
    return link;
  }

  /** What a gateway says under one of its links. Throws {@link LinkError}. */
  take(name: string, id: string, said: readonly Said[]): void {
    const gateway = this.#gateways.get(name);
    const link = gateway?.link;
    if (gateway === undefined || link === undefined || link?.id !== id)
      throw new LinkError('OVER', 'this link is over: dial anew');
    link.heard();
    for (const one of said) this.#take(gateway, link, one);
    this.#tellGateways();
  }

  view(): FleetView {
    const gateways = [...this.#gateways.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return { enabled: true, gateways: gateways.map((gateway) => gateway.told()) };
  }

  /** What lives on all of them, or on one, as far as it is seen. */
  sessions(name: string | null, sees: (session: FleetSessionRow) => boolean = () => true): FleetSessions {
    const sessions = [...this.#gateways.values()]
      .filter((gateway) => name === null || gateway.name === name)
      .flatMap((gateway) => gateway.sessions())
      .filter(sees);
    const newest = sessions.toSorted((a, b) => b.since - a.since);
    return { total: sessions.length, sessions: newest.slice(0, TOLD_SESSIONS) };
  }

  /** What is held and was decided lately, on all of them. */
  requests(): ApprovalRow[] {
    const now = this.#options.now();
    return [...this.#gateways.values()].flatMap((gateway) => gateway.requests(now));
  }

  /** Tells what changes, until the function it returns is called. */
  listen(listener: (news: FleetNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All of a request. Rejects with {@link CommandError}, as all that follows. */
  async show(address: string) {
    const { gateway, id } = this.#meant(address);
    const answer = await this.#ask(gateway, { kind: 'show', request: id });
    return addressedRequest(this.#read(WholeRequest, answer, gateway), this.#whereabouts(gateway));
  }

  async decide(
    address: string,
    { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
    token: string | null,
  ): Promise<ApprovalRow> {
    const { gateway, id } = this.#meant(address);
    const wish = { kind: 'decide', request: id, verdict, reason, token: proof(token) } as const;
    const answer = await this.#ask(gateway, wish);
    return addressedRequest(this.#read(RequestLine, answer, gateway), this.#whereabouts(gateway));
  }

  /** On which gateway a session lives; null: on none of the fleet that is linked. */
  gatewayOf(session: string): string | null {
    for (const gateway of this.#gateways.values()) if (gateway.has(session)) return gateway.name;
    return null;
  }

  /** The gateway on which a session lives, or did a moment ago; null: none that is linked. */
  recent(session: string): { readonly gateway: string; readonly connection: string } | null {
    const now = this.#options.now();
    for (const gateway of this.#gateways.values()) {
      const connection = gateway.connectionLately(session, now);
      if (connection !== null) return { gateway: gateway.name, connection };
    }
    return null;
  }

  /** Asks a gateway about one of its sessions, for somebody whom it lets look. */
  async read(
    name: string,
    session: string,
    question: SessionQuestion,
    token: string | null,
  ): Promise<unknown> {
    const gateway = this.#gateways.get(name);
    if (gateway === undefined) throw new CommandError('SESSION_NOT_FOUND', `there is no gateway ${name}`);
    return this.#ask(gateway, { kind: 'read', session, question, token: proof(token) });
  }

  /** Ends a session that lives on one of them. */
  async end(name: string, session: string, reason: string, token: string | null): Promise<void> {
    const gateway = this.#gateways.get(name);
    if (gateway === undefined) throw new CommandError('SESSION_NOT_FOUND', `there is no gateway ${name}`);
    await this.#ask(gateway, { kind: 'end', session, reason, token: proof(token) });
  }

  close(): void {
    clearInterval(this.#looking);
    if (this.#telling !== null) clearTimeout(this.#telling);
    this.#listeners.clear();
    for (const { link } of this.#gateways.values()) link?.end('the server was ended');
  }

  #take(gateway: LinkedGateway, link: Link, said: Said): void {
    if (said.kind === 'answer') return link.answered(said);
    const now = this.#options.now();
    if (said.kind === 'bye') {
      gateway.closed(said.reason, now);
      return link.end(said.reason);
    }
    for (const request of gateway.take(said, now))
      this.#tell({ kind: 'request', request: gateway.addressed(request, now) });
    if (said.kind === 'state') this.#offer(gateway);
    if (said.kind === 'sessions')
      this.#tell({ kind: 'sessions', ids: [...said.changed.map(({ id }) => id), ...said.gone] });
  }

  #away(gateway: LinkedGateway, link: Link, why: string): void {
    if (gateway.link !== link) return;
    gateway.away(why, this.#options.now());
    this.#tell({ kind: 'requests' });
    this.#tellGateways();
  }

  async #ask(gateway: LinkedGateway, wish: Parameters<Link['ask']>[0]): Promise<unknown> {
    const { name, link } = gateway;
    if (link === null) {
      const { since, why } = gateway.told();
      const when =
        since === null ? '' : ` since ${new Date(since).toISOString().slice(0, 19)}Z (${why ?? ''})`;
      throw new CommandError(
        'GATEWAY_NOT_RUNNING',
        `the gateway ${name} is away${when}: try again when it is back`,
      );
    }
    return link.ask(wish);
  }

  #meant(address: string): { readonly gateway: LinkedGateway; readonly id: string } {
    const meant = addressed(address);
    const gateway = meant === null ? undefined : this.#gateways.get(meant.gateway);
    if (meant === null || gateway === undefined)
      throw new CommandError('REQUEST_NOT_FOUND', `there is no request ${address}`);
    return { gateway, id: meant.id };
  }

  #whereabouts({ name }: LinkedGateway) {
    return { name, away: null, now: this.#options.now() };
  }

  /** What a gateway answers may be anything. */
  #read<T>(
    schema: { safeParse(value: unknown): { success: boolean; data?: T } },
    value: unknown,
    { name }: LinkedGateway,
  ): T {
    const { success, data } = schema.safeParse(value);
    if (success && data !== undefined) return data;
    throw new CommandError('INTERNAL', `what the gateway ${name} answered is not understood`);
  }

  /** Passes on the policy that is meant for it, unless it said what it makes of it. */
  #offer(gateway: LinkedGateway): void {
    const { link, isOffered, offered } = gateway;
    if (link === null || offered === null || isOffered || gateway.offering === offered) return;
    const { text, note } = offered;
    gateway.offering = offered;
    void link
      .ask({ kind: 'policy', text, note })
      // What it makes of it is in its state; one that does not answer is asked again.
      .catch(() => undefined)
      .finally(() => (gateway.offering = null));
  }

  #look(): void {
    const { enrolled, report } = this.#options;
    try {
      const names = new Set(enrolled.list().map(({ name }) => name));
      for (const name of names)
        if (!this.#gateways.has(name)) this.#gateways.set(name, new LinkedGateway(name));
      for (const gateway of this.#gateways.values()) {
        if (!names.has(gateway.name)) this.#forget(gateway);
        else this.#lookAfter(gateway);
      }
    } catch (error) {
      report(error);
    }
    this.#tellGateways();
  }

  #lookAfter(gateway: LinkedGateway): void {
    if (gateway.haveTimedOut(this.#options.now())) this.#tell({ kind: 'requests' });
    const offer = this.#offers.of(gateway.name);
    if (offer === gateway.offered) return;
    gateway.offered = offer;
    this.#offer(gateway);
  }

  #forget(gateway: LinkedGateway): void {
    gateway.link?.end('it was removed from the fleet');
    this.#gateways.delete(gateway.name);
    this.#tell({ kind: 'requests' });
  }

  #tellGateways(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = null;
      this.#tell({ kind: 'gateways' });
    }, TELL_MS);
  }

  #tell(news: FleetNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

/** Whoever decides, or ends, proves to the gateway who they are. */
function proof(token: string | null): string {
  if (token === null) throw new CommandError('NOT_SIGNED_IN', 'this takes a token of your own: sign in');
  return token;
}
