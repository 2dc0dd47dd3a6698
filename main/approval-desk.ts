/**
 * The inbox of one gateway's held statements as this host shows it: followed over the gateway's control socket while somebody
 * looks, decided on with the signed-in person's own token.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ApprovalRow,
  type Inbox,
  type InboxNews,
  inOrder,
  withRequest,
} from '../shared/api/approvals.ts';
import type { RequestDetail, RequestNews, RequestRow, Verdict } from '../shared/approvals/request.ts';
import {
  decideOn,
  followRequests,
  type GatewayAccess,
  listRequests,
  showRequest,
} from './control-approvals.ts';
import { CommandError } from './failure.ts';
import { addressed } from './fleet/addresses.ts';
import type { Fleet, FleetNews } from './fleet/fleet.ts';
import type { SignIn, SignInAttempt } from './identity/sign-in.ts';
import type { SignedIn } from './identity/token-claims.ts';

/** Pauses between tries to reach a gateway, ms. */
const BACK_OFF = [500, 1_000, 2_000, 5_000] as const;

/** Between two looks at who is signed in, ms. */
const PERSON_MS = 2_000;

export interface DeskOptions {
  /** The gateway's control socket; null: nobody has named one. */
  readonly socket: string | null;
  /** Gateways that dial this host, and are asked through their links; absent: none do. */
  readonly fleet?: DeskFleet | null;
  /** null where nobody can sign in. */
  readonly signIn: Pick<SignIn, 'current' | 'token' | 'begin' | 'end'> | null;
  /** Shows an address in the person's browser, where the host does that; absent: the window does. */
  readonly openUrl?: (url: string) => void;
  /** Whether requests of a connection of the gateway are for this person; absent: those of all are. */
  readonly sees?: (connection: string) => boolean;
}

/** What the inbox needs of a fleet. */
export type DeskFleet = Pick<Fleet, 'requests' | 'listen' | 'show' | 'decide'>;

/** News gathered for one window. */
export interface Following {
  /** What came since the last call; the first one tells how the inbox stands. */
  take(): InboxNews[];
  close(): void;
}

const NO_GATEWAY =
  'this window was told of no gateway: start it with --config FILE (the gateway’s configuration) or --control SOCKET';

