/** Whether the archive is what was recorded, as the host last said; the live stream says when that changes. */
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../shared/api/error.ts';
import type { ArchiveInfo, SessionId } from '../../shared/api/session.ts';
import type { Integrity, TouchedSession } from '../../shared/api/integrity.ts';
import { api, queries } from '../api.ts';

export function useIntegrity(): Integrity | undefined {
  const { data } = useQuery({
    queryKey: ['integrity'],
    queryFn: ({ signal }) => api.integrity({}, { signal }),
    retry: false,
  });
  return data;
}

/** The open archive, as every place of the window knows it. */
export function useOpenArchive(): ArchiveInfo | undefined {
  const { data } = useQuery({ queryKey: ['archive'], queryFn: ({ signal }) => api.archive({}, { signal }) });
  return data;
}

/** What is wrong with a session; null where nothing is known to be. */
export function useTouched(session: SessionId): TouchedSession | null {
  return useIntegrity()?.result?.touched.find((touched) => touched.session === session) ?? null;
}

/** Has the host verify the archive now. Resolves to why it does not; null: it does. */
export async function verifyNow(): Promise<string | null> {
  try {
    queries.setQueryData(['integrity'], await api.verifyArchive());
    return null;
  } catch (error) {
    return error instanceof ApiError ? error.message : String(error);
  }
}
