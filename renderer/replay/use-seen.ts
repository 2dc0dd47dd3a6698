/** The player as what can wait sees it: it comes behind the terminal, and passes over what somebody passes by. */
import { startTransition, useEffect, useRef, useState } from 'react';
import type { OpenSession } from '../player/open-session.ts';
import type { Player } from '../player/use-player.ts';

/** Moves that follow each other within this, in ms, are one way: keys held down, a play head that is dragged. */
const WAY_MS = 150;

/** How long one stands on such a way, in ms, for what is there to be drawn. */
const STANDS_MS = 50;

/** Nothing is held back for longer than this, in ms: five times a second all of it is drawn, wherever one goes. */
const LONGEST_MS = 200;

/** `player` as it was when the terminal showed it; on a way of many steps, only where one stands. */
export function useSeen({ painting }: OpenSession, player: Player): Player {
  const [seen, setSeen] = useState(player);
  const moved = useRef(-Infinity);
  const since = useRef<number | null>(null);
  useEffect(() => {
    if (player === seen) {
      since.current = null;
      return undefined;
    }
    const now = performance.now();
    const onItsWay = now - moved.current < WAY_MS;
    moved.current = now;
    since.current ??= now;
    const follow = (): void => {
      since.current = null;
      startTransition(() => setSeen(player));
    };
    let stands: ReturnType<typeof setTimeout> | undefined;
    const stop = painting.after(() => {
      if (onItsWay) stands = setTimeout(follow, STANDS_MS);
      else follow();
    });
    const latest = setTimeout(follow, Math.max(0, since.current + LONGEST_MS - now));
    return () => {
      stop();
      clearTimeout(stands);
      clearTimeout(latest);
    };
  }, [painting, player, seen]);
  return seen;
}
