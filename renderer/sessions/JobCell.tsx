/** A CI job with how far it can be trusted, as a cell that can become a filter. */
import type { CiContext } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { MismatchMark, ProvenanceMark } from '../ui/marks.tsx';
import { ValueCell } from './Cell.tsx';

/** Longest job in a title: three parts of a hundred characters each. */
const JOB_LENGTH = 300;

interface JobCellProps {
  /** As the filter writes it; null where there is none. */
  readonly job: string | null;
  readonly provenance: CiContext['provenance'] | null;
  /** Another job that the agent asserted; null when it did not. */
  readonly mismatch?: string | null;
}

export function JobCell({ job, provenance, mismatch = null }: JobCellProps) {
  if (job === null) return <span className="cell-quiet">–</span>;
  return (
    <ValueCell field="job" value={job}>
      <span className="job">
        <span className="ellipsis" title={job}>
          {job}
        </span>
        {provenance === null ? null : <ProvenanceMark provenance={provenance} />}
        {mismatch === null ? null : <MismatchMark asserted={visibleLine(mismatch, JOB_LENGTH)} />}
      </span>
    </ValueCell>
  );
}
