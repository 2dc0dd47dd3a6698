/** Ends volumes: where the archive asks for its next one, the log says that it begins (docs/format.md §5). */
import type { RollWish } from './archive/sqlite/roll.ts';
import type { Recorder } from './recorder/recorder.ts';

export interface Rolling {
  /** The archive's volume is full; asking again before the next one has begun is harmless. `checkpoint`: the log's latest. */
  readonly wish: (wish: RollWish, checkpoint: string | null) => void;
  /** Records nothing from now on: the log ends. */
  readonly stop: () => void;
}

export function startRolling(recorder: Recorder): Rolling {
  /** Number of the volume that was begun last. */
  let begun = -1;
  let stopped = false;
  return {
    wish({ number, reason }, checkpoint) {
      if (stopped || number <= begun || recorder.failure !== null) return;
      if (recorder.record('volumeRolled', { number, checkpoint, reason })) begun = number;
    },
    stop() {
      stopped = true;
    },
  };
}
