/** What an open session has to say for itself above its views: damage, a statement that waits for a decision, its end. */
import { CircleStop, Hand, Radio } from 'lucide-react';
import { useState } from 'react';
import type { ApprovalRow } from '../shared/api/approvals.ts';
import type { SessionRow } from '../shared/api/session.ts';
import { visibleLine } from '../shared/replay/visible.ts';
import { useInbox } from './inbox.ts';
import { SessionIntegrity } from './IntegrityNotices.tsx';
import { goTo } from './router.ts';
import { formatClock } from './ui/format.ts';
import { Outcome } from './ui/marks.tsx';
import { FLEET } from './words/fleet.ts';
import { ENDING, HELD } from './words/operating.ts';

/** Longest reason shown. */
const REASON_LENGTH = 300;

export function SessionStrips({ session }: { readonly session: SessionRow }) {
  const pending = useInbox()?.requests.filter((row) => row.state === 'pending' && row.session === session.id);
  return (
    <>
      <SessionIntegrity session={session.id} />
      <FollowedStrip session={session} />
      <EndedStrip session={session} />
      {pending?.map((request) => (
        <HeldStrip key={request.id} request={request} />
      ))}
    </>
  );
}

function HeldStrip({ request }: { readonly request: ApprovalRow }) {
  return (
    <div className="integrity-notice" role="status" data-testid="held-strip">
      <span className="mark tone-held">
        <Hand size={14} aria-hidden />
        {HELD.waits(String(request.statement))}
      </span>
      <span className="cell-quiet">{HELD.left(formatClock(request.deadline * 1_000).slice(0, 8))}</span>
      <button
        type="button"
        className="value-button"
        onClick={() => goTo({ name: 'approvals', request: request.id })}
      >
        {HELD.decide}
      </button>
    </div>
  );
}

/** Of a session that runs on a gateway of a fleet, or did a moment ago. */
function FollowedStrip({ session: { followed } }: { readonly session: SessionRow }) {
  if (followed === undefined) return null;
  const { gateway, why } = followed;
  return (
    <div className="integrity-notice" role="status" data-testid="followed-strip">
      {why === null ? (
        <>
          <span className="mark tone-live">
            <Radio size={14} aria-hidden />
            {FLEET.followed(gateway)}
          </span>
          <span className="cell-quiet">{FLEET.followedMeans}</span>
        </>
      ) : (
        <span className="tone-write">{FLEET.notFollowed(gateway, visibleLine(why, REASON_LENGTH))}</span>
      )}
    </div>
  );
}

/** Of a session that was live when it was opened here. */
function EndedStrip({ session }: { readonly session: SessionRow }) {
  const [wasLive] = useState(session.outcome === 'live');
  const { outcome, reason, ended } = session;
  if (!wasLive || outcome === 'live') return null;
  return (
    <div className="integrity-notice" role="status" data-testid="ended-strip">
      <span className="mark">
        <CircleStop size={14} aria-hidden />
        {ENDING.ended}
      </span>
      <Outcome outcome={outcome} reason={reason} />
      {ended === null ? null : <span>{ENDING.endedAt(formatClock(ended).slice(0, 8))}</span>}
      {reason === null || reason === '' ? null : <span>{visibleLine(reason, REASON_LENGTH)}</span>}
    </div>
  );
}
