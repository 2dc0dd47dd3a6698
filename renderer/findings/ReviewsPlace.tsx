/** Sessions that somebody should look at, and what those who did say: the queue at the left, one session's word at the right. */
import { useEffect } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { useReviews } from '../casework.ts';
import { goTo, HOME, placeAt, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { REVIEWS } from '../words/reviews.ts';
import { CaseHead } from './CaseHead.tsx';
import './findings.css';
import { nextWaiting, queueOf } from './review-queue.ts';
import { REVIEW_COLUMNS } from './review-columns.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';

type ReviewsAt = Extract<Place, { name: 'reviews' }>;

function select(session: SessionId): void {
  goTo({ name: 'reviews', selected: session }, { replace: true });
}

export function ReviewsPlace({ place }: { readonly place: ReviewsAt }) {
  const reviews = useReviews();
  const queue = queueOf(reviews.data ?? []);
  const waiting = queue.filter(({ verdict }) => verdict === 'to-review').length;
  return (
    <div className="case">
      <h1 className="hidden-text">{REVIEWS.title}</h1>
      <CaseHead at="reviews">
        <span className="cell-quiet" role="status">
          {reviews.data === undefined
            ? ''
            : `${REVIEWS.waiting(waiting)} · ${REVIEWS.reviewed(queue.length - waiting)}`}
        </span>
        <span className="fill" />
      </CaseHead>
      {reviews.isError && reviews.data === undefined ? (
        <Fault title={REVIEWS.failed} error={reviews.error} onRetry={() => void reviews.refetch()} />
      ) : reviews.data?.length === 0 ? (
        <Note title={REVIEWS.none}>
          <p>{REVIEWS.noneHow}</p>
          <Button onClick={() => goTo(HOME)}>{REVIEWS.toSessions}</Button>
        </Note>
      ) : (
        <Queue queue={queue} selected={place.selected} pending={reviews.data === undefined} />
      )}
    </div>
  );
}

interface QueueProps {
  readonly queue: ReturnType<typeof queueOf>;
  readonly selected: SessionId | null;
  readonly pending: boolean;
}

/** Rows drawn while the queue is on its way. */
const PENDING_ROWS = 8;

function Queue({ queue, selected, pending }: QueueProps) {
  const shown = queue.find(({ session }) => session === selected);
  const first = queue[0]?.session;
  useEffect(() => {
    if (shown === undefined && first !== undefined) select(first);
  }, [shown, first]);
  return (
    <div className="case-body case-split">
      <section className="panel" aria-label={REVIEWS.title}>
        <DataGrid
          name={REVIEWS.title}
          columns={REVIEW_COLUMNS}
          rows={queue}
          rowId={({ session }) => session}
          rowTestId="review-row"
          selected={selected}
          onSelect={({ session }) => select(session)}
          onOpen={({ session }) => openSession(session)}
          total={queue.length}
          pending={pending ? PENDING_ROWS : 0}
          keysEverywhere
        />
      </section>
      {shown === undefined ? (
        <aside className="panel panel-side case-detail">
          <p className="panel-none">{REVIEWS.choose}</p>
        </aside>
      ) : (
        <ReviewPanel
          key={shown.session}
          review={shown}
          onOpen={() => openSession(shown.session)}
          onJudged={() => {
            const next = queue.find(({ session }) => session === nextWaiting(queue, shown.session));
            if (next !== undefined) select(next.session);
          }}
        />
      )}
    </div>
  );
}

function openSession(id: SessionId): void {
  goTo(placeAt(`/sessions/${id}`));
}
