/** Sessions that one is worth comparing with, the previous run of its job first; each compares. */
import { GitCompareArrows } from 'lucide-react';
import type { SessionRow } from '../shared/api/session.ts';
import { visibleLine } from '../shared/replay/visible.ts';
import { useRuns } from './job-runs.ts';
import { goTo } from './router.ts';
import { formatDateTime, formatNumberOf } from './ui/format.ts';
import { COMPARE } from './words/compare.ts';

/** Longest name shown. */
const NAME_LENGTH = 80;

interface RunListProps {
  readonly session: SessionRow;
  /** Called when one was chosen. */
  readonly onChosen?: () => void;
}

export function RunList({ session, onChosen }: RunListProps) {
  const runs = useRuns(session, true);
  if (runs.isPending) return <p className="cell-quiet">{COMPARE.findingRuns}</p>;
  if (runs.isError) {
    return (
      <p className="tone-error" role="alert">
        {COMPARE.findFailed(runs.error.message)}
      </p>
    );
  }
  const { previous, next, others, ofJob } = runs.data;
  const offer = (other: SessionRow, word: string | null) => (
    <Offer
      key={other.id}
      other={other}
      word={word}
      onChoose={() => {
        onChosen?.();
        compare(session, other);
      }}
    />
  );
  if (previous === null && next === null && others.length === 0) {
    return <p className="cell-quiet">{COMPARE.noRuns}</p>;
  }
  return (
    <>
      <ul className="run-list">
        {previous === null ? null : offer(previous, COMPARE.previousRun)}
        {next === null ? null : offer(next, COMPARE.nextRun)}
      </ul>
      {others.length === 0 ? null : (
        <>
          <h4 className="section-title">{ofJob ? COMPARE.otherRuns : COMPARE.sameAgent}</h4>
          <ul className="run-list">{others.map((other) => offer(other, null))}</ul>
        </>
      )}
    </>
  );
}

/** What came first stands left. */
export function compare(one: SessionRow, other: SessionRow): void {
  const [a, b] = one.started <= other.started ? [one, other] : [other, one];
  goTo({ name: 'compare', a: a.id, b: b.id, only: false, at: null });
}

interface OfferProps {
  readonly other: SessionRow;
  /** What run it is; null where that goes without saying. */
  readonly word: string | null;
  readonly onChoose: () => void;
}

function Offer({ other, word, onChoose }: OfferProps) {
  const { identity, user, ci, started, statements } = other;
  return (
    <li>
      <button type="button" className="run-offer" onClick={onChoose}>
        <GitCompareArrows size={14} aria-hidden />
        <span className="ellipsis">
          <b>
            {visibleLine(
              ci === null ? (identity?.subject ?? user) : `${ci.provider}/${ci.run}/${ci.job}`,
              NAME_LENGTH,
            )}
          </b>
          {word === null ? null : ` ${word}`}
        </span>
        <span className="cell-quiet">
          {formatDateTime(started)} · {formatNumberOf(statements, 'stmt')}
        </span>
      </button>
    </li>
  );
}
