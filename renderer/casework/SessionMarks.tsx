/** What people said of a session, in a cell: the verdict, and how many notes. */
import { MessageSquare } from 'lucide-react';
import type { SessionId } from '../../shared/api/session.ts';
import type { Annotation } from '../../shared/findings/annotation.ts';
import type { Review } from '../../shared/findings/review.ts';
import { useAnnotations, useReviews } from '../casework.ts';
import { VerdictMark } from '../ui/case-marks.tsx';
import { GLYPH, Mark } from '../ui/marks.tsx';
import { NOTES } from '../words/notes.ts';
import { countBySession } from './threads.ts';

/** Counted once for all cells of a list: by what the host answered. */
const counted = new WeakMap<readonly Annotation[], ReadonlyMap<string, number>>();
const judged = new WeakMap<readonly Review[], ReadonlyMap<string, Review>>();

function countsOf(notes: readonly Annotation[]): ReadonlyMap<string, number> {
  const counts = counted.get(notes) ?? countBySession(notes);
  counted.set(notes, counts);
  return counts;
}

function verdictsOf(reviews: readonly Review[]): ReadonlyMap<string, Review> {
  const verdicts =
    judged.get(reviews) ?? new Map(reviews.map((review) => [review.session as string, review]));
  judged.set(reviews, verdicts);
  return verdicts;
}

/** The latest word on a session; null while none is known. */
export function useReviewOf(session: SessionId): Review | null {
  const reviews = useReviews();
  return reviews.data === undefined ? null : (verdictsOf(reviews.data).get(session) ?? null);
}

export function SessionMarks({ session }: { readonly session: SessionId }) {
  const notes = useAnnotations();
  const review = useReviewOf(session);
  const count = notes.data === undefined ? 0 : (countsOf(notes.data).get(session) ?? 0);
  if (count === 0 && review === null) return null;
  return (
    <span className="session-marks" data-testid="session-marks">
      {review === null ? null : <VerdictMark verdict={review.verdict} short />}
      {count === 0 ? null : <NoteCount count={count} />}
    </span>
  );
}

/** How many notes, where there is no room for them. */
export function NoteCount({ count }: { readonly count: number }) {
  return (
    <Mark tone="live" icon={<MessageSquare size={GLYPH} aria-label={NOTES.tab} />} title={NOTES.count(count)}>
      {count}
    </Mark>
  );
}
