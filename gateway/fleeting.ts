/** Links a running gateway to its team server: what it says of itself there, and what it does for people who come by it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { RequestDetail, RequestRow } from '../shared/approvals/request.ts';
import {
  type FleetSession,
  type LinkedState,
  MAX_REQUESTS,
  MAX_SESSIONS,
  type Order,
  type RunningPolicy,
} from '../shared/fleet/messages.ts';
import type { Config } from './config.ts';
import type { FleetConfig } from './config-fleet.ts';
import { ControlError, type LiveSessionRow } from './control-schema.ts';
import { isUnusable, keepPolicy, keptPolicy, policyTextOf, verifiedPolicy } from './fleet-policy.ts';
import { FleetReading } from './fleet-reading.ts';
import { FleetLink, type LinkNews } from './fleet/link.ts';
import { toldRequest } from './fleet/outbox.ts';
import { GatewayError } from './gateway-error.ts';
import { say } from './log.ts';
import type { Operations } from './operations.ts';

/** Sessions are looked at so often, ms, while somebody hears of them. */
const LOOK_MS = 1_000;

/** More are logged anew. */
const MOST_READERS = 10_000;

export interface FleetingOptions {
  readonly fleet: FleetConfig;
  readonly operations: Operations;
  readonly software: string;
  readonly log: Logger;
}

/** What runs until the gateway closes. */
export class Fleeting {
  readonly #options: FleetingOptions;
  readonly #link: FleetLink;
  readonly #instance = randomBytes(16).toString('hex');
  readonly #started = Date.now();
  readonly #told = new Map<string, string>();
  readonly #looking: NodeJS.Timeout;
  readonly #ignore: () => void;
  readonly #reading: FleetReading;
  /** Who followed what, as far as it was logged. */
  readonly #readers = new Set<string>();
  #version: number | null;
  #refused: RunningPolicy['refused'] = null;
  #isLooking = false;

