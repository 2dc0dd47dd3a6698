/** What the list below the filter offers, and what its keys do. */
import { completeFilter, type KnownValues } from '../../shared/filter/complete.ts';

/** One proposal: `insert` in place of the characters of `range`. */
export interface Suggestion {
  readonly kind: 'field' | 'keyword' | 'value' | 'history';
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
  readonly range: readonly [number, number];
}

/** Which list is open, and which line of it is chosen; -1 is none. */
export interface Listing {
  readonly open: 'no' | 'completions' | 'history';
  readonly active: number;
}

export const CLOSED: Listing = { open: 'no', active: -1 };

/** What proposals are made from. */
export interface Sources {
  readonly known: KnownValues;
  /** Earlier filters, newest first. */
  readonly history: readonly string[];
}

/** Proposals in the list, of which a dozen are seen without scrolling. */
const SHOWN = 50;

/** The lines of the list that is open. */
export function suggestionsFor(
  open: Listing['open'],
  text: string,
  caret: number,
  { known, history }: Sources,
): Suggestion[] {
  if (open === 'completions') return completeFilter(text, caret, known).slice(0, SHOWN);
  if (open === 'no') return [];
  return history.slice(0, SHOWN).map((earlier) => ({
    kind: 'history',
    label: earlier,
    detail: '',
    insert: earlier,
    range: [0, text.length],
  }));
}

/** The listing after an arrow: round through the lines; up from the first of the completions, and from none, to earlier filters. */
export function moved({ open, active }: Listing, key: 'ArrowUp' | 'ArrowDown', count: number): Listing {
  if (count === 0 || (open === 'completions' && key === 'ArrowUp' && active <= 0))
    return { open: 'history', active: open === 'history' ? -1 : 0 };
  if (key === 'ArrowDown') return { open, active: (active + 1) % count };
  return { open, active: active <= 0 ? count - 1 : active - 1 };
}

/**
 * What Tab takes: what is chosen, or the first line when something was typed that it goes on with. Null: nothing, and Tab leaves
 * the field as it leaves any other.
 */
export function takenByTab(
  { open, active }: Listing,
  suggestions: readonly Suggestion[],
  before: string,
): Suggestion | null {
  if (open !== 'completions') return null;
  const goesOn = /[^\s(-]$/.test(before);
  return suggestions[active] ?? (goesOn ? suggestions[0] : undefined) ?? null;
}
