/**
 * One worker of a gateway: all that a session touches, with a spool and a log of its own. A gateway with one worker runs it
 * in its own process, one with several each in a process of its own (worker-process.ts).
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { RequestDetail, RequestRow } from '../shared/approvals/request.ts';
import type { EventInput } from '../shared/recording/event.ts';
import { accessOf } from './access.ts';
import { Approvals, type ApprovalsOptions, type Ballot } from './approvals/approvals.ts';
import { RequestNumbers } from './approvals/numbers.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import { type Bucketing, isToBePut, startBucketing } from './bucketing.ts';
import type { Config } from './config.ts';
import type { EndRequest, KeysResult, LiveSessionRow, RedactionResult } from './control-schema.ts';
import { Drain } from './drain.ts';
import { recorderFailed } from './failed-worker.ts';
import type { Person } from './identity/person.ts';
import { Revocations, type Revocation } from './identity/revocations.ts';
import { createVerifier } from './identity/verifier.ts';
import { listenForAgents } from './listener.ts';
import { Policing } from './policing.ts';
import { rowOf } from './live-row.ts';
import { Admittance } from './postgres/admittance.ts';
import { CancelKeys } from './postgres/cancel.ts';
import { cancelSession, type CancelWish } from './postgres/cancel-request.ts';
import { type LiveSession, LiveSessions, sessionId } from './postgres/live-sessions.ts';
import { Refusals } from './postgres/refusals.ts';
import { type SessionContext, START_UP_MS } from './postgres/session-context.ts';
import { serve } from './postgres/session.ts';
import type { PostgresError } from './postgres/wire/errors.ts';
import type { SpoolError } from './recorder/spool-file.ts';
import { startRecording, type LogHead, type Recording } from './recording.ts';
import { KeyDestroying, type KeysCall } from './key-destroying.ts';
import { type RedactCall, Redacting } from './redacting.ts';
import { startRemoteRetention } from './remote-retention.ts';
import { startRetention } from './retention.ts';
import { sessionLog } from './session-log.ts';
import { WorkerGauges, type WorkerReport } from './worker-report.ts';

/** Which worker of how many that share a port. */
interface Place {
  /** From 0. */
  readonly worker: number;
  readonly workers: number;
}

/** What a worker is started with; can be sent to another process. */
export interface WorkerTask {
  readonly config: Config;
  /** URL of the development issuer, if the gateway started one. */
  readonly issuer: string | null;
  readonly software: string;
  readonly place: Place;
  readonly keys: SigningKeys;
  /** Its spool's own folder and limit, and how long agents wait when it is full. */
  readonly spool: { readonly dir: string; readonly limit: number; readonly deadline: number };
  /** Where agents come in; 0 is any free port. */
  readonly port: number;
  readonly revocations: readonly Revocation[];
}

/** Which session to end, who says so, and why. */
export interface EndCall extends EndRequest {
  readonly id: string;
}

/** What a gateway asks of its workers. Arguments and answers can be sent to another process. */
export interface Worker {
  /** Counters and health as of now. */
  report(): Promise<WorkerReport>;
  sessions(): Promise<readonly LiveSessionRow[]>;
  /** Ends a session; false when it does not live here. */
  end(call: EndCall): Promise<boolean>;
  /** Ends the sessions that a revocation names and refuses new ones; resolves to how many it ended. */
  revoke(revocation: Revocation): Promise<number>;
  /** Who bears a token; it is kept nowhere. Rejects with IdentityError. */
  identify(token: string): Promise<Person>;
  /** All of a held statement. Rejects with ApprovalError. */
  request(id: string): Promise<RequestDetail>;
  /** Counts a reviewer's word on a held statement, once it is recorded. Rejects with ApprovalError. */
  vote(ballot: Ballot): Promise<RequestRow>;
  /** Cancels what a session of this worker does: the CancelRequest reached another one. False when it has no such session. */
  cancel(wish: CancelWish): Promise<boolean>;
  /** Sessions from now on use this configuration; what cannot change at run time has been put back before. */
  configure(config: Config): Promise<void>;
  /** How far its log is on disk. */
  head(): Promise<LogHead>;
  /** Records that a legal hold was placed or lifted; resolves once the disk has it. */
  recordHold(fields: EventInput<'legalHold'>): Promise<void>;
  /** Records the heads of all logs in this one. */
  recordHeads(heads: readonly LogHead[]): Promise<void>;
  /** Takes values out of the record of its log, and of closed ones where it is the one that does. Rejects with RedactionError. */
  redact(call: RedactCall): Promise<RedactionResult>;
  /** Destroys keys of its log, and of closed ones where it is the one that does. Rejects with ArchiveError. */
  destroyKeys(call: KeysCall): Promise<KeysResult>;
  /** See {@link Recording.rekey}. */
  rekey(keys: SigningKeys): Promise<void>;
  /** Takes no sessions any more and ends those that are idle; resolves when none is left, or after so many ms. */
  drain(milliseconds: number): Promise<void>;
  /** Ends the wait of {@link Worker.drain}. */
  hurry(): Promise<void>;
  /** Ends what is left, ships everything, closes. */
  close(): Promise<void>;
}

