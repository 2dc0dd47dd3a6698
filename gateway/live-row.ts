/** A live session as operators see it. */
import type { LiveSessionRow } from './control-schema.ts';
import type { Exchange } from './postgres/exchange.ts';
import { type LiveSession, sessionId } from './postgres/live-sessions.ts';

export function rowOf(session: LiveSession, worker: number): LiveSessionRow {
  const { verified, agent, relay } = session;
  const { subject, clientId, issuer } = verified.identity;
  const { ci } = verified;
  return {
    id: sessionId(session),
    worker,
    connection: session.connection,
    subject,
    clientId,
    issuer,
    job: ci === null ? null : `${ci.provider}/${ci.run}/${ci.job}`,
    address: session.address,
    port: session.port,
    since: session.since,
    statements: relay.exchange.lastNumber,
    inFlight: inFlight(relay.exchange),
    transaction: relay.exchange.transaction,
    received: agent.bytesRead,
    sent: agent.bytesWritten,
  };
}

/** The first statement whose answer is owed: the database works on it, or on what came before it. */
function inFlight({ expected }: Exchange): LiveSessionRow['inFlight'] {
  for (const entry of expected) {
    if (!('statement' in entry) || typeof entry.statement !== 'object') continue;
    const { number, since } = entry.statement;
    return { statement: number, duration: Math.round(performance.now() - since) };
  }
  return null;
}
