/**
 * The life of one agent's connection, top to bottom: start-up, who it is, what it may reach, the database, the relay, the
 * end. Every step is on the record before the agent or the server sees its effect, refusals included.
 */
import type { Socket } from 'node:net';
import type { ConnectionConfig } from '../config.ts';
import type { Verified, Verifier } from '../identity/verifier.ts';
import type { CiJob } from '../identity/ci.ts';
import type { Recorder, SessionRecorder } from '../recorder/recorder.ts';
import type { CancelKeys } from './cancel.ts';
import { assertedJob, upstreamParameters } from './parameters.ts';
import { refusalOf, SessionRefused } from './refusal.ts';
import { relay, type Relay, type RelayEnd } from './relay.ts';
import { acceptStartup, askPassword, refuse, type Startup, StartupError } from './startup.ts';
import { cancelUpstream, connectUpstream, type Upstream } from './upstream.ts';
import { authenticationOk, backendKeyData, parameterStatus, readyForQuery } from './wire/encode.ts';
import type { PostgresError } from './wire/errors.ts';

/** From accept to the password's arrival, and again for the database's answer. */
const START_UP_MS = 10_000;

/** A timer further away than this would fire at once (Node's limit is 2³¹ ms). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a session needs of its gateway. */
export interface SessionContext {
  readonly recorder: Recorder;
  readonly verifier: Verifier;
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly cancelKeys: CancelKeys<LiveSession>;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Asserted CI jobs: from `application_name` or the `auditorium.job` option. */
  readonly assertedCi: (applicationName: string) => CiJob | null;
  readonly parseJob: (job: string) => CiJob | null;
  /** Live sessions, so that the gateway can end them. */
  readonly live: Set<LiveSession>;
  /** Told of every session that was refused, for the operator's log. */
  readonly onRefused: (refused: RefusedSession) => void;
}

/** A session that was not opened: where from, to what, and why; holds no secret. */
export interface RefusedSession {
  readonly address: string;
  readonly connection: string;
  readonly sqlstate: string | null;
  readonly reason: string;
}

/** A session whose relay runs. */
export interface LiveSession {
  readonly recorder: SessionRecorder;
  readonly relay: Relay;
  /** Cancels the statement in flight. */
  cancel(): Promise<void>;
}

type Opening = Extract<Startup, { kind: 'session' }>;

/** Serves one accepted socket until it is closed; never rejects. */
export async function serve(socket: Socket, context: SessionContext): Promise<void> {
  socket.on('error', () => {}); // 'close' follows and is what everybody here waits for
  try {
    const startup = await acceptStartup(socket, {
      tls: context.tls,
      deadline: AbortSignal.timeout(START_UP_MS),
    });
    if (startup.kind === 'cancel') await cancel(startup, context);
    else await serveSession(startup, context);
  } catch (error) {
    if (error instanceof StartupError) refuse(error.socket, error.postgres);
    else socket.destroy();
  }
}

async function serveSession(startup: Opening, context: SessionContext): Promise<void> {
  const { recorder } = context;
  const session = recorder.session();
  recordOpened(session, startup, recorder);
  recorder.write();
  let connection: ConnectionConfig;
  let upstream: Upstream;
  let verified: Verified;
  try {
    const settings = upstreamParameters(startup.parameters);
    const password = await askPassword(startup.socket, { deadline: AbortSignal.timeout(START_UP_MS) });
    verified = await context.verifier.verify(password);
    recordIdentity(session, verified, assertedBy(startup, context));
    recorder.write();
    connection = admit(connectionName(startup), verified, context);
    upstream = await connectUpstream(
      connection,
      { parameters: settings },
      { signal: AbortSignal.timeout(START_UP_MS) },
    );
    recordConnected(session, connection, upstream);
  } catch (error) {
    const { postgres, reason } = refusalOf(error);
    const sqlstate = postgres?.sqlstate ?? null;
    close(session, recorder, 'refused', sqlstate, reason);
    const address = startup.socket.remoteAddress ?? '';
    context.onRefused({ address, connection: connectionName(startup), sqlstate, reason });
    refuse(error instanceof StartupError ? error.socket : startup.socket, postgres);
    return;
  }
  await runRelay(startup, upstream, connection, session, verified.expires, context);
}

/** Greets the agent, relays until somebody ends it, and records how it ended. */
async function runRelay(
  startup: Opening,
  upstream: Upstream,
  connection: ConnectionConfig,
  session: SessionRecorder,
  expires: number,
  context: SessionContext,
): Promise<void> {
  const { recorder, cancelKeys } = context;
  const agent = startup.socket;
  const server = upstream.socket;
  const cancelNow = () => cancelUpstream(connection, upstream, AbortSignal.timeout(START_UP_MS));
  const running = relay({ agent, server, recorder, session });
  const live: LiveSession = { recorder: session, relay: running, cancel: cancelNow };
  const key = cancelKeys.issue(live, startup.protocol);
  context.live.add(live);
  recorder.write();
  greet(agent, upstream, backendKeyData(key.processId, key.key));
  const expiry = setTimeout(
    () => running.stop({ by: 'gateway', error: EXPIRED }),
    Math.min(expires - Date.now(), LONGEST_TIMER_MS),
  );
  const end = await running.ended;
  clearTimeout(expiry);
  cancelKeys.revoke(key);
  context.live.delete(live);
  const inFlight = running.exchange.expected.length > 0;
  const outcome = outcomeOf(end);
  close(session, recorder, outcome.outcome, outcome.tell?.sqlstate ?? null, outcome.reason);
  await recorder.settled();
  if (outcome.tell !== null) refuse(agent, outcome.tell);
  else agent.end();
  if (end.by === 'agent' && end.terminated) server.end();
  else {
    if (inFlight && end.by !== 'server') await cancelNow().catch(() => {}); // the backend ends with its socket anyway
    server.destroy();
  }
}