export interface StartedWorker extends Worker {
  readonly port: number;
  /**
   * Resolves when its recorder has failed for good and it has ended as far as it can: {@link Worker.close} is left, and its
   * process must end.
   */
  readonly failed: Promise<SpoolError>;
}

/** What a worker needs of the gateway around it. */
export interface WorkerSurroundings {
  readonly log: Logger;
  readonly passCancel: SessionContext['passCancel'];
  /** Told of every request that is opened, voted on or ends. */
  readonly tellRequest: ApprovalsOptions['tell'];
}

/** Starts a worker; rejects with the error of the part that could not start. */
export async function startWorker(task: WorkerTask, around: WorkerSurroundings): Promise<StartedWorker> {
  await using opened = new AsyncDisposableStack();
  const { config, place, issuer } = task;
  const { log, passCancel, tellRequest } = around;
  const live = new LiveSessions();
  const gauges = new WorkerGauges();
  opened.defer(() => gauges.close());
  const recording = await startRecording({
    spool: task.spool,
    archive: config.archive,
    roll: config.volumes.roll,
    remote: config.volumes.remote,
    keys: task.keys,
    anchors: config.anchors,
    durability: config.gateway.durability,
    software: task.software,
    log,
    onFailure: (error) => {
      for (const session of live) session.relay.stop({ by: 'recorder', error });
    },
  });
  const { recorder } = recording;
  opened.defer(() => recording.close());
  // One of the workers looks after the volumes of all.
  const keeping = place.worker === 0 ? keepVolumes(task, recording, log) : null;
  opened.defer(() => keeping?.close());
  const own = { archive: config.archive, spoolDir: task.spool.dir, recording, log };
  const destroying = new KeyDestroying({ ...own, remote: config.volumes.remote });
  opened.defer(() => destroying.close());
  const redacting = new Redacting({ ...own, keys: destroying });
  opened.defer(() => redacting.close());
  void redacting.resume().then(() => destroying.resume());
  const { remote } = config.volumes;
  if (remote !== undefined) opened.defer(startRemoteRetention({ ...own, remote, destroying }));
  const drain = new Drain(live);
  const access = accessOf(config, issuer);
  const verifier = createVerifier(access.issuers, { now: Date.now, revocations: listOf(task.revocations) });
  opened.defer(() => verifier.close());
  const admittance = new Admittance(config.gateway.limits, START_UP_MS);
  const told = sessionLog(log, gauges);
  const refusals = new Refusals({ recorder, ...told });
  opened.defer(() => refusals.flush());
  let policing =
    config.policy === undefined ? null : await Policing.open(config, config.policy, { recorder, log });
  opened.defer(() => policing?.close());
  const approvals = openApprovals(task, tellRequest);
  opened.defer(() => approvals.close(SHUTTING_DOWN));
  const fixed = {
    holds: approvals,
    recorder,
    verifier,
    cancelKeys: new CancelKeys<LiveSession>(),
    passCancel,
    closedTo: () => drain.closed,
    admittance,
    refusals,
    live,
    ...told,
  };
  let { level } = config.gateway.log;
  let context: SessionContext = { ...fixed, ...access, policed: policing };
  const listener = await listenForAgents({
    host: config.gateway.listen.host,
    port: task.port,
    shared: place.workers > 1,
    serve: (socket) => serve(socket, context),
  });
  opened.defer(() => {
    admittance.close();
    approvals.close(SHUTTING_DOWN);
    return drain.finish(listener);
  });
  const stack = opened.move();
  return {
    port: listener.port,
    failed: recorderFailed(recording, listener, place.workers > 1),
    report: async () => gauges.report(place.worker, live, recording),
    sessions: async () => Array.from(live, (session) => rowOf(session, place.worker)),
    end: async (call) => endSession(live, call),
    revoke: async (revocation) => verifier.revoke(revocation),
    identify: (token) => verifier.identify(token),
    request: async (id) => approvals.show(id),
    vote: async (ballot) => approvals.vote(ballot),
    cancel: (wish) => cancelSession(wish, fixed),
    async configure(next) {
      const changed = accessOf(next, issuer);
      verifier.configure(changed.issuers);
      if (next.gateway.log.level !== level) log.level = level = next.gateway.log.level;
      admittance.limits = next.gateway.limits;
      if (next.policy === undefined) context = { ...fixed, ...changed, policed: null };
      else {
        policing ??= await Policing.open(next, next.policy, { recorder, log });
        policing.adopt(next.policy);
        context = { ...fixed, ...changed, policed: policing };
      }
    },
    head: () => recording.head(),
    async recordHold(fields) {
      if (!recorder.record('legalHold', fields))
        throw recorder.failure ?? new Error('nothing can be recorded');
      await recording.head();
    },
    recordHeads: (heads) => recordHeads(recording, heads),
    redact: (call) => redacting.redact(call),
    destroyKeys: (call) => destroying.run(call),
    async rekey(keys) {
      await recording.rekey(keys);
      keeping?.rekey(keys);
    },
    drain(milliseconds) {
      approvals.close(SHUTTING_DOWN); // who waits for a person would be waited for in vain
      return drain.begin(milliseconds);
    },
    hurry: async () => drain.hurry(),
    close: () => stack.disposeAsync(),
  };
}

