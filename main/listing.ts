/** Lists for people: aligned columns that fit the terminal, with nothing in them that a terminal would act on. */
import { displayWidth } from '../shared/replay/width.ts';
import { visibleLine } from '../shared/replay/visible.ts';

/** One column; `right` for numbers, `wide` for the one that takes the room that is left. */
export interface Column<T> {
  readonly title: string;
  readonly value: (item: T) => string;
  readonly right?: boolean;
  readonly wide?: boolean;
}

/** Longest cell before the terminal's width is known to matter: a subject or a job fits, a statement is cut. */
const MAX_CELL = 2_000;
/** What a wide column keeps on the narrowest terminal. */
const MIN_WIDE = 16;
const GAP = '  ';

/** The lines of a list, head first; `width` is the terminal's, infinite where it is none. */
export function listing<T>(columns: readonly Column<T>[], items: readonly T[], width: number): string[] {
  const rows = [
    columns.map(({ title }) => title),
    ...items.map((item) => columns.map(({ value }) => visibleLine(value(item), MAX_CELL))),
  ];
  const needed = columns.map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))));
  const others = columns.reduce((sum, { wide }, at) => sum + (wide ? 0 : (needed[at] ?? 0) + GAP.length), 0);
  const widths = columns.map(({ wide }, at) =>
    wide ? Math.min(needed[at] ?? 0, Math.max(MIN_WIDE, width - others)) : (needed[at] ?? 0),
  );
  return rows.map((row) =>
    columns
      .map(({ right }, at) => padded(fitted(row[at] ?? '', widths[at] ?? 0), widths[at] ?? 0, right ?? false))
      .join(GAP)
      .trimEnd(),
  );
}

/** At most `width` terminal columns of the text; `…` stands for what was cut. */
function fitted(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let shown = '';
  let used = 1;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    shown += character;
  }
  return `${shown}…`;
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? space + text : text + space;
}
