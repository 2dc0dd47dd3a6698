/** CancelRequests of agents (PostgreSQL manual §54.2.8 "Canceling Requests in Progress"). */
import type { SessionContext } from './session-context.ts';
import { refuse, type Startup } from './startup.ts';

/** What a CancelRequest says, and from where. */
export interface CancelWish {
  readonly processId: number;
  readonly key: Buffer;
  readonly address: string;
}

/** A CancelRequest: the key is ours and tells the session, which another worker may serve. */
export async function cancelRequest(
  startup: Extract<Startup, { kind: 'cancel' }>,
  context: SessionContext,
): Promise<void> {
  const { processId, key, socket } = startup;
  const wish = { processId, key, address: socket.remoteAddress ?? '' };
  const elsewhere = context.cancelKeys.elsewhere(processId);
  if (elsewhere === null) await cancelSession(wish, context);
  else await context.passCancel(elsewhere, wish);
  refuse(socket, undefined); // as in PostgreSQL, the client is not told whether it worked
}

/**
 * Cancels the statement in flight of the session that has this key; counted when none has. While the request is under way
 * nothing more of that session is forwarded, so that it cannot hit a later statement. Never rejects.
 */
export async function cancelSession(
  { processId, key, address }: CancelWish,
  { cancelKeys, recorder, refusals }: Pick<SessionContext, 'cancelKeys' | 'recorder' | 'refusals'>,
): Promise<void> {
  recorder.clock.read();
  const now = recorder.clock.monotonic;
  if (!cancelKeys.pace.admitsAddress(address, now)) return refusals.count('CANCEL_PACE', address);
  const live = cancelKeys.find(processId, key);
  if (live === null) return refusals.count('CANCEL_KEY', address);
  if (!cancelKeys.pace.admitsSession(live, now)) return refusals.count('CANCEL_PACE', address);
  const { exchange } = live.relay;
  const release = live.relay.hold();
  try {
    const accepted = exchange.expected.length > 0;
    live.recorder.record('cancel', { accepted, clientAddress: address });
    // What was read before is forwarded by then; what has been answered by then needs no cancelling.
    await recorder.settled();
    if (accepted && exchange.expected.length > 0) await live.cancel();
  } catch {
    // As in PostgreSQL nobody is told; where recording failed, it has ended the sessions.
  } finally {
    release();
  }
}
