/** One session's row, as lists and the replay know it too. */
import { useQuery } from '@tanstack/react-query';
import type { SessionId } from '../../shared/api/session.ts';
import { api } from '../api.ts';

/** `wanted`: false asks for nothing, as of a session that the open archive does not hold. */
export function useSession(id: SessionId, wanted = true) {
  return useQuery({
    queryKey: ['session', id],
    queryFn: ({ signal }) => api.session({ id }, { signal }),
    enabled: wanted,
  });
}