export class ApprovalDesk {
  readonly #options: DeskOptions;
  readonly #followers = new Set<InboxNews[]>();
  #inbox: Inbox;
  #running: AbortController | null = null;
  /** Ends the pause, or the stream, so that the gateway is asked anew. */
  #again = new AbortController();
  #attempt: SignInAttempt | null = null;
  /** Whether the gateway itself, not one of a fleet, ever answered. */
  #wasThere = false;
  #ignoreFleet: () => void = () => undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
    const named = options.socket !== null;
    this.#inbox = {
      gateway: named ? 'connecting' : 'none',
      problem: named ? null : NO_GATEWAY,
      requests: [],
      person: null,
      signIn: options.signIn !== null,
    };
  }

  /** Whether somebody named a gateway. */
  get named(): boolean {
    return this.#options.socket !== null;
  }

  /** The gateway's control socket; null: nobody has named one. */
  get socket(): string | null {
    return this.#options.socket;
  }

  /** The gateway is followed from the first follower on until the last has left. */
  follow(): Following {
    const news: InboxNews[] = [{ kind: 'inbox', inbox: this.#whole }];
    this.#followers.add(news);
    if (this.#running === null) this.#start();
    return {
      take: () => news.splice(0),
      close: () => {
        this.#followers.delete(news);
        if (this.#followers.size === 0) this.#stop();
      },
    };
  }

  /** How the inbox stands, asked of the gateway now. Rejects with {@link CommandError}, as all here. */
  async current(): Promise<Inbox> {
    const [access, person] = await Promise.all([this.access(), this.person()]);
    const requests = await listRequests(access).catch((error: unknown) => {
      if (this.#isFleetAlone(error)) return [];
      throw error;
    });
    const own = this.#seen(requests).map(lineOf);
    return { ...this.#whole, gateway: 'connected', problem: null, requests: this.#withFleet(own), person };
  }

  async show(id: string): Promise<Mutable<RequestDetail>> {
    const { fleet = null } = this.#options;
    if (fleet !== null && addressed(id) !== null) return fleet.show(id);
    const detail = await showRequest(await this.access(), id);
    if (this.#seen([detail]).length === 0)
      throw new CommandError('REQUEST_NOT_FOUND', `the gateway holds no request ${id}`);
    const { parameters, because, groups } = detail;
    return {
      ...detail,
      ...lineOf(detail),
      parameters: [...parameters],
      because: [...because],
      groups: [...groups],
    };
  }

  async decide(
    id: string,
    decision: { readonly verdict: Verdict; readonly reason: string },
  ): Promise<Mutable<RequestRow>> {
    const { fleet = null, sees } = this.#options;
    const access = await this.access();
    if (fleet !== null && addressed(id) !== null) return fleet.decide(id, decision, access.token);
    if (sees !== undefined) await this.show(id);
    return lineOf(await decideOn(access, id, decision));
  }

  #seen<R extends RequestRow>(requests: readonly R[]): R[] {
    const { sees } = this.#options;
    return requests.filter(({ connection }) => sees?.(connection) ?? true);
  }

  /** Who is signed in; null when nobody is. */
  async person(): Promise<Mutable<SignedIn> | null> {
    const person = (await this.#options.signIn?.current()) ?? null;
    return person === null ? null : { ...person, groups: [...person.groups] };
  }

  /** Begins a sign-in in place of one under way; followers are told how it ended. */
  async beginSignIn(): Promise<{ url: string; opened: boolean }> {
    const { signIn, openUrl } = this.#options;
    if (signIn === null) throw new CommandError('UNSUPPORTED', 'nobody can sign in here');
    this.#attempt?.cancel();
    const attempt = await signIn.begin();
    this.#attempt = attempt;
    void attempt.done.then(
      () => this.#personChanged(),
      (error: unknown) => {
        if (this.#attempt === attempt) this.#tell({ problem: wordsOf(error) });
      },
    );
    openUrl?.(attempt.url);
    return { url: attempt.url, opened: openUrl !== undefined };
  }

  /** Gives where the person ends their session at the issuer too; null where there is no such place. */
  async signOut(): Promise<string | null> {
    const ended = await this.#options.signIn?.end();
    await this.#personChanged();
    return ended?.issuer ?? null;
  }

  /** Ends what is under way. */
  close(): void {
    this.#attempt?.cancel();
    this.#followers.clear();
    this.#stop();
  }

  async #personChanged(): Promise<void> {
    this.#tell({ person: await this.person().catch(() => null) });
    this.#again.abort();
  }

  /** How the gateway is asked, as who is signed in. */
  async access(): Promise<GatewayAccess> {
    const { socket, signIn } = this.#options;
    if (socket === null) throw new CommandError('GATEWAY_NOT_RUNNING', NO_GATEWAY);
    return { socket, token: (await signIn?.token()) ?? null };
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    void this.#watchPerson(running.signal);
    this.#ignoreFleet = this.#options.fleet?.listen((news) => this.#takeFleet(news)) ?? (() => undefined);
    if (this.#options.socket !== null) void this.#run(running.signal);
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#ignoreFleet();
  }

  /** People sign in and out on the command line too, and tokens end. */
  async #watchPerson(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const person = await this.person().catch(() => null);
      if (!signal.aborted && JSON.stringify(person) !== JSON.stringify(this.#inbox.person)) {
        this.#tell({ person });
        this.#again.abort();
      }
      await sleep(PERSON_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      this.#again = new AbortController();
      const either = AbortSignal.any([signal, this.#again.signal]);
      try {
        for await (const news of followRequests(await this.access(), either)) {
          failures = 0;
          this.#take(news);
        }
        if (!either.aborted) this.#tell({ gateway: 'lost', problem: 'the gateway has ended' });
      } catch (error) {
        if (either.aborted) continue;
        if (this.#isFleetAlone(error)) this.#tell({ gateway: 'connected', problem: null });
        else this.#tell({ gateway: stateOf(error), problem: wordsOf(error) });
      }
      const pause = BACK_OFF[Math.min(failures, BACK_OFF.length - 1)] ?? BACK_OFF[0];
      failures++;
      await sleep(pause, undefined, { signal: either }).catch(() => undefined);
    }
  }

  #take(news: RequestNews): void {
    this.#wasThere = true;
    if (news.kind === 'all') {
      this.#tell({ gateway: 'connected', problem: null, requests: this.#seen(news.requests).map(lineOf) });
      return;
    }
    if (this.#seen([news.request]).length === 0) return;
    const request = lineOf(news.request);
    this.#inbox = { ...this.#inbox, requests: withRequest(this.#inbox.requests, request) };
    this.#push({ kind: 'request', request });
  }

  #takeFleet(news: FleetNews): void {
    if (news.kind === 'request') this.#push({ kind: 'request', request: news.request });
    else if (news.kind === 'requests') this.#tell({});
  }

  /** A team server of a fleet need have no gateway beside it. */
  #isFleetAlone(error: unknown): boolean {
    if ((this.#options.fleet ?? null) === null || this.#wasThere) return false;
    return error instanceof CommandError && error.code === 'GATEWAY_NOT_RUNNING';
  }

  /** With what gateways of a fleet hold. */
  get #whole(): Inbox {
    return { ...this.#inbox, requests: this.#withFleet(this.#inbox.requests) };
  }

  #withFleet(own: readonly ApprovalRow[]): ApprovalRow[] {
    const { fleet = null } = this.#options;
    const all = [...own, ...(fleet?.requests() ?? [])];
    return fleet === null ? all : inOrder(all);
  }

  #tell(changed: Partial<Inbox>): void {
    this.#inbox = { ...this.#inbox, ...changed };
    this.#push({ kind: 'inbox', inbox: this.#whole });
  }

  #push(news: InboxNews): void {
    for (const follower of this.#followers) follower.push(news);
  }
}

/** What schemas infer is not readonly. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Mutable<E>[] : T[K] };

function lineOf(row: RequestRow): Mutable<RequestRow> {
  const { verbs, tables, rules, approvers, votes } = row;
  return {
    ...row,
    verbs: [...verbs],
    tables: [...tables],
    rules: [...rules],
    approvers: [...approvers],
    votes: [...votes],
  };
}

function stateOf(error: unknown): Inbox['gateway'] {
  const refused =
    error instanceof CommandError && (error.code === 'NOT_SIGNED_IN' || error.code === 'FORBIDDEN');
  return refused ? 'refused' : 'lost';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
