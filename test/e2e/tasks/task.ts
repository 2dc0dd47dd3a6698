import type { Hands, Keys } from './person.ts';
import type { Stage } from './stage.ts';

/** What an investigator wants to know, or do: found out once with a mouse and once with keys alone, from the list of sessions. */
export interface Task {
  readonly byHand: (hands: Hands, stage: Stage) => Promise<void>;
  readonly byKeys: (keys: Keys, stage: Stage) => Promise<void>;
}

/** The day a week ago, as filters take it. */
export function weekAgo(): string {
  return new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
}
