/** Asks for a verdict on sessions and why, and keeps it. */
import { useId, useState, type KeyboardEvent } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { REVIEW_VERDICTS, type Review, type ReviewVerdict } from '../../shared/findings/review.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { useWriting } from '../casework.ts';
import { Button } from '../ui/Button.tsx';
import { VerdictMark } from '../ui/case-marks.tsx';
import { formatDateTime } from '../ui/format.ts';
import { VERDICTS } from '../words/casework.ts';
import { REVIEW } from '../words/review.ts';

/** Longest name and reason shown. */
const NAME_LENGTH = 80;
const REASON_LENGTH = 500;

interface ReviewFormProps {
  readonly sessions: readonly SessionId[];
  /** What was said last, of one session. */
  readonly review: Review | null;
  readonly onDone: () => void;
}

export function ReviewForm({ sessions, review, onDone }: ReviewFormProps) {
  const [verdict, setVerdict] = useState<ReviewVerdict>(review?.verdict ?? 'to-review');
  const [reason, setReason] = useState('');
  const name = useId();
  const writing = useWriting((input: Parameters<typeof api.review>[0]) => api.review(input));
  const keep = (): void =>
    writing.mutate({ sessions: [...sessions], verdict, reason: reason.trim() }, { onSuccess: onDone });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    if (!writing.isPending) keep();
  };
  return (
    <div className="note-form" onKeyDown={onKeyDown}>
      <fieldset className="verdict-field">
        <legend className="section-title">{REVIEW.verdict}</legend>
        {REVIEW_VERDICTS.map((each) => (
          <label key={each} className="verdict-choice">
            <input type="radio" name={name} checked={each === verdict} onChange={() => setVerdict(each)} />
            <VerdictMark verdict={each} />
            <span className="cell-quiet">{VERDICTS[each].meaning}</span>
          </label>
        ))}
      </fieldset>
      <textarea
        className="text-area"
        rows={2}
        aria-label={REVIEW.reason}
        placeholder={`${REVIEW.reason}: ${REVIEW.reasonHint}`}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {writing.error === null ? null : (
        <p className="tone-error" role="alert">
          {REVIEW.failed(writing.error.message)}
        </p>
      )}
      <div className="form-buttons">
        <Button look="primary" disabled={writing.isPending} onClick={keep}>
          {writing.isPending ? REVIEW.keeping : REVIEW.keep}
        </Button>
      </div>
      {review === null ? null : <Earlier review={review} />}
    </div>
  );
}

/** The words so far, the latest first. */
function Earlier({ review }: { readonly review: Review }) {
  return (
    <section>
      <h4 className="section-title">{REVIEW.earlier}</h4>
      <ol className="review-earlier">
        {[review, ...review.earlier].map((word) => (
          <li key={`${word.time}-${word.author.key}`}>
            <VerdictMark verdict={word.verdict} />{' '}
            <span className="cell-quiet">
              {REVIEW.by(visibleLine(word.author.name, NAME_LENGTH), formatDateTime(word.time))}
            </span>
            {word.reason === '' ? null : <p>{visibleLine(word.reason, REASON_LENGTH)}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
