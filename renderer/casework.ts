/** The case as the window sees it: notes, findings and reviews by react-query, written through the host, fresh when the stream says so. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { SessionId } from '../shared/api/session.ts';
import { api, queries } from './api.ts';

/** Everything of the case is asked for anew: it is small, and changes by people. */
export function refreshCase(): void {
  void queries.invalidateQueries({ queryKey: ['case'] });
}

export function useCase() {
  return useQuery({ queryKey: ['case', 'info'], queryFn: ({ signal }) => api.caseInfo({}, { signal }) });
}

/** Notes of a session, or of all; those taken back too. */
export function useAnnotations(session?: SessionId) {
  return useQuery({
    queryKey: ['case', 'annotations', session ?? null],
    queryFn: ({ signal }) => api.annotations(session === undefined ? {} : { session }, { signal }),
    // Each row of a list asks for them: what failed is asked for again where it is said, or when the case has news.
    retryOnMount: false,
    select: ({ items }) => items,
  });
}

export function useFindings() {
  return useQuery({
    queryKey: ['case', 'findings'],
    queryFn: ({ signal }) => api.findings({}, { signal }),
    select: ({ items }) => items,
  });
}

/** The latest word on each session that has one, newest first. */
export function useReviews() {
  return useQuery({
    queryKey: ['case', 'reviews'],
    queryFn: ({ signal }) => api.reviews({}, { signal }),
    select: ({ items }) => items,
  });
}

/** Writes to the case by one of the API's calls, and shows what came of it everywhere. */
export function useWriting<I, O>(write: (input: I) => Promise<O>) {
  return useMutation<O, Error, I>({ mutationFn: write, onSuccess: refreshCase });
}
