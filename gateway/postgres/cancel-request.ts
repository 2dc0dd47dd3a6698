/** CancelRequests of agents (PostgreSQL manual §54.2.8 "Canceling Requests in Progress"). */
import type { SessionContext } from './session-context.ts';
import { refuse, type Startup } from './startup.ts';

/** A CancelRequest: the key is ours and tells the session; the server's own key never leaves the gateway. */
export async function cancelRequest(
  startup: Extract<Startup, { kind: 'cancel' }>,
  context: SessionContext,
): Promise<void> {
  const live = context.cancelKeys.find(startup.processId, startup.key);
  if (live !== null) {
    const accepted = live.relay.exchange.expected.length > 0;
    live.recorder.record('cancel', { accepted, clientAddress: startup.socket.remoteAddress ?? '' });
    await context.recorder.settled();
    if (accepted) await live.cancel().catch(() => {}); // as in PostgreSQL, the client is not told whether it worked
  }
  refuse(startup.socket, undefined);
}
