/** CancelRequests of agents (PostgreSQL manual §54.2.8 "Canceling Requests in Progress"). */
import type { SessionContext } from './session-context.ts';
import { refuse, type Startup } from './startup.ts';

/** What a CancelRequest says, and from where. */
export interface CancelWish {
  readonly processId: number;
  readonly key: Buffer;
  readonly address: string;
}

/** A CancelRequest: the key is ours and tells the session, which another worker may serve. Counted when none does. */
export async function cancelRequest(
  startup: Extract<Startup, { kind: 'cancel' }>,
  context: SessionContext,
): Promise<void> {
  const { processId, key, socket } = startup;
  const { cancelKeys, recorder, refusals } = context;
  const address = socket.remoteAddress ?? '';
  const wish = { processId, key, address };
  recorder.clock.read();
  if (!cancelKeys.pace.admitsAddress(address, recorder.clock.monotonic))
    refusals.count('CANCEL_PACE', address);
  else if (!(await cancelSession(wish, context)) && !(await context.passCancel(wish)))
    refusals.count('CANCEL_KEY', address);
  refuse(socket, undefined); // as in PostgreSQL, the client is not told whether it worked
}

/**
 * Cancels the statement in flight of the session that has this key; false when none has. While the request is under way
 * nothing more of that session is forwarded, so that it cannot hit a later statement. Never rejects.
 */
export async function cancelSession(
  { processId, key, address }: CancelWish,
  { cancelKeys, recorder, refusals }: Pick<SessionContext, 'cancelKeys' | 'recorder' | 'refusals'>,
): Promise<boolean> {
  const live = cancelKeys.find(processId, key);
  if (live === null) return false;
  recorder.clock.read();
  if (!cancelKeys.pace.admitsSession(live, recorder.clock.monotonic)) {
    refusals.count('CANCEL_PACE', address);
    return true;
  }
  const { exchange } = live.relay;
  const release = live.relay.hold();
  try {
    const accepted = exchange.expected.length > 0;
    live.recorder.record('cancel', { accepted, clientAddress: address });
    if (live.relay.cancelHeld()) return true; // the server has not seen it yet
    // What was read before is forwarded by then; what has been answered by then needs no cancelling.
    await recorder.settled();
    if (accepted && exchange.expected.length > 0) await live.cancel();
  } catch {
    // As in PostgreSQL nobody is told; where recording failed, it has ended the sessions.
  } finally {
    release();
  }
  return true;
}
