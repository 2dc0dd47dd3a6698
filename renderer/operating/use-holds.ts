/** Legal holds of the gateway, as they are by now. */
import { useQuery } from '@tanstack/react-query';
import { api, queries } from '../api.ts';

const KEY = ['holds'];

export function useHolds() {
  return useQuery({ queryKey: KEY, queryFn: () => api.holds({}), staleTime: 0, retry: false });
}

/** One was placed or lifted. */
export function askHoldsAgain(): Promise<void> {
  return queries.invalidateQueries({ queryKey: KEY });
}
