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

/** Cancels the statement in flight of the session that has this key; counted when none has. Never rejects. */
export async function cancelSession(
  { processId, key, address }: CancelWish,
  context: Pick<SessionContext, 'cancelKeys' | 'recorder' | 'refusals'>,
): Promise<void> {
  const live = context.cancelKeys.find(processId, key);
  if (live === null) {
    context.refusals.count('CANCEL_KEY', address);
    return;
  }
  const accepted = live.relay.exchange.expected.length > 0;
  live.recorder.record('cancel', { accepted, clientAddress: address });
  await context.recorder.settled();
  if (accepted) await live.cancel().catch(() => {});
}
