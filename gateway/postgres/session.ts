/**
 * The life of one agent's connection, top to bottom: start-up, who it is, what it may reach, the database, the relay, the
 * end. Every step is on the record before the agent or the server sees its effect, refusals included.
 */
import type { Socket } from 'node:net';
import type { ConnectionConfig } from '../config.ts';
import type { Verified } from '../identity/verifier.ts';
import { admit, assertedBy, connectionName } from './admission.ts';
import { cancelRequest } from './cancel-request.ts';
import { upstreamParameters } from './parameters.ts';
import { refusalOf } from './refusal.ts';
import { type Opening, type SessionContext, START_UP_MS } from './session-context.ts';
import { recordClosed, recordConnected, recordIdentity, recordOpened } from './session-events.ts';
import { runRelay } from './session-run.ts';
import { acceptStartup, askPassword, refuse, StartupError } from './startup.ts';
import { connectUpstream, type Upstream } from './upstream.ts';

/** Serves one accepted socket until it is closed; never rejects. */
export async function serve(socket: Socket, context: SessionContext): Promise<void> {
  socket.on('error', () => {}); // 'close' follows and is what everybody here waits for
  try {
    const startup = await acceptStartup(socket, {
      tls: context.tls,
      deadline: AbortSignal.timeout(START_UP_MS),
    });
    if (startup.kind === 'cancel') await cancelRequest(startup, context);
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
    recordClosed(session, recorder, 'refused', sqlstate, reason);
    const address = startup.socket.remoteAddress ?? '';
    context.onRefused({ address, connection: connectionName(startup), sqlstate, reason });
    refuse(error instanceof StartupError ? error.socket : startup.socket, postgres);
    return;
  }
  await runRelay(startup, upstream, connection, session, verified, context);
}
