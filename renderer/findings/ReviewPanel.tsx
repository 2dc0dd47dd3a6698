/** One session of the queue: what was said of it, and one's own word on it. 1, 2, 3 say it. */
import { SquareArrowOutUpRight } from 'lucide-react';
import { useState } from 'react';
import type { Review, ReviewVerdict } from '../../shared/findings/review.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { useWriting } from '../casework.ts';
import { useCommands } from '../commands.ts';
import { Button } from '../ui/Button.tsx';
import { VerdictMark } from '../ui/case-marks.tsx';
import { formatDateTime } from '../ui/format.ts';
import { VERDICTS } from '../words/casework.ts';
import { FINDINGS_COMMANDS } from '../words/findings.ts';
import { REVIEWS } from '../words/reviews.ts';
import { VERDICT_KEYS } from './review-queue.ts';
import { SessionFacts } from './SessionFacts.tsx';

/** What the API takes of a reason; characters of a name. */
const REASON_LENGTH = 2000;
const NAME_LENGTH = 60;

interface ReviewPanelProps {
  readonly review: Review;
  readonly onOpen: () => void;
  readonly onJudged: () => void;
}

export function ReviewPanel({ review, onOpen, onJudged }: ReviewPanelProps) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const writing = useWriting((input: Parameters<typeof api.review>[0]) => api.review(input));
  const judge = (verdict: ReviewVerdict): void => {
    // What accuses somebody says why.
    const lacks = verdict === 'violation' && reason.trim() === '';
    setMissing(lacks);
    if (lacks || writing.isPending) return;
    writing.mutate(
      { sessions: [review.session], verdict, reason: reason.trim() },
      { onSuccess: () => (verdict === 'to-review' ? undefined : onJudged()) },
    );
  };
  useCommands(
    VERDICT_KEYS.map(([key, verdict]) => ({
      id: `review.${verdict}`,
      name: FINDINGS_COMMANDS.verdict(VERDICTS[verdict].word),
      group: 'findings',
      keys: [key],
      run: () => judge(verdict),
    })),
  );
  return (
    <aside className="panel panel-side case-detail" aria-label={REVIEWS.panel}>
      <div className="panel-head">
        <VerdictMark verdict={review.verdict} />
        <span className="fill" />
        <Button look="plain" onClick={onOpen}>
          <SquareArrowOutUpRight size={14} aria-hidden /> {REVIEWS.openSession}
        </Button>
      </div>
      <div className="panel-scroll case-detail-inside">
        <SessionFacts id={review.session} />
        <Said {...review} />
        <label className="case-reason">
          {REVIEWS.reason}
          <textarea
            className="field"
            rows={3}
            value={reason}
            maxLength={REASON_LENGTH}
            placeholder={REVIEWS.reasonHint}
            aria-invalid={missing || undefined}
            onChange={({ target }) => setReason(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
              else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) judge('fine');
              else return;
              event.preventDefault();
            }}
          />
        </label>
        <div className="case-verdicts" role="group" aria-label={REVIEWS.setVerdict}>
          {VERDICT_KEYS.map(([key, verdict]) => (
            <button
              key={verdict}
              type="button"
              className="button"
              aria-keyshortcuts={key}
              title={VERDICTS[verdict].meaning}
              disabled={writing.isPending}
              onClick={() => judge(verdict)}
            >
              <VerdictMark verdict={verdict} /> <kbd className="key">{key}</kbd>
            </button>
          ))}
        </div>
        {missing ? (
          <p className="tone-error" role="alert">
            ✕ {REVIEWS.needsReason}
          </p>
        ) : null}
        {writing.error === null ? null : (
          <p className="tone-error" role="alert">
            ✕ {REVIEWS.notWritten}: {writing.error.message}
          </p>
        )}
        {review.verdict === 'to-review' ? null : (
          <Button look="plain" onClick={() => judge('to-review')}>
            {REVIEWS.back}
          </Button>
        )}
        <h2 className="section-title">{REVIEWS.earlier}</h2>
        {review.earlier.length === 0 ? <p className="cell-quiet">{REVIEWS.noEarlier}</p> : null}
        {review.earlier.map((earlier) => (
          <Said key={`${earlier.time} ${earlier.author.key}`} {...earlier} />
        ))}
      </div>
    </aside>
  );
}

type SaidProps = Pick<Review, 'verdict' | 'reason' | 'author' | 'time'>;

function Said({ verdict, reason, author, time }: SaidProps) {
  return (
    <div className="case-said">
      <p>
        <VerdictMark verdict={verdict} />{' '}
        <span className="cell-quiet">
          {REVIEWS.by(visibleLine(author.name, NAME_LENGTH), formatDateTime(time))}
        </span>
      </p>
      {reason === '' ? null : <p>{visibleLine(reason, REASON_LENGTH)}</p>}
    </div>
  );
}
