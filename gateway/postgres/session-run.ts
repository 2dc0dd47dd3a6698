/** A session from the greeting to its end: relays until somebody ends it, and records how it ended. */
import type { Socket } from 'node:net';
import type { ConnectionConfig } from '../config.ts';
import type { Verified } from '../identity/verifier.ts';
import type { SessionRecorder } from '../recorder/recorder.ts';
import { SpoolError } from '../recorder/spool-file.ts';
import type { CiAssertions } from './ci-assertions.ts';
import { leaveServer } from './leave-server.ts';
import type { LiveSession } from './live-sessions.ts';
import { refuse } from './startup.ts';
import { type PolicyGate } from './gate/gate.ts';
import { gateOf } from './gate/session-gate.ts';
import { relay, type Relay, type RelayEnd } from './relay.ts';
import { type Opening, CANCEL_MS, type SessionContext } from './session-context.ts';
import { recordClosed } from './session-events.ts';
import { watchIdentity } from './session-identity.ts';
import { cancelUpstream, type Upstream } from './upstream.ts';
import { authenticationOk, backendKeyData, parameterStatus, readyForQuery } from './wire/encode.ts';
import type { PostgresError } from './wire/errors.ts';

/** Greets the agent, relays until somebody ends it, and records how it ended. */
export async function runRelay(
  startup: Opening,
  upstream: Upstream,
  connection: ConnectionConfig,
  session: SessionRecorder,
  verified: Verified,
  ci: CiAssertions,
  context: SessionContext,
): Promise<void> {
  const { recorder, cancelKeys, mode, limits } = context;
  const agent = startup.socket;
  const server = upstream.socket;
  const cancelNow = () => cancelUpstream(connection, upstream, AbortSignal.timeout(CANCEL_MS));
  const { policed, holds } = context;
  const address = agent.remoteAddress ?? '';
  const policing = policed && { policed, connection, verified, ci, address, session, upstream, holds };
  let gate: PolicyGate | null = null;
  const onParameter = (name: string, value: string) => {
    ci.reported(name, value);
    gate?.reported(name, value);
  };
  const running = relay({
    agent,
    server,
    recorder,
    session,
    onParameter,
    mode,
    limits,
    cancel: cancelNow,
    ...(policing && { gateOf: (wire) => (gate = gateOf(policing, wire)) }),
  });
  running.exchange.process = upstream.processId;
  const live: LiveSession = {
    recorder: session,
    relay: running,
    agent,
    address,
    port: agent.remotePort ?? 0,
    connection: connection.name,
    verified,
    since: Date.now(),
    cancel: cancelNow,
  };
  const key = cancelKeys.issue(live, upstream.processId, startup.protocol);
  context.live.add(live);
  context.onOpened(live);
  try {
    recorder.write();
    if (gate !== null) await opened(gate, running);
    greet(agent, upstream, backendKeyData(key.processId, key.key));
  } catch (error) {
    running.stop({ by: 'recorder', error: error as Error });
  }
  const unwatch = watchIdentity(verified, context.verifier, { relay: running, session, recorder });
  const end = await running.ended;
  unwatch();
  cancelKeys.revoke(key);
  context.live.delete(live);
  const inFlight = running.exchange.expected.length > 0;
  const outcome = outcomeOf(end);
  const sqlstate = outcome.tell?.sqlstate ?? null;
  recordClosed(session, recorder, outcome.outcome, sqlstate, outcome.reason);
  context.onEnded(live, { outcome: outcome.outcome, sqlstate, reason: outcome.reason });
  await recorder.settled();
  // Within a row the agent can be told nothing: it would be read as the rest of the row.
  if (outcome.tell !== null) refuse(agent, running.midRow() ? undefined : outcome.tell);
  else agent.end();
  if (end.by === 'agent' && end.terminated) server.end();
  else if (inFlight && end.by !== 'server') await leaveServer(server, cancelNow);
  else server.destroy();
}

/** What policy has to know is looked up before the agent is let in; what cannot be is unknown, and so masked or held. */
async function opened(gate: PolicyGate, running: Relay): Promise<void> {
  const release = running.hold();
  await Promise.race([gate.open(), running.ended]).catch(() => {});
  release();
}

function greet(agent: Socket, upstream: Upstream, keyData: Buffer): void {
  const parameters = [...upstream.parameters].map(([name, value]) => parameterStatus(name, value));
  agent.write(
    Buffer.concat([authenticationOk(), ...parameters, keyData, ...upstream.notices, readyForQuery('I')]),
  );
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
      return { outcome: 'failed', reason: end.reason ?? end.error.message, tell: end.error };
    case 'violation': {
      const who = end.side === 'agent' ? 'the agent' : 'the server';
      const tell: PostgresError = {
        severity: 'FATAL',
        sqlstate: end.error.sqlstate,
        message: end.error.message,
      };
      return { outcome: 'failed', reason: `${who} broke the protocol: ${end.error.message}`, tell };
    }
    case 'recorder': {
      const tell: PostgresError = {
        severity: 'FATAL',
        sqlstate: end.error instanceof SpoolError ? end.error.sqlstate : '58030',
        message: 'the gateway cannot record this session any more',
      };
      return { outcome: 'failed', reason: end.error.message, tell };
    }
  }
}
