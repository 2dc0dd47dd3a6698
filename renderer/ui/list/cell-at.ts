/** Cells of a list in the document: which one something belongs to, and how it comes into view. */

/** Scrolls a list sideways as far as a column needs to be seen. */
export function showColumn(list: HTMLElement | null, column: string | null): void {
  const head = list?.querySelector(`[data-head="${column}"]`);
  if (list === null || head === null || head === undefined) return;
  const [around, own] = [list.getBoundingClientRect(), head.getBoundingClientRect()];
  const beyond = Math.max(0, own.right - around.left - list.clientWidth);
  list.scrollLeft += own.left < around.left ? own.left - around.left : beyond;
}

interface CellAt {
  readonly place: number;
  readonly column: string | null;
}

/** A click on the box by which a row is picked. */
export function isPickClick({ target }: { readonly target: EventTarget }): boolean {
  return target instanceof Element && target.closest('.pick-cell') !== null;
}

/** The cell that something within it belongs to. */
export function cellOf(target: EventTarget): CellAt | null {
  if (!(target instanceof Element) || target.closest('button, a') !== null) return null;
  const row = target.closest<HTMLElement>('[data-place]');
  if (row === null) return null;
  const column = target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? null;
  return { place: Number(row.dataset['place']), column };
}
