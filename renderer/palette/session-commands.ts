/** Sessions as commands: those opened in this window, and those whose id begins with what was typed. */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { SessionRow } from '../../shared/api/session.ts';
import { api } from '../api.ts';
import type { Command } from '../commands.ts';
import { recentSessions } from '../recent-sessions.ts';
import { goTo, placeAt } from '../router.ts';
import { formatDateTime } from '../ui/format.ts';
import { PALETTE } from '../words/palette.ts';

/** Start of an id: shorter ones are as likely words. */
const ID = /^[0-9a-f-]{4,36}$/i;

/** Sessions proposed for the start of an id. */
const FOUND = 5;

/** Digits of an id that tell it from others for a reader. */
const SHORT = 8;

export interface SessionCommands {
  readonly recent: readonly Command[];
  readonly found: readonly Command[];
  /** Whether the host is still asked for those found. */
  readonly looking: boolean;
}

export function useSessionCommands(typed: string): SessionCommands {
  const start = ID.test(typed.trim()) ? typed.trim().replaceAll('-', '').toLowerCase() : '';
  const { data, isFetching } = useQuery({
    queryKey: ['sessions-by-id', start],
    queryFn: ({ signal }) => api.sessions({ filter: `session:${start}`, limit: FOUND }, { signal }),
    enabled: start !== '',
    placeholderData: keepPreviousData,
  });
  const recent = useQueries({
    queries: recentSessions().map((id) => ({
      queryKey: ['session', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.session({ id }, { signal }),
    })),
  });
  return {
    recent: recent.flatMap((query) => (query.data === undefined ? [] : [commandOf(query.data)])),
    found: start === '' ? [] : (data?.items ?? []).filter(({ id }) => id.startsWith(start)).map(commandOf),
    looking: start !== '' && isFetching,
  };
}

function commandOf({ id, identity, user, connection, started }: SessionRow): Command {
  return {
    id: `session.${id}`,
    name: PALETTE.openSession(id.slice(0, SHORT)),
    detail: `${identity?.subject ?? user} · ${connection} · ${formatDateTime(started)}`,
    group: 'session',
    run: () => goTo(placeAt(`/sessions/${id}`)),
  };
}
