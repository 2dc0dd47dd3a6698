/** Where a list gets its rows from: any of them by its place, sooner or later. */

export interface RowSource<T> {
  readonly subscribe: (listener: () => void) => () => void;
  /** Another number whenever something changed. */
  readonly version: () => number;
  /** Places there are, those of rows still to come included. */
  readonly count: number;
  /** undefined: on its way. */
  readonly rowAt: (place: number) => T | undefined;
  /** -1: not among those that are here. */
  readonly placeOf: (id: string) => number;
  /** Whether any of the rows from `from` up to without `to` is here. */
  readonly hasAny: (from: number, to: number) => boolean;
  /** Tells which are looked at: they are fetched, and some around them. */
  readonly want: (first: number, last: number) => void;
  /** Another number whenever the view is to go to {@link top}. */
  readonly jumps: number;
  /** px above the view when the list was last seen: where it begins again. */
  top: number;
}
