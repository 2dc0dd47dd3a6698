/** Where one can begin: which archive is open, and what else could be. */
import { useQuery } from '@tanstack/react-query';
import type { Start } from '../shared/api/gateway.ts';
import { api } from './api.ts';

/** While a demo is being made, how that goes is asked so often, ms. */
const DEMO_MS = 1_000;

export function useStart() {
  return useQuery<Start>({
    queryKey: ['start'],
    queryFn: ({ signal }) => api.startPoints({}, { signal }),
    refetchInterval: ({ state }) => (state.data?.demo === 'starting' ? DEMO_MS : false),
  });
}

/** Whether it is known that no archive is open. */
export function useNothingOpen(): boolean {
  return useStart().data?.archive === null;
}

/** The host shows something else now: nothing of what this window knows holds any more. */
export function beginAnew(path = '/'): void {
  window.location.assign(path);
}
