/** What operators may do to a running gateway, whatever number of workers it has. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { KeyError } from './archive/key-file.ts';
import {
  activeHolds,
  type HoldWord,
  type LegalHold,
  legalHolds,
  liftLegalHold,
  placeLegalHold,
} from './archive/legal-holds.ts';
import { parseFilter } from '../shared/filter/parse.ts';
import type { Config } from './config.ts';
import type { PolicyText } from './config-policy.ts';
import {
  ControlError,
  type EndRequest,
  type HoldRequest,
  type LiveSessionRow,
  type Readiness,
  type RedactionRequest,
  type KeysRequest,
  type KeysResult,
  type RedactionResult,
  type Reloaded,
  type RevocationRequest,
  type RotatedKey,
  type WorkerState,
} from './control-schema.ts';
import { type Crew, running } from './crew.ts';
import type { Inbox } from './approvals/inbox.ts';
import { withPolicyText } from './fleet-policy.ts';
import type { Revocations } from './identity/revocations.ts';
import { say } from './log.ts';
import { joinedKeys, joinedRedaction } from './redaction-answer.ts';
import type { GatewayKey } from './signing.ts';
import { exposition } from './metrics.ts';
import { streamExposition } from './stream-metrics.ts';
import { reloadOf } from './reload.ts';
import { Reviewing } from './reviewing.ts';
import type { Retried, Streaming } from './streaming.ts';
import type { WorkerReport } from './worker-report.ts';
import type { Worker } from './worker.ts';

/** An archive further behind than this, s, is no gateway to send agents to while another is not. */
const MAX_LAG_S = 60;

export interface OperationsOptions {
  readonly crew: Crew;
  readonly config: Config;
  readonly log: Logger;
  readonly key: GatewayKey;
  readonly revocations: Revocations;
  readonly inbox: Inbox;
  readonly streaming: Streaming;
  /** Whether the development issuer runs. */
  readonly issuerRuns: boolean;
  /** Reads the configuration again; absent when it came from nowhere. */
  readonly reread?: (() => Promise<Config>) | undefined;
}

export class Operations {
  readonly #options: OperationsOptions;
  /** What sessions that come now are served by. */
  config: Config;
  draining = false;
  /** Who may do any of this, and what reviewers do. */
  readonly reviewing: Reviewing;
  /** Whether the team server hears of it; null: there is none. */
  linked: (() => boolean) | null = null;
  #reloading: Promise<unknown> = Promise.resolve();

  constructor(options: OperationsOptions) {
    this.#options = options;
    this.config = options.config;
    const { crew, inbox, log } = options;
    this.reviewing = new Reviewing({ crew, inbox, log, roles: () => this.config.roles });
  }

  async readiness(): Promise<Readiness> {
    const { crew } = this.#options;
    const workers = await Promise.all(crew.workers.map((worker, number) => stateOf(worker, number, crew)));
    const { host } = this.config.gateway.listen;
    return {
      ready: !this.draining && workers.every(({ problem }) => problem === null),
      draining: this.draining,
      listen: `${host.includes(':') ? `[${host}]` : host}:${crew.port}`,
      archive: this.config.archive,
      policy: policyHash(this.config),
      workers,
    };
  }

  async sessions(): Promise<LiveSessionRow[]> {
    const lists = await this.#each((worker) => worker.sessions());
    return lists.flat().toSorted((a, b) => a.since - b.since);
  }

