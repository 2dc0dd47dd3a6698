/** What the person keeps between windows: read once, changed at once in this window, and then in the host. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { changePreferences } from '../shared/api/change-preferences.ts';
import { NO_PREFERENCES, type KeptPreferences, type PreferencesChange } from '../shared/api/preferences.ts';
import { api, queries } from './api.ts';

const KEY = ['preferences'];

/** Changes go to the host one after the other: the later of two must not come first. */
const ONE_BY_ONE = { id: 'preferences' };

const NOTHING_KEPT: KeptPreferences = { ...NO_PREFERENCES, problem: null };

/** The preferences, and why earlier ones are not there; none until they came. */
export function usePreferences(): KeptPreferences {
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.preferences({}, { signal }),
  });
  if (data !== undefined) return data;
  return error === null ? NOTHING_KEPT : { ...NOTHING_KEPT, problem: error.message };
}

/** How changes are kept: `keep` shows one at once; `error` says why the last was not kept, and it is taken back. */
export interface KeepingPreferences {
  readonly keep: (change: PreferencesChange) => void;
  readonly error: Error | null;
}

export function useKeepPreferences(): KeepingPreferences {
  const { mutate, error } = useMutation({
    scope: ONE_BY_ONE,
    mutationFn: (change: PreferencesChange) => api.keepPreferences({ change }),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: KEY });
      const before = queries.getQueryData<KeptPreferences>(KEY);
      if (before !== undefined)
        queries.setQueryData(KEY, { ...before, ...changePreferences(before, change) });
      return before;
    },
    onSuccess: (kept) => {
      // While others are on their way, what they change is shown already.
      if (queries.isMutating({ predicate: ({ options }) => options.scope?.id === ONE_BY_ONE.id }) <= 1)
        queries.setQueryData(KEY, kept);
    },
    onError: () => void queries.invalidateQueries({ queryKey: KEY }),
  });
  return { keep: mutate, error };
}
