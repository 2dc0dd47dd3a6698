/** A range played over and over: its first end is marked, then its second one, then it is let go. */
import { useMemo, useState } from 'react';
import type { Loop } from '../../shared/replay/cursor.ts';
import { useCommands } from '../commands.ts';
import { useSteady } from '../ui/use-steady.ts';
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

export function useLoop({ state: { loop }, indexNow, setLoop }: Player): LoopMarks {
  const [begun, setBegun] = useState<number | null>(null);
  const set = useSteady((range: Loop | null): void => {
    setBegun(null);
    setLoop(range);
  });
  const press = useSteady((): void => {
    const index = indexNow();
    if (loop !== null) set(null);
    else if (begun === null) setBegun(Math.max(0, index));
    // The same step twice is no range.
    else set(begun === index ? null : { first: begun, last: index });
  });
  const name = loop !== null ? PLAYING.loopOff : begun === null ? PLAYING.loopBegin : PLAYING.loopEnd;
  useCommands([{ id: 'replay.loop', name, group: 'replay', keys: [LOOP_KEY], run: press }]);
  return useMemo(() => ({ name, begun, loop, press, set }), [name, begun, loop, press, set]);
}
