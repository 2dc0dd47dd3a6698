/** What sessions that do nothing cost: memory, for each as long as it lives. */
import type { Socket } from 'node:net';
import { readRss } from './cpu.ts';
import { IDLE_DATABASE } from './idle-server.ts';
import { message, openSession } from './raw-client.ts';
import type { Target } from './targets.ts';

/** Sessions that log in at once: fewer than a gateway takes from one address before they are somebody. */
const AT_ONCE = 50;

/** How long memory is watched once all of them are there, ms. */
const WATCHED_MS = 5000;

/** Opens so many sessions through a gateway and leaves them alone; resolves to its resident memory then, in bytes. */
export async function measureIdle(
  { address, pid }: Target,
  sessions: number,
  signal: AbortSignal,
): Promise<number | null> {
  if (pid === null) return null;
  const open: Socket[] = [];
  try {
    while (open.length < sessions) {
      signal.throwIfAborted();
      const logIns = Array.from({ length: Math.min(AT_ONCE, sessions - open.length) }, () =>
        openSession({ ...address, database: IDLE_DATABASE }, 'bench-idle'),
      );
      open.push(...(await Promise.all(logIns)));
    }
    let most: number | null = null;
    for (let watched = 0; watched < WATCHED_MS; watched += 500) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const now = readRss(pid);
      if (now !== null) most = Math.max(most ?? 0, now);
    }
    const lost = open.filter((socket) => socket.destroyed).length;
    if (lost > 0) throw new Error(`${lost} of ${sessions} idle sessions were closed`);
    return most;
  } finally {
    for (const socket of open) socket.end(message('X'));
  }
}
