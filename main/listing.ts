/** Lists for people: aligned columns that fit the terminal, with nothing in them that a terminal would act on. */
import { displayWidth } from '../shared/replay/width.ts';
import { visibleLine } from '../shared/replay/visible.ts';

/** One column; `right` for numbers, `wide` for the one that takes the room that is left. */
export interface Column<T> {
  readonly title: string;
  readonly value: (item: T) => string;
  readonly right?: boolean;
  readonly wide?: boolean;
  /** Left out where no item has anything in it. */
  readonly rare?: boolean;
  /** Where there is not room for all, columns leave in the order of these numbers; without one a column stays. */
  readonly spare?: number;
}

/** Longest cell before the terminal's width is known to matter: a subject or a job fits, a statement is cut. */
const MAX_CELL = 2_000;
/** What a wide column keeps on the narrowest terminal. */
const MIN_WIDE = 16;
const GAP = '  ';

/** The lines of a list, head first; `width` is the terminal's, infinite where it is none. */
export function listing<T>(columns: readonly Column<T>[], items: readonly T[], width: number): string[] {
  const used = columns.filter(({ rare, value }) => rare !== true || items.some((item) => value(item) !== ''));
  const cells = used.map((column): Cells<T> => {
    const texts = [column.title, ...items.map((item) => visibleLine(column.value(item), MAX_CELL))];
    return { column, texts, needed: Math.max(...texts.map(displayWidth)) };
  });
  const shown = fitting(cells, width);
  const room = Math.max(MIN_WIDE, width - widthWithoutWide(shown));
  const lines = [-1, ...items.keys()].map((at) =>
    shown.map(({ column, texts, needed }) => {
      const own = column.wide ? Math.min(needed, room) : needed;
      return padded(fitted(texts[at + 1] ?? '', own), own, column.right ?? false);
    }),
  );
  return lines.map((line) => line.join(GAP).trimEnd());
}

/** A column with its title and texts, and the width that the longest of them takes. */
interface Cells<T> {
  readonly column: Column<T>;
  readonly texts: readonly string[];
  readonly needed: number;
}

/** The columns that fit beside the least of the wide one. */
function fitting<T>(cells: readonly Cells<T>[], width: number): readonly Cells<T>[] {
  if (widthWithoutWide(cells) + MIN_WIDE <= width) return cells;
  const spare = cells.filter(({ column }) => column.spare !== undefined);
  const [first] = spare.toSorted((a, b) => (a.column.spare ?? 0) - (b.column.spare ?? 0));
  return first
    ? fitting(
        cells.filter((other) => other !== first),
        width,
      )
    : cells;
}

function widthWithoutWide<T>(cells: readonly Cells<T>[]): number {
  return cells.reduce((sum, { column, needed }) => sum + (column.wide ? 0 : needed + GAP.length), 0);
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
