/** One session: opens it, or says why it cannot be. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import { api } from '../api.ts';
import { goTo, HOME, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { SESSION } from '../words/replay.ts';
import { Replay } from './Replay.tsx';
import { ReplaySkeleton } from './ReplaySkeleton.tsx';
import { early } from '../player/screen-of.ts';
import type { Segments } from '../player/segments.ts';
import { segmentsOf } from '../player/session-segments.ts';
import { useOpenSession } from '../player/use-player.ts';
import type { SessionRow } from '../../shared/api/session.ts';

type SessionPlace = Extract<Place, { name: 'session' }>;

export function ReplayPlace({ place }: { readonly place: SessionPlace }) {
  const query = useQuery({
    queryKey: ['session', place.id],
    queryFn: ({ signal }) => api.session({ id: place.id }, { signal }),
  });
  // Its events are on their way while the host tells what session it is.
  const [segments] = useState(() => segmentsOf(place.id));
  const start = useRef(place.step);
  useEffect(() => early(segments, start.current), [segments]);
  if (query.data !== undefined) return <Opened session={query.data} place={place} segments={segments} />;
  if (query.isPending) return <ReplaySkeleton />;
  if (query.error instanceof ApiError && query.error.code === 'NOT_FOUND') {
    return (
      <Note title={SESSION.none}>
        <p>
          {SESSION.noneSays} <code>{place.id}</code>. {SESSION.otherArchive}
        </p>
        <Button onClick={() => goTo(HOME)}>{SESSION.toSessions}</Button>
      </Note>
    );
  }
  return <Fault title={SESSION.failed} error={query.error} onRetry={() => void query.refetch()} />;
}

interface OpenedProps {
  readonly session: SessionRow;
  readonly place: SessionPlace;
  readonly segments: Segments;
}

function Opened({ session, place, segments }: OpenedProps) {
  return <Replay session={session} place={place} open={useOpenSession(session, place.step, segments)} />;
}
