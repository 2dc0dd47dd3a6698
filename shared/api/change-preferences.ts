/**
 * What becomes of preferences by one change. Windows tell changes, never the whole, so that two of them that write at the same
 * time lose nothing of each other; what both say of one name, or of one list's columns, is as the later said.
 */
import {
  MAX_COMMANDS,
  MAX_FILTERS,
  MAX_HISTORY,
  MAX_VIEWS,
  type Preferences,
  type PreferencesChange,
  type SavedFilter,
  type SavedView,
} from './preferences.ts';

/** The preferences with the change made; a name that is not there is not renamed, and not missed when it goes. */
export function changePreferences(before: Preferences, change: PreferencesChange): Preferences {
  const { filters, views, columns, history } = before;
  switch (change.kind) {
    case 'saveFilter':
      return { ...before, filters: saved(filters, change.filter) };
    case 'renameFilter': {
      const filter = filters.find(({ name }) => name === change.name);
      if (filter === undefined) return before;
      const others = filters.filter((other) => other !== filter);
      return { ...before, filters: saved(others, { ...filter, name: change.to }) };
    }
    case 'dropFilter':
      return { ...before, filters: filters.filter(({ name }) => name !== change.name) };
    case 'saveView':
      return { ...before, views: savedView(views, change.view) };
    case 'renameView': {
      const view = views.find(({ list, name }) => list === change.list && name === change.name);
      if (view === undefined) return before;
      const others = views.filter((other) => other !== view);
      return { ...before, views: savedView(others, { ...view, name: change.to }) };
    }
    case 'dropView':
      return {
        ...before,
        views: views.filter(({ list, name }) => list !== change.list || name !== change.name),
      };
    case 'columns': {
      const { [change.list]: _, ...others } = columns;
      return {
        ...before,
        columns: change.columns === null ? others : { ...others, [change.list]: change.columns },
      };
    }
    case 'useFilter':
      return { ...before, history: withUsed(history, change.filter) };
    case 'forgetHistory':
      return { ...before, history: [] };
    case 'useCommand':
      return { ...before, commands: inFront(before.commands, change.id).slice(0, MAX_COMMANDS) };
  }
}

/** Why preferences cannot be kept; null when they can. */
export function excessOf({ filters, views }: Preferences): string | null {
  if (filters.length > MAX_FILTERS)
    return `at most ${MAX_FILTERS} filters are saved; delete some that are not needed any more`;
  if (views.length > MAX_VIEWS)
    return `at most ${MAX_VIEWS} views are saved; delete some that are not needed any more`;
  return null;
}

function saved(filters: readonly SavedFilter[], filter: SavedFilter): SavedFilter[] {
  return [...filters.filter(({ name }) => name !== filter.name), filter].toSorted(byName);
}

function savedView(views: readonly SavedView[], view: SavedView): SavedView[] {
  const others = views.filter(({ list, name }) => list !== view.list || name !== view.name);
  return [...others, view].toSorted(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

/** The empty filter is not worth keeping. */
function withUsed(history: readonly string[], filter: string): string[] {
  const text = filter.trim();
  if (text === '') return [...history];
  return inFront(history, text).slice(0, MAX_HISTORY);
}

function inFront(all: readonly string[], one: string): string[] {
  return [one, ...all.filter((other) => other !== one)];
}
