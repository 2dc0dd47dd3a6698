/** Two sessions beside each other: chooses what is missing, then compares. */
import { skipToken, useQuery } from '@tanstack/react-query';
import type { SessionId } from '../../shared/api/session.ts';
import { api } from '../api.ts';
import { goBack, goTo, HOME, type Place } from '../router.ts';
import { useCommands } from '../commands.ts';
import { Button } from '../ui/Button.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { COMPARE } from '../words/compare.ts';
import { CompareView } from './CompareView.tsx';
import { PickSession } from './PickSession.tsx';

type Comparing = Extract<Place, { name: 'compare' }>;

export function ComparePlace({ place }: { readonly place: Comparing }) {
  const a = useSession(place.a);
  const b = useSession(place.b);
  useCommands([
    {
      id: 'compare.back',
      name: COMPARE.back,
      group: 'here',
      keys: ['Escape'],
      run: () => goBack(HOME),
    },
  ]);
  const failed = a.error ?? b.error;
  if (failed !== null) {
    const retry = (): void => {
      void a.refetch();
      void b.refetch();
    };
    return <Fault title={COMPARE.loadFailed} error={failed} onRetry={retry} />;
  }
  if (place.a === null || place.a === place.b) {
    return (
      <Note title={COMPARE.title}>
        <p>{place.a === null ? COMPARE.start : COMPARE.same}</p>
        <Button onClick={() => goTo(HOME)}>{COMPARE.toSessions}</Button>
      </Note>
    );
  }
  if (a.data === undefined) return null;
  if (place.b === null) return <PickSession session={a.data} />;
  if (b.data === undefined) return null;
  return <CompareView place={place} a={a.data} b={b.data} />;
}

function useSession(id: SessionId | null) {
  return useQuery({
    queryKey: ['session', id],
    queryFn: id === null ? skipToken : ({ signal }) => api.session({ id }, { signal }),
  });
}
