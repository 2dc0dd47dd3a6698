/** A range played over and over: its first end is marked, then its second one, then it is let go. */
import { useState } from 'react';
import type { Loop } from '../../shared/replay/cursor.ts';
import { useCommands } from '../commands.ts';
import type { Player } from '../player/use-player.ts';
import { PLAYING } from '../words/playing.ts';

/** The key of {@link LoopMarks.press}. */
export const LOOP_KEY = 'l';

export interface LoopMarks {
  /** What pressing does next. */
  readonly name: string;
  /** Where a loop begins that has no end yet, by index. */
  readonly begun: number | null;
  readonly loop: Loop | null;
  /** Marks the next end at the cursor, or lets the loop go. */
  readonly press: () => void;
  /** Loops a range at once; null lets it go. */
  readonly set: (loop: Loop | null) => void;
}

export function useLoop({ state, setLoop }: Player): LoopMarks {
  const [begun, setBegun] = useState<number | null>(null);
  const set = (loop: Loop | null): void => {
    setBegun(null);
    setLoop(loop);
  };
  const press = (): void => {
    if (state.loop !== null) set(null);
    else if (begun === null) setBegun(Math.max(0, state.index));
    // The same step twice is no range.
    else set(begun === state.index ? null : { first: begun, last: state.index });
  };
  const name = state.loop !== null ? PLAYING.loopOff : begun === null ? PLAYING.loopBegin : PLAYING.loopEnd;
  useCommands([{ id: 'replay.loop', name, group: 'replay', keys: [LOOP_KEY], run: press }]);
  return { name, begun, loop: state.loop, press, set };
}
