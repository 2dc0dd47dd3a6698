/** Picks rows of a list by their places: one by one, and by ranges whose rows may still have to be asked for. */
import { useRef } from 'react';
import { extended, toggled, withRange, type PickRange, type Picks } from './picking.ts';
import type { RowSource } from './row-source.ts';

interface PicksOptions<T> {
  /** Absent: rows of this list are not picked. */
  readonly picks: Picks | undefined;
  readonly source: RowSource<T>;
  readonly rowId: (row: T) => string;
  /** The row one stands on; -1: none. */
  readonly standing: number;
}

interface PickActs {
  readonly isPicked: (id: string) => boolean;
  readonly toggle: (place: number) => void;
  /** As {@link toggle}, with the row one stands on as the first of several. */
  readonly add: (place: number) => void;
  readonly extend: (to: number) => void;
}

export function usePicks<T>({ picks, source, rowId, standing }: PicksOptions<T>): PickActs {
  const range = useRef<PickRange | null>(null);
  const idAt = (place: number): string | null => {
    const row = source.rowAt(place);
    return row === undefined ? null : rowId(row);
  };
  const pick = (place: number, first: string | null): void => {
    const id = idAt(place);
    range.current = null;
    if (picks !== undefined && id !== null) picks.onPicked(toggled(picks.picked, id, first));
  };
  const pickRange = async (to: number): Promise<void> => {
    if (picks === undefined) return;
    const drawn = extended(range.current, picks.picked, standing, to);
    range.current = drawn;
    const [first, last] = drawn.from < to ? [drawn.from, to] : [to, drawn.from];
    const here = Array.from({ length: last - first + 1 }, (_, i) => idAt(first + i));
    const known = here.filter((id) => id !== null);
    if (known.length === here.length) return picks.onPicked(withRange(drawn, known));
    const ids = await picks.idsBetween(first, last);
    // Meanwhile another was begun, or this one went on.
    if (range.current === drawn && ids !== null) picks.onPicked(withRange(drawn, ids));
  };
  return {
    isPicked: (id) => picks?.picked.has(id) === true,
    toggle: (place) => pick(place, null),
    add: (place) => pick(place, idAt(standing)),
    extend: (to) => void pickRange(to),
  };
}
