/** What people said of a session, beside what is recorded of it: the verdict, the notes, and where more is said. */
import type { SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useAnnotations } from '../casework.ts';
import { CompareMenu } from '../CompareMenu.tsx';
import { useCommands } from '../commands.ts';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { formatDateTime } from '../ui/format.ts';
import { NOTES } from '../words/notes.ts';
import { REVIEW } from '../words/review.ts';
import { ReviewMenu } from './ReviewMenu.tsx';
import { useReviewOf } from './SessionMarks.tsx';
import { noteSession } from './use-marks.ts';

/** Longest name and reason shown. */
const NAME_LENGTH = 80;
const REASON_LENGTH = 300;

export function SessionJudgement({ session }: { readonly session: SessionRow }) {
  const { id } = session;
  const review = useReviewOf(id);
  const notes = useAnnotations(id);
  const count = notes.data?.filter(({ removed }) => !removed).length ?? 0;
  useCommands([
    {
      id: 'notes.session',
      name: NOTES.commands.session,
      group: 'notes',
      keys: ['n'],
      run: () => noteSession(id),
    },
  ]);
  return (
    <section className="preview-section">
      <h3 className="section-title preview-section-title">{REVIEW.section}</h3>
      <div className="judgement">
        <ReviewMenu session={id} />
        <CompareMenu session={session} inList />
        <Button look="plain" onClick={() => noteSession(id)}>
          {NOTES.writeShort}
        </Button>
        {count === 0 ? null : (
          <button
            type="button"
            className="value-button"
            onClick={() => goTo({ name: 'session', id, step: null, tab: 'notes' })}
          >
            {NOTES.count(count)}
          </button>
        )}
      </div>
      {review === null ? null : (
        <p className="cell-quiet">
          {REVIEW.by(visibleLine(review.author.name, NAME_LENGTH), formatDateTime(review.time))}
          {review.reason === '' ? null : `: ${visibleLine(review.reason, REASON_LENGTH)}`}
        </p>
      )}
    </section>
  );
}
