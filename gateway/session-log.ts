/** What operators are told of sessions: a line when one opens, ends or is refused, and counts of refusals. */
import type { Logger } from 'pino';
import { say } from './log.ts';
import { type LiveSession, sessionId } from './postgres/live-sessions.ts';
import type { RefusalsOptions } from './postgres/refusals.ts';
import type { RefusedSession, SessionContext } from './postgres/session-context.ts';
import type { WorkerGauges } from './worker-report.ts';

type SessionLog = Pick<SessionContext, 'onOpened' | 'onEnded' | 'onRefused'> &
  Pick<RefusalsOptions, 'onCounted'>;

export function sessionLog(log: Logger, gauges: WorkerGauges): SessionLog {
  return {
    onOpened(session) {
      const { subject, clientId } = session.verified.identity;
      say(log, 'info', 'session.opened', 'session opened', { ...aboutSession(session), subject, clientId });
    },
    onEnded(session, end) {
      const statements = session.relay.exchange.lastNumber;
      say(log, 'info', 'session.ended', 'session ended', { ...aboutSession(session), ...end, statements });
    },
    onRefused(refused: RefusedSession) {
      gauges.refused(refused.code);
      say(log, 'warn', 'session.refused', 'session refused', { ...refused });
    },
    onCounted(counted) {
      gauges.refused(counted.reason, counted.count);
      say(log, 'warn', 'sessions.refused', 'connections refused before authentication', { ...counted });
    },
  };
}

function aboutSession(session: LiveSession): Readonly<Record<string, string>> {
  const { connection, address } = session;
  return { session: sessionId(session), connection, address };
}