const EXPIRED: PostgresError = {
  severity: 'FATAL',
  sqlstate: '28000',
  message: 'the token expired, and with it this session; connect again with a new one',
};

/** A CancelRequest: the key is ours and tells the session; the server's own key never leaves the gateway. */
async function cancel(startup: Extract<Startup, { kind: 'cancel' }>, context: SessionContext): Promise<void> {
  const live = context.cancelKeys.find(startup.processId, startup.key);
  if (live !== null) {
    const accepted = live.relay.exchange.expected.length > 0;
    live.recorder.record('cancel', { accepted, clientAddress: startup.socket.remoteAddress ?? '' });
    await context.recorder.settled();
    if (accepted) await live.cancel().catch(() => {}); // as in PostgreSQL, the client is not told whether it worked
  }
  refuse(startup.socket, undefined);
}

function greet(agent: Socket, upstream: Upstream, keyData: Buffer): void {
  const parameters = [...upstream.parameters].map(([name, value]) => parameterStatus(name, value));
  agent.write(
    Buffer.concat([authenticationOk(), ...parameters, keyData, ...upstream.notices, readyForQuery('I')]),
  );
}

/** The connection the agent named, if its groups let it in. Names are told only to those who proved who they are. */
function admit(name: string, verified: Verified, context: SessionContext): ConnectionConfig {
  const connection = context.connections.get(name);
  if (connection === undefined) {
    throw new SessionRefused({
      severity: 'FATAL',
      sqlstate: '3D000',
      message: `there is no connection named "${name}"`,
      hint: 'dbname must be the name of a connection that is registered with this gateway.',
    });
  }
  const { groups } = connection;
  if (groups.length > 0 && !groups.some((group) => verified.identity.groups.includes(group))) {
    throw new SessionRefused({
      severity: 'FATAL',
      sqlstate: '42501',
      message: `${verified.identity.subject} may not use the connection "${name}"`,
      detail: `It is open to the groups ${groups.join(', ')}; the token has ${verified.identity.groups.join(', ') || 'none'}.`,
    });
  }
  return connection;
}

function connectionName(startup: Opening): string {
  return startup.parameters.get('database') ?? startup.parameters.get('user') ?? '';
}

function assertedBy(startup: Opening, context: SessionContext): CiJob | null {
  const option = assertedJob(startup.parameters);
  if (option !== undefined) return context.parseJob(option);
  return context.assertedCi(startup.parameters.get('application_name') ?? '');
}

function recordOpened(session: SessionRecorder, startup: Opening, recorder: Recorder): void {
  session.record('sessionOpened', {
    connection: connectionName(startup),
    user: startup.parameters.get('user') ?? '',
    applicationName: startup.parameters.get('application_name') ?? '',
    clientAddress: startup.socket.remoteAddress ?? '',
    clientPort: startup.socket.remotePort ?? 0,
    tls: startup.tls,
    protocol: startup.protocol,
    durability: recorder.durability,
  });
}

function recordIdentity(session: SessionRecorder, verified: Verified, asserted: CiJob | null): void {
  session.record('identity', verified.identity);
  if (verified.ci !== null) session.record('ciContext', verified.ci);
  if (asserted === null || isSameJob(asserted, verified.ci)) return;
  session.record('ciContext', {
    provenance: 'asserted',
    ...asserted,
    repository: null,
    ref: null,
    actor: null,
    issuer: null,
    fingerprint: null,
  });
}

function isSameJob(asserted: CiJob, attested: CiJob | null): boolean {
  return (
    attested !== null &&
    asserted.provider === attested.provider &&
    asserted.run === attested.run &&
    asserted.job === attested.job
  );
}

function recordConnected(session: SessionRecorder, connection: ConnectionConfig, upstream: Upstream): void {
  const { host, port, database, user } = connection;
  session.record('connected', {
    host,
    port,
    database,
    user,
    server: upstream.serverVersion,
    backend: upstream.processId,
  });
}

function close(
  session: SessionRecorder,
  recorder: Recorder,
  outcome: string,
  sqlstate: string | null,
  reason: string,
): void {
  if (recorder.failure !== null) return; // the log has ended: the session reads "outcome unknown"
  session.record('sessionClosed', { outcome, sqlstate, reason });
  recorder.write();
}

interface Outcome {
  readonly outcome: 'completed' | 'disconnected' | 'failed';
  readonly reason: string;
  /** What the agent is told; null when there is nobody or nothing to tell. */
  readonly tell: PostgresError | null;
}

function outcomeOf(end: RelayEnd): Outcome {
  switch (end.by) {
    case 'agent':
      return end.terminated
        ? { outcome: 'completed', reason: '', tell: null }
        : {
            outcome: 'disconnected',
            reason: 'the agent closed its connection without saying so',
            tell: null,
          };
    case 'server':
      return { outcome: 'failed', reason: end.reason, tell: null };
    case 'gateway':
      return { outcome: 'failed', reason: end.error.message, tell: end.error };
    case 'violation': {
      const who = end.side === 'agent' ? 'the agent' : 'the server';
      const tell: PostgresError = { severity: 'FATAL', sqlstate: '08P01', message: end.error.message };
      return { outcome: 'failed', reason: `${who} broke the protocol: ${end.error.message}`, tell };
    }
    case 'recorder': {
      const tell: PostgresError = {
        severity: 'FATAL',
        sqlstate: '58030',
        message: 'the gateway cannot record this session any more',
      };
      return { outcome: 'failed', reason: end.error.message, tell };
    }
  }
}
