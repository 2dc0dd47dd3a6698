/** Saved filters and views, as commands. */
import type { Preferences } from '../../shared/api/preferences.ts';
import type { Command } from '../commands.ts';
import { goTo, HOME, placeAt, type Place } from '../router.ts';
import { PALETTE } from '../words/palette.ts';

/** Filters apply to the list one looks at, else to the sessions; views go to theirs. */
export function savedCommands({ filters, views }: Preferences, place: Place): Command[] {
  const list = place.name === 'statements' || place.name === 'sessions' ? place : HOME;
  return [
    ...filters.map(({ name, filter }): Command => ({
      id: `filter.${name}`,
      name: PALETTE.savedFilter(name),
      detail: filter,
      group: 'saved',
      run: () => goTo({ ...list, filter }),
    })),
    ...views.map(({ name, list: listed, filter, sort }): Command => ({
      id: `view.${listed}.${name}`,
      name: PALETTE.savedView(name, listed),
      detail: filter,
      group: 'view',
      run: () => goTo(placeAt(`/${listed}?${new URLSearchParams({ filter, sort }).toString()}`)),
    })),
  ];
}
