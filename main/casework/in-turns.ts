/** Long work in turns, between which the host answers others. */
import { setImmediate as immediate } from 'node:timers/promises';

/** How long a turn takes, ms: what waits for a turn is an answer somebody waits for. */
const TURN_MS = 10;

/** Work that stops wherever somebody else may have a turn. */
export type Work<T> = Generator<void, T, undefined>;

/** Does it in turns; `onTurn` is called after each. */
export async function inTurns<T>(work: Work<T>, onTurn: () => void = () => undefined): Promise<T> {
  for (;;) {
    const until = performance.now() + TURN_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < until);
    onTurn();
    await yieldTurn();
  }
}

/** Others have a turn. */
export async function yieldTurn(): Promise<void> {
  await immediate();
}

/** Does it without a stop. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
