/** The session view before its session is there: the same places, empty. */
import { SESSION } from '../words/replay.ts';

export function ReplaySkeleton() {
  return (
    <div className="replay" aria-busy="true" aria-label={SESSION.loading}>
      <div className="replay-head">
        <span className="skeleton skeleton-title" />
      </div>
      <div className="controls-bar" />
      <div className="time-line time-line-empty" />
      <div className="replay-body">
        <div className="replay-terminal" />
        <div className="replay-side" />
      </div>
    </div>
  );
}
