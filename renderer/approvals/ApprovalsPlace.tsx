/** The approvals inbox: what waits for a decision at the left, the request at the right. */
import { useEffect } from 'react';
import type { Inbox } from '../../shared/api/approvals.ts';
import { onOpened, useInbox } from '../inbox.ts';
import { goTo, type Place } from '../router.ts';
import { Note } from '../ui/Note.tsx';
import { APPROVALS } from '../words/approvals.ts';
import './approvals.css';
import { EXAMPLE_RULE } from './example-rule.ts';
import { GatewayLine } from './GatewayLine.tsx';
import { RequestList } from './RequestList.tsx';
import { RequestView } from './RequestView.tsx';

const { none: NONE } = APPROVALS;

export interface ApprovalsPlaceProps {
  readonly place: Extract<Place, { name: 'approvals' }>;
}

export function ApprovalsPlace({ place }: ApprovalsPlaceProps) {
  const inbox = useInbox();
  const shown = place.request ?? inbox?.requests[0]?.id ?? null;
  // What is shown stays when others come or go: only its address says which it is.
  useEffect(() => {
    if (place.request === null && shown !== null)
      goTo({ name: 'approvals', request: shown }, { replace: true });
  }, [place.request, shown]);
  // Nothing is taken from whoever looks at what waits, or writes.
  const free = inbox !== null && !inbox.requests.some(({ id, state }) => id === shown && state === 'pending');
  useEffect(() => {
    if (!free) return;
    return onOpened(({ id }) => {
      if (!isTyping()) goTo({ name: 'approvals', request: id }, { replace: true });
    });
  }, [free]);
  if (inbox === null) return <Waiting />;
  return (
    <div className="approvals">
      <h1 className="hidden-text">{APPROVALS.title}</h1>
      <GatewayLine inbox={inbox} />
      {inbox.gateway === 'none' ? (
        <NoGateway />
      ) : inbox.requests.length === 0 ? (
        <NothingHeld inbox={inbox} />
      ) : (
        <div className="place-body approvals-body">
          <RequestList
            requests={inbox.requests}
            selected={shown}
            onSelect={(request) => goTo({ name: 'approvals', request }, { replace: true })}
          />
          {shown === null ? null : <RequestView key={shown} id={shown} inbox={inbox} />}
        </div>
      )}
    </div>
  );
}

function isTyping(): boolean {
  return document.activeElement instanceof HTMLInputElement;
}

function Waiting() {
  return (
    <div className="approvals" aria-busy>
      <h1 className="hidden-text">{APPROVALS.title}</h1>
      <span className="skeleton approvals-skeleton" />
    </div>
  );
}

function NoGateway() {
  return (
    <Note title={NONE.gateway}>
      <p>{NONE.gatewayHint}</p>
      <p>
        {NONE.open} <code>auditorium open ARCHIVE --config auditorium.yaml</code>
        {NONE.orSocket} <code>--control SOCKET</code>.
      </p>
    </Note>
  );
}

function NothingHeld({ inbox }: { readonly inbox: Inbox }) {
  if (inbox.gateway !== 'connected')
    return (
      <Note title={inbox.gateway === 'connecting' ? NONE.connecting : NONE.unknown}>
        <p>{inbox.problem ?? NONE.moment}</p>
      </Note>
    );
  return (
    <Note title={NONE.held}>
      <p>
        {NONE.heldBefore} <code>effect: hold</code> {NONE.heldAfter}
      </p>
      <pre className="approvals-example">{EXAMPLE_RULE}</pre>
    </Note>
  );
}