/** Puts sealed volumes elsewhere, and removes those that are to go. */
function keepVolumes({ config, keys }: WorkerTask, recording: Recording, log: Logger): Bucketing {
  const { archive, volumes } = config;
  const { bucket, retention } = volumes;
  const bucketing = bucket === undefined ? null : startBucketing({ archive, bucket, keys }, log);
  const stays = (file: string) => bucketing !== null && isToBePut(archive, file);
  const stop = retention === null ? null : startRetention({ archive, retention, stays, recording, log });
  return {
    rekey: (changed) => bucketing?.rekey(changed),
    async close() {
      await Promise.all([bucketing?.close(), stop?.()]);
    },
  };
}

/** Why nothing is held any more. */
const SHUTTING_DOWN = 'the gateway is shutting down';

/** Numbers are counted in the gateway's folder, not in the worker's spool, which goes when the number of workers changes. */
function openApprovals({ config, place }: WorkerTask, tell: ApprovalsOptions['tell']): Approvals {
  const file = join(config.gateway.spool.dir, `requests-${place.worker}`);
  return new Approvals({
    worker: place.worker,
    numbers: new RequestNumbers(file, place.worker),
    clock: {
      now: Date.now,
      after(ms, run) {
        const timer = setTimeout(run, ms).unref();
        return () => clearTimeout(timer);
      },
    },
    tell,
  });
}

function listOf(revocations: readonly Revocation[]): Revocations {
  const list = new Revocations();
  for (const revocation of revocations) list.add(revocation, Date.now());
  return list;
}

/** Told as PostgreSQL tells it (pg_terminate_backend); who and why is for the record, and for the agent as its detail. */
function endSession(live: LiveSessions, { id, by, reason }: EndCall): boolean {
  const error: PostgresError = {
    severity: 'FATAL',
    sqlstate: '57P01',
    message: 'terminating connection due to administrator command',
    detail: reason,
  };
  return live.end(error, (session) => sessionId(session) === id, `ended by ${by}: ${reason}`) > 0;
}

async function recordHeads({ recorder }: Recording, heads: readonly LogHead[]): Promise<void> {
  if (recorder.failure !== null) return;
  recorder.record('logHeads', {
    logs: heads.map(({ log }) => log),
    events: heads.map(({ events }) => events),
  });
  recorder.write();
}
