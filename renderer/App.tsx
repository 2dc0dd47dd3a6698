/** The window: who may enter, the rail, and the place one stands in. */
import { useEffect, useMemo, useState } from 'react';
import { followWithNotifications } from './approvals/use-notifications.ts';
import { bearer, onBearer } from './bearer.ts';
import { MarkingDock } from './casework/MarkingDock.tsx';
import { Dropped } from './Dropped.tsx';
import { followLive } from './live.ts';
import { OperatingDialogs } from './Operating.tsx';
import { useRedactions } from './operating/redacted.ts';
import {
  ApprovalsPlace,
  CasePlaceView,
  ComparePlace,
  GatewayPlace,
  ReplayPlace,
  StartPlace,
} from './places.tsx';
import { Rail } from './Rail.tsx';
import { noteSession } from './recent-sessions.ts';
import { beforeDrawing, goTo, HOME, usePlace, type Place } from './router.ts';
import { askAhead } from './sessions/lists.ts';
import { SessionsPlace } from './sessions/SessionsPlace.tsx';
import { StatementsPlace } from './sessions/StatementsPlace.tsx';
import { signedOut, signIn, type SignInState } from './sign-in/sign-in.ts';
import { useNothingOpen } from './start-points.ts';
import { SignIn } from './sign-in/SignIn.tsx';
import { Button } from './ui/Button.tsx';
import { Note } from './ui/Note.tsx';
import { loadTheRest } from './ui/on-demand.tsx';
import { NOWHERE } from './words/sign-in.ts';

/** Signing in starts once, however often React mounts: a one-time token must not be spent twice. */
let first: Promise<SignInState> | null = null;

/** Other places are loaded when nothing is to do, and at the latest after so many ms. */
const REST_MS = 2_000;

/** Pause before each of them, in ms: whoever goes somewhere meanwhile does not wait for the others. */
const PAUSE_MS = 400;

export function App() {
  const [state, setState] = useState<SignInState>({ kind: 'waiting' });
  const retry = (): void => void signIn().then(setState);

  useEffect(() => {
    first ??= signIn();
    void first.then(setState);
    return onBearer(() => {
      if (bearer() === null) setState(signedOut());
    });
  }, []);

  switch (state.kind) {
    case 'waiting':
      return null;
    case 'signed-out':
    case 'team':
    case 'no-role':
    case 'unreachable':
      return (
        <main className="place">
          <SignIn state={state} onRetry={retry} />
        </main>
      );
    case 'signed-in':
      return <Frame />;
  }
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  await new Promise((resolve) => requestIdleCallback(resolve, { timeout: REST_MS }));
}

/** What stands beside any place, and is not drawn again as one goes on. */
const BESIDE = (
  <>
    <MarkingDock />
    <OperatingDialogs />
    <Dropped />
  </>
);

function Frame() {
  const place = usePlace();
  // The rail is the same at every step of a session.
  const within = place.name === 'session' ? place.id : place;
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const rail = useMemo(() => <Rail place={place} />, [within]);

  useEffect(() => beforeDrawing(askAhead), []);

  useEffect(() => {
    if (place.name === 'session') noteSession(place.id);
  }, [place]);

  useEffect(() => {
    const stop = new AbortController();
    void followLive(stop.signal);
    const silence = followWithNotifications();
    const quiet = requestIdleCallback(() => void loadTheRest(pause), { timeout: REST_MS });
    return () => {
      cancelIdleCallback(quiet);
      silence();
      stop.abort();
    };
  }, []);

  return (
    <div className="frame">
      {rail}
      <main className="place">
        <Inside place={place} />
      </main>
      {BESIDE}
    </div>
  );
}

/** Places that need no archive. */
const WITHOUT_ARCHIVE: ReadonlySet<Place['name']> = new Set<Place['name']>(['gateway', 'approvals', 'start']);

function Inside({ place }: { readonly place: Place }) {
  const redactions = useRedactions();
  const nothing = useNothingOpen();
  // An address of something in an archive leads on once one is open.
  if (nothing && !WITHOUT_ARCHIVE.has(place.name)) return <StartPlace />;
  switch (place.name) {
    case 'sessions':
      return <SessionsPlace place={place} />;
    case 'statements':
      return <StatementsPlace place={place} />;
    case 'approvals':
      return <ApprovalsPlace place={place} />;
    case 'session':
      return <ReplayPlace key={`${place.id} ${redactions}`} place={place} />;
    case 'findings':
    case 'finding':
    case 'reviews':
    case 'notes':
    case 'case-log':
      return <CasePlaceView place={place} />;
    case 'compare':
      return <ComparePlace key={`${place.a ?? ''}-${place.b ?? ''}`} place={place} />;
    case 'gateway':
      return <GatewayPlace place={place} />;
    case 'start':
      return <StartPlace />;
    case 'unknown':
      return (
        <Note title={NOWHERE.title}>
          <p>
            <code>{place.path}</code> {NOWHERE.isNone}
          </p>
          <Button onClick={() => goTo(HOME)}>{NOWHERE.toSessions}</Button>
        </Note>
      );
  }
}