  /** `id` may be the beginning of a session's id, as lists show it. Throws {@link ControlError}. */
  async end(id: string, request: EndRequest): Promise<LiveSessionRow> {
    const found = (await this.sessions()).filter((session) => session.id.startsWith(id));
    const [session, ...others] = found;
    if (session === undefined) throw new ControlError('NOT_FOUND', `no live session has the id ${id}`);
    if (others.length > 0)
      throw new ControlError('BAD_REQUEST', `${found.length} live sessions have ids that begin with ${id}`);
    const ended = await this.#options.crew.workers[session.worker]?.end({ ...request, id: session.id });
    if (ended !== true) throw new ControlError('NOT_FOUND', `the session ${session.id} has just ended`);
    const { by, reason } = request;
    const { address, connection } = session;
    say(this.#options.log, 'warn', 'session.killed', 'session ended by an operator', {
      session: session.id,
      connection,
      address,
      by,
      reason,
    });
    return session;
  }

  /** Resolves to how many live sessions it ended. */
  async revoke({ what, value, by, reason, duration }: RevocationRequest): Promise<number> {
    const { revocations, log } = this.#options;
    const now = Date.now();
    const revocation = { by: what, value, reason, author: by, until: now + duration };
    revocations.add(revocation, now); // first, so that a worker that starts now knows it too
    const ended = (await this.#each((worker) => worker.revoke(revocation))).reduce((sum, n) => sum + n, 0);
    say(log, 'warn', 'token.revoked', 'tokens revoked', { what, value, by, reason, ended });
    return ended;
  }

  /** The public key that logs are signed with, PEM. */
  get key(): string {
    return this.#options.key.publicKey;
  }

  /** Replaces it. Throws {@link ControlError}. */
  async rotateKey({ by, reason }: EndRequest): Promise<RotatedKey> {
    const { key, crew } = this.#options;
    try {
      const settled = await key.rotate(`${reason} (${by})`, crew.workers);
      return { key: key.publicKey, settled };
    } catch (cause) {
      if (!(cause instanceof KeyError)) throw cause;
      throw new ControlError('CONFLICT', cause.message, { cause });
    }
  }

  /** Each worker takes out of its own log, the first also of closed ones. Throws {@link ControlError}. */
  async redact(request: RedactionRequest): Promise<RedactionResult> {
    const { crew } = this.#options;
    const workers = running(crew);
    if (workers.length < crew.workers.length)
      throw new ControlError('UNAVAILABLE', 'a worker is not running: its log would keep the value');
    const logs = await Promise.all(workers.map(async (worker) => (await worker.head()).log));
    const answers = await Promise.allSettled(
      workers.map((worker, number) => worker.redact({ request, open: logs, closed: number === 0 })),
    );
    return joinedRedaction(answers);
  }

  /** Each worker destroys keys of its own log, the first also of closed ones. Throws {@link ControlError}. */
  async destroyKeys(request: KeysRequest): Promise<KeysResult> {
    const { crew } = this.#options;
    const workers = running(crew);
    if (workers.length < crew.workers.length)
      throw new ControlError('UNAVAILABLE', 'a worker is not running: its log’s keys would stay');
    const open = await Promise.all(workers.map(async (worker) => (await worker.head()).log));
    const answers = await Promise.allSettled(
      workers.map((worker, number) => worker.destroyKeys({ request, open, closed: number === 0 })),
    );
    return joinedKeys(answers);
  }

  /** Takes over what the configuration says now; one that cannot be used leaves everything as it is. One at a time. */
  reload(): Promise<Reloaded> {
    const reloaded = this.#reloading.then(() => this.#reload());
    this.#reloading = reloaded.catch(() => {});
    return reloaded;
  }

  async #reload(): Promise<Reloaded> {
    const { reread, log, crew, issuerRuns } = this.#options;
    if (reread === undefined)
      throw new ControlError('UNSUPPORTED', 'this gateway was started without a configuration file');
    try {
      const { config, applied, kept } = reloadOf(this.config, await reread(), issuerRuns);
      await Promise.all(running(crew).map((worker) => worker.configure(config)));
      if (applied.includes('gateway.log')) log.level = config.gateway.log.level;
      this.config = config;
      this.#options.streaming.configure(config.stream);
      say(log, 'info', 'config.reloaded', 'configuration reloaded', { applied, kept });
      return { applied, kept };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      say(log, 'error', 'config.refused', `the configuration is kept as it was: ${why}`);
      throw new ControlError('CONFIG_INVALID', why, { cause });
    }
  }

  /** Holds sessions to another policy from now on; one that cannot be used leaves everything as it is. Throws PolicyError. */
  adoptPolicy(policy: PolicyText): Promise<void> {
    const adopted = this.#reloading.then(() => this.#adopt(policy));
    this.#reloading = adopted.catch(() => {});
    return adopted;
  }

  async #adopt(policy: PolicyText): Promise<void> {
    const config = withPolicyText(this.config, policy);
    await Promise.all(running(this.#options.crew).map((worker) => worker.configure(config)));
    this.config = config;
  }

  async metrics(): Promise<string> {
    const workers = exposition(await this.reports(), this.linked?.() ?? null);
    return workers + streamExposition(this.#options.streaming.status);
  }

  /** Legal holds, lifted ones too, oldest first. */
  holds(): LegalHold[] {
    return legalHolds(this.config.archive);
  }

  /** Holds what a filter matches from now on; recorded. Throws {@link ControlError}. */
  async placeHold({ filter, by, reason }: HoldRequest): Promise<LegalHold> {
    const { error } = parseFilter(filter);
    if (error !== undefined) throw new ControlError('BAD_REQUEST', `filter: ${error.message}`);
    const worker = this.#recording();
    // It holds before it is said to, and does although it could not be said.
    const hold = placeLegalHold(this.config.archive, filter, wordOf(by, reason));
    await worker.recordHold({ action: 'placed', hold: hold.id, filter, by, reason });
    this.#sayHold('hold.placed', hold, 'a legal hold was placed');
    return hold;
  }

  /** Lifts a hold, once that is recorded. Throws {@link ControlError}. */
  async liftHold(id: string, { by, reason }: EndRequest): Promise<LegalHold> {
    const hold = activeHolds(this.config.archive).find((one) => one.id === id);
    if (hold === undefined) throw new ControlError('NOT_FOUND', `no legal hold that holds has the id ${id}`);
    await this.#recording().recordHold({ action: 'lifted', hold: id, filter: hold.filter, by, reason });
    const lifted = liftLegalHold(this.config.archive, id, wordOf(by, reason)) ?? hold;
    this.#sayHold('hold.lifted', { ...hold, by, reason }, 'a legal hold was lifted');
    return lifted;
  }

  #recording(): Worker {
    const [worker] = running(this.#options.crew);
    if (worker === undefined)
      throw new ControlError(
        'UNAVAILABLE',
        'no worker is running that could record it; try again in a moment',
      );
    return worker;
  }

  #sayHold(event: 'hold.placed' | 'hold.lifted', { id, filter, by, reason }: LegalHold, what: string): void {
    say(this.#options.log, 'warn', event, what, { hold: id, filter, by, reason });
  }

  /** How sinks are. */
  streams(): Streaming['status'] {
    return this.#options.streaming.status;
  }

  /** Sends again what a sink refused. Throws {@link ControlError}. */
  async retryStream(sink: string, { by, reason }: EndRequest): Promise<Retried> {
    const retried = await this.#options.streaming.retry(sink);
    say(this.#options.log, 'info', 'stream.retried', `what ${sink} refused was sent again`, {
      sink,
      by,
      reason,
      ...retried,
    });
    return retried;
  }

  /** Of the workers that run. */
  reports(): Promise<WorkerReport[]> {
    return this.#each((worker) => worker.report());
  }

  /** What all running workers answer; one that dies meanwhile is left out. */
  async #each<T>(ask: (worker: Worker) => Promise<T>): Promise<T[]> {
    const answers = await Promise.allSettled(running(this.#options.crew).map(ask));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }
}

function wordOf(by: string, reason: string): HoldWord {
  return { time: new Date().toISOString(), by, reason };
}

function policyHash({ policy }: Config): string | null {
  return policy === undefined ? null : createHash('sha256').update(policy.text).digest('hex');
}

async function stateOf(worker: Worker | null, number: number, { losses }: Crew): Promise<WorkerState> {
  const report = await worker?.report().catch(() => null);
  if (report === undefined || report === null) {
    const loss = losses[number] ?? null;
    const problem = `it is not running${loss === null ? '' : `: ${loss}`}`;
    return { worker: number, pid: null, problem, sessions: 0, unshipped: 0, lag: 0, remote: null };
  }
  return {
    worker: number,
    pid: report.pid,
    problem: problemOf(report),
    sessions: report.live,
    unshipped: report.spool.unshippedBytes,
    lag: report.lag,
    remote: report.remote && { lacks: report.remote.lacks, failure: report.remote.failure },
  };
}

function problemOf({ failure, takesSessions, spool, lag }: WorkerReport): string | null {
  if (failure !== null) return `it cannot record: ${failure.message}`;
  if (!takesSessions) {
    const held = `${spool.held} of ${spool.limit} bytes`;
    return `it takes no sessions: its spool (${held}) or the disk is full, or the disk is too slow`;
  }
  return lag > MAX_LAG_S ? `the archive is ${Math.round(lag)} s behind` : null;
}
