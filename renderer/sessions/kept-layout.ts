/** How columns are kept in preferences, and as the text that the list and the address take. */
import type { ColumnLayout } from '../../shared/api/preferences.ts';
import { readLayout, writeLayout } from '../ui/list/list-column.ts';

export function layoutOf({ order, hidden, widths }: ColumnLayout): string {
  const gone = new Set(hidden);
  return writeLayout(order.filter((id) => !gone.has(id)).map((id) => ({ id, width: widths[id] ?? null })));
}

/** What is to be kept of a layout; `ids` are all columns of the list. */
export function keptOf(layout: string, ids: readonly string[]): ColumnLayout {
  const shown = readLayout(layout, ids) ?? [];
  const order = shown.map(({ id }) => id);
  const hidden = ids.filter((id) => !order.includes(id));
  return {
    order: [...order, ...hidden],
    hidden,
    widths: Object.fromEntries(shown.flatMap(({ id, width }) => (width === null ? [] : [[id, width]]))),
  };
}
