/** Which rows of a list are picked, after one was picked or let go, or all from one place to another. */

/** What a list needs so that several of its rows can be picked. */
export interface Picks {
  readonly picked: ReadonlySet<string>;
  /** All that are picked now, in the order in which they were. */
  readonly onPicked: (ids: readonly string[]) => void;
  /** Ids of the rows from one place to another, where some of them are not here; null: they could not be had, and it is told why. */
  readonly idsBetween: (from: number, to: number) => Promise<readonly string[] | null>;
  readonly onAll: () => void;
}

/** A range as it is being drawn: what was picked before it, and where it begins and ends. */
export interface PickRange {
  readonly before: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Picks one more, or lets it go. `standing`: the row one stands on, which is the first of several. */
export function toggled(
  picked: ReadonlySet<string>,
  id: string,
  standing: string | null = null,
): readonly string[] {
  const first = picked.size === 0 && standing !== null && standing !== id ? [standing] : [...picked];
  return picked.has(id) ? first.filter((each) => each !== id) : [...first, id];
}

/** The range that goes on to a place: the one that ended where one stands, or a new one from there. */
export function extended(
  range: PickRange | null,
  picked: ReadonlySet<string>,
  standing: number,
  to: number,
): PickRange {
  if (range !== null && range.to === standing) return { ...range, to };
  return { before: [...picked], from: standing < 0 ? to : standing, to };
}

/** What was picked before a range, and all of the range. */
export function withRange({ before }: PickRange, ids: readonly string[]): readonly string[] {
  return [...new Set([...before, ...ids])];
}
