/** The queue: what waits first, longest waiting on top; then what was reviewed, latest on top. Pure. */
import type { Review, ReviewVerdict } from '../../shared/findings/review.ts';

export function queueOf(reviews: readonly Review[]): Review[] {
  const waits = ({ verdict }: Review): boolean => verdict === 'to-review';
  const waiting = reviews.filter(waits).toSorted((a, b) => a.time - b.time);
  const reviewed = reviews.filter((review) => !waits(review)).toSorted((a, b) => b.time - a.time);
  return [...waiting, ...reviewed];
}

/** The verdicts that take a session out of the queue, by their key. */
export const VERDICT_KEYS: readonly (readonly [key: string, verdict: ReviewVerdict])[] = [
  ['1', 'fine'],
  ['2', 'suspicious'],
  ['3', 'violation'],
];

/** Which session is next once a verdict was given: the next that waits, else the one that was judged. */
export function nextWaiting(queue: readonly Review[], judged: string): string {
  const from = queue.findIndex(({ session }) => session === judged);
  const waiting = queue.filter(({ session, verdict }) => session !== judged && verdict === 'to-review');
  return (waiting.find((review) => queue.indexOf(review) > from) ?? waiting[0])?.session ?? judged;
}
