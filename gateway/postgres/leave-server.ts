/**
 * Leaves a database while a statement of the session may run. A cancel request that comes before the server has read the
 * statement finds it idle and is passed over (PostgreSQL manual §54.2.8), and a server that is busy does not notice that a
 * connection is gone: so it is asked again until it has answered something.
 */
import type { Socket } from 'node:net';

/** How long the server has to answer after each request, ms. */
const PATIENCE_MS = [100, 400, 1_500];

/** Resolves once the connection is closed. What was not sent yet is not sent any more. */
export async function leaveServer(server: Socket, cancel: () => Promise<void>): Promise<void> {
  // What it still answers is nobody's any more.
  server.removeAllListeners('data').resume();
  for (const patience of PATIENCE_MS) {
    const answer = answered(server);
    const isAsked = await cancel().then(
      () => true,
      () => false,
    );
    if (!isAsked || (await answer.within(patience))) break;
  }
  server.destroy();
}

interface Answer {
  /** Whether the server has said anything, or hung up, by then. */
  readonly within: (ms: number) => Promise<boolean>;
}

/** Listens from now on: the answer may come before the request is known to have been taken. */
function answered(server: Socket): Answer {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const heard = (): void => resolve(true);
  server.once('data', heard).once('close', heard);
  if (server.destroyed) heard();
  return {
    async within(ms) {
      const timer = setTimeout(() => resolve(false), ms);
      const isHeard = await promise;
      clearTimeout(timer);
      server.off('data', heard).off('close', heard);
      return isHeard;
    },
  };
}