  /** Throws {@link GatewayError} where a file that the configuration names cannot be read. */
  constructor(options: FleetingOptions) {
    const { fleet, operations } = options;
    this.#options = options;
    this.#reading = new FleetReading(operations.config.archive);
    this.#version = keptPolicy(operations.config)?.version ?? null;
    if (isUnusable(operations.config))
      say(
        options.log,
        'error',
        'fleet.refused',
        'the policy that was taken from the team server is good no more: its key is not pinned, or somebody changed it; the configuration’s own holds',
      );
    this.#ignore = operations.reviewing.inbox.listen((row) => this.#link.outbox.request(row));
    this.#link = new FleetLink({
      server: fleet.server,
      name: fleet.name,
      secret: async () => (typeof fleet.secret === 'string' ? fleet.secret : fleet.secret.password()),
      ...pemsOf(fleet),
      hello: () => this.#hello(),
      carryOut: (order) => this.#carryOut(order),
      beat: () => void this.#sayState(),
      told: (news) => this.#log(news),
      chance: () => randomBytes(16).toString('hex'),
      random: Math.random,
      sleep: (ms, signal) => pause(ms, undefined, { signal, ref: false }).catch(() => {}),
      after(ms, run) {
        const timer = setTimeout(run, ms).unref();
        return () => clearTimeout(timer);
      },
    });
    operations.linked = () => this.#link.linked;
    this.#looking = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#ignore();
    await this.#link.close('the gateway is shutting down');
    await this.#reading.close();
  }

  async #hello() {
    const { operations, software } = this.#options;
    const sessions = (await operations.sessions()).map(sessionOf).slice(0, MAX_SESSIONS);
    this.#told.clear();
    for (const session of sessions) this.#told.set(session.id, JSON.stringify(session));
    return {
      instance: this.#instance,
      software,
      started: this.#started,
      state: await this.#state(),
      sessions,
      requests: operations.reviewing.inbox.list().slice(0, MAX_REQUESTS).map(toldRequest),
    };
  }

  /** What changed of the sessions since it was told. */
  async #look(): Promise<void> {
    if (!this.#link.linked || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const sessions = (await this.#options.operations.sessions()).map(sessionOf).slice(0, MAX_SESSIONS);
      const ids = new Set(sessions.map(({ id }) => id));
      for (const id of this.#told.keys())
        if (!ids.has(id)) {
          this.#told.delete(id);
          this.#link.outbox.gone(id);
        }
      for (const session of sessions) {
        const said = JSON.stringify(session);
        if (this.#told.get(session.id) === said) continue;
        this.#told.set(session.id, said);
        this.#link.outbox.session(session);
      }
    } finally {
      this.#isLooking = false;
    }
  }

  async #sayState(): Promise<void> {
    this.#link.outbox.state(await this.#state());
  }

  async #state(): Promise<LinkedState> {
    const { ready, draining, listen, policy, workers } = await this.#options.operations.readiness();
    const problems = workers.flatMap(({ worker, problem }) =>
      problem === null ? [] : `worker ${worker}: ${problem}`,
    );
    const remotes = workers.flatMap(({ remote }) => remote ?? []);
    return {
      ready,
      draining,
      problem: problems.length === 0 ? null : problems.join('; ').slice(0, 4_000),
      listen,
      workers: workers.length,
      lag: Math.max(0, ...workers.map(({ lag }) => lag)),
      unshipped: workers.reduce((sum, { unshipped }) => sum + unshipped, 0),
      remote:
        remotes.length === 0
          ? null
          : {
              lacks: remotes.reduce((sum, { lacks }) => sum + lacks, 0),
              failure: remotes.find(({ failure }) => failure !== null)?.failure?.slice(0, 4_000) ?? null,
            },
      policy: { hash: policy, version: this.#version, refused: this.#refused },
    };
  }

  async #carryOut(order: Order): Promise<unknown> {
    const { operations, fleet } = this.#options;
    const { reviewing } = operations;
    switch (order.kind) {
      case 'show':
        return reviewing.show(order.request) satisfies Promise<RequestDetail>;
      case 'decide': {
        const person = await this.#prove('review', order);
        const { request, verdict, reason } = order;
        return reviewing.decide(request, person, { verdict, reason }) satisfies Promise<RequestRow>;
      }
      case 'end': {
        const { name, subject } = await this.#prove('operate', order);
        const by = `${name ?? subject}, by ${fleet.server}`.slice(0, 200);
        return sessionOf(await operations.end(order.session, { by, reason: order.reason }));
      }
      case 'read':
        return this.#read(order);
      case 'policy':
        return this.#takePolicy(order);
    }
  }

  /** Only for somebody who may look here. Who follows which session is logged once in a while. */
  async #read({ session, question, ...order }: Extract<Order, { kind: 'read' }>): Promise<unknown> {
    const { issuer, subject, fingerprint } = await this.#prove('observe', order);
    const who = `${fingerprint} ${session}`;
    if (!this.#readers.has(who)) {
      if (this.#readers.size >= MOST_READERS) this.#readers.clear();
      this.#readers.add(who);
      const about = { session, issuer, subject, fingerprint };
      say(this.#options.log, 'info', 'fleet.read', 'a session is followed by the team server', about);
    }
    return this.#reading.read(session, question);
  }

  /** Who wants it, by their own token: the server's word counts for nothing. */
  async #prove(
    permission: 'review' | 'operate' | 'observe',
    { kind, token }: { kind: string; token: string },
  ) {
    const { operations, fleet, log } = this.#options;
    try {
      return await operations.reviewing.prove(permission, token, fleet.tokenAge);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(log, 'warn', 'fleet.refused', `the team server wanted what nobody proved to be allowed: ${why}`, {
        asked: kind,
        permission,
        ...(error instanceof ControlError && { code: error.code }),
      });
      throw error;
    }
  }

  async #takePolicy(offered: { readonly text: string; readonly note: string }): Promise<RunningPolicy> {
    const { operations, log } = this.#options;
    let version: number | null = null;
    try {
      const policy = verifiedPolicy(operations.config, offered);
      ({ version } = policy);
      if (this.#version !== null && version < this.#version)
        throw new ControlError('CONFLICT', `it is older than policy ${this.#version}, which runs`);
      await operations.adoptPolicy(policyTextOf(policy));
      keepPolicy(operations.config, policy);
      if (version !== this.#version)
        say(log, 'info', 'fleet.policy', `policy ${version} of the fleet is in force`, { version });
      this.#version = version;
      this.#refused = null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const before = this.#refused;
      this.#refused = { version, why: why.slice(0, 4_000) };
      if (before?.why !== this.#refused.why)
        say(log, 'error', 'fleet.refused', `a policy of the fleet is not run: ${why}`, { version });
    }
    await this.#sayState();
    return (await this.#state()).policy;
  }

  #log(news: LinkNews): void {
    const { log, fleet } = this.#options;
    const about = { server: fleet.server, name: fleet.name };
    if (news.kind === 'linked') say(log, 'info', 'fleet.linked', 'linked to the team server', about);
    else if (news.kind === 'lost')
      say(log, 'warn', 'fleet.lost', `the link to the team server is lost: ${news.why}`, about);
    else
      say(log, 'error', 'fleet.failed', `no link to the team server: ${news.why}`, {
        ...about,
        ...(news.code !== null && { code: news.code }),
      });
  }
}

/** null where the configuration names no team server. Throws {@link GatewayError}. */
export function startFleeting(
  { gateway: { fleet } }: Config,
  rest: Omit<FleetingOptions, 'fleet'>,
): Fleeting | null {
  return fleet === undefined ? null : new Fleeting({ ...rest, fleet });
}

function pemsOf({ ca, tls }: FleetConfig) {
  const read = (path: string, setting: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new GatewayError('TLS_UNUSABLE', `gateway.fleet.${setting}: ${path} cannot be read: ${why}`, {
        cause,
      });
    }
  };
  return {
    ...(ca !== undefined && { ca: read(ca, 'ca') }),
    ...(tls !== undefined && { cert: read(tls.cert, 'tls.cert'), key: read(tls.key, 'tls.key') }),
  };
}

/** What others are told of a session: bytes would change with every look. */
function sessionOf(row: LiveSessionRow): FleetSession {
  const { id, worker, connection, subject, clientId, issuer, job, address, since, statements } = row;
  const { inFlight, transaction } = row;
  return {
    id,
    worker,
    connection,
    subject: subject.slice(0, 1_000),
    clientId: clientId?.slice(0, 1_000) ?? null,
    issuer,
    job: job?.slice(0, 1_000) ?? null,
    address,
    since,
    statements,
    inFlight,
    transaction: transaction.slice(0, 1),
  };
}
