/** The window's one way to the host: the typed client with this window's bearer, and how its answers are kept. */
import { QueryCache, QueryClient } from '@tanstack/react-query';
import { createClient } from '../shared/api/client.ts';
import { ApiError } from '../shared/api/error.ts';
import { bearer, forgetBearer } from './bearer.ts';
import { csrf } from './csrf.ts';

export const api = createClient({
  // As arrow, because fetch must be called on the window.
  fetch: (url, init) => window.fetch(url, init),
  base: '',
  bearer,
  csrf,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

/** Tries again only what may have gone by: not what was refused. */
const TRIES = 2;

/** Evidence does not change; only lists of what is still being recorded do, and the live stream says when. */
export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'NOT_SIGNED_IN') forgetBearer();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 120_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < TRIES && error instanceof ApiError && error.code === 'UNREACHABLE',
      retryDelay: 400,
    },
  },
});
