/**
 * The life of one agent's connection, top to bottom: start-up, who it is, what it may reach, the database, the relay, the
 * end. Every step is on the record before the agent or the server sees its effect, refusals included.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ConnectionConfig } from '../config.ts';
import { withoutSecrets } from '../masking/without-secrets.ts';
import { admit, connectionName } from './admission.ts';
import { type Arrival, PROGRESS } from './admittance.ts';
import { authenticate, type Login } from './authenticate.ts';
import { cancelRequest } from './cancel-request.ts';
import { sessionId } from './live-sessions.ts';
import { refusalOf, SessionRefused } from './refusal.ts';
import { type Opening, type SessionContext, START_UP_MS } from './session-context.ts';
import {
  type Opened,
  recordClosed,
  recordConnected,
  recordIdentity,
  recordOpened,
  recordParameters,
  withoutTokens,
} from './session-events.ts';
import { runRelay } from './session-run.ts';
import { acceptStartup, refuse, StartupError, type Startup } from './startup.ts';
import { connectUpstream, type Upstream } from './upstream.ts';
import type { PostgresError } from './wire/errors.ts';

/** Serves one accepted socket until it is closed; never rejects. */
export async function serve(socket: Socket, context: SessionContext): Promise<void> {
  socket.on('error', () => {}); // 'close' follows and is what everybody here waits for
  const arrival = context.admittance.admit(socket);
  try {
    await serveArrival(socket, arrival, context);
  } catch {
    socket.destroy();
  }
}

async function serveArrival(socket: Socket, arrival: Arrival, context: SessionContext): Promise<void> {
  let startup: Startup;
  try {
    startup = await acceptStartup(socket, { tls: context.tls, deadline: arrival.deadline });
  } catch (error) {
    const where = error instanceof StartupError ? error.socket : socket;
    turnAway(error, arrival, nothingSaid(where), context);
    return;
  }
  if (startup.kind === 'cancel') await cancelRequest(startup, context);
  else if (context.recorder.takesSessions) await serveSession(startup, arrival, context);
  else turnAwayUnrecorded(startup, arrival, context);
}

async function serveSession(startup: Opening, arrival: Arrival, context: SessionContext): Promise<void> {
  const { recorder } = context;
  arrival.progress = PROGRESS.identified;
  let login: Login;
  try {
    login = await authenticate(startup, arrival.deadline, context);
  } catch (error) {
    turnAway(error, arrival, startup, context);
    return;
  }
  arrival.authenticated();
  const { verified, parameters } = login;
  const session = withoutSecrets(recorder.session());
  recordOpened(session, startup, arrival, recorder);
  const ci = recordIdentity(session, verified, startup);
  recordParameters(session, parameters);
  recorder.write();
  let connection: ConnectionConfig;
  let upstream: Upstream;
  try {
    const closed = context.closedTo();
    if (closed !== null) throw new SessionRefused(closed);
    connection = admit(connectionName(startup), verified, context);
    upstream = await connectUpstream(
      connection,
      { parameters: parameters.settings },
      { signal: AbortSignal.timeout(START_UP_MS) },
    );
    recordConnected(session, connection, upstream);
  } catch (error) {
    const { postgres, reason, code, advice = null } = refusalOf(error);
    const sqlstate = postgres?.sqlstate ?? null;
    recordClosed(session, recorder, 'refused', sqlstate, reason);
    context.onRefused({
      session: sessionId({ recorder: session }),
      address: arrival.address,
      connection: withoutTokens(connectionName(startup)),
      sqlstate,
      code,
      reason: withoutTokens(advice === null ? reason : `${reason} (${advice})`),
    });
    refuse(startup.socket, postgres);
    return;
  }
  await runRelay(startup, upstream, connection, session, verified, ci, context);
}

const NOT_RECORDING: PostgresError = {
  severity: 'FATAL',
  sqlstate: '57P03',
  message: 'the gateway cannot record and takes no sessions',
};

/** Tells who would have no record so, now that it can be understood: in what was negotiated. */
function turnAwayUnrecorded({ socket }: Opening, arrival: Arrival, { refusals }: SessionContext): void {
  arrival.progress = PROGRESS.refused;
  refusals.count('NOT_RECORDING', arrival.address);
  refuse(socket, NOT_RECORDING);
}

type Stranger = Opened & Pick<Opening, 'socket'>;

/** What a client said that never came to its start-up packet. */
function nothingSaid(socket: Socket): Stranger {
  return { socket, tls: socket instanceof TLSSocket, protocol: '', parameters: new Map() };
}

/** Refuses a stranger, on the record as far as strangers have a claim to it. */
function turnAway(error: unknown, arrival: Arrival, stranger: Stranger, context: SessionContext): void {
  const refusal = refusalOf(error);
  const { socket } = stranger;
  arrival.progress = PROGRESS.refused;
  const { refusals } = context;
  const silent = !stranger.tls && socket.bytesRead === 0;
  // Whoever comes and goes without a byte, as a load balancer does to see who is up, asked for nothing.
  if (!silent || refusal.code !== 'CLOSED') {
    // Of the silent nothing is known but the network; to ask where to get a token is how OAUTHBEARER begins.
    if (silent || refusal.code === 'NO_TOKEN') refusals.count(refusal.code, arrival.address);
    else refusals.record(stranger, arrival, refusal);
  }
  refuse(socket, refusal.postgres);
  // Its place is another's already, or nobody's: it has no time to read.
  if (refusal.code === 'CROWDED' || refusal.code === 'CLOSING') socket.destroySoon();
}
