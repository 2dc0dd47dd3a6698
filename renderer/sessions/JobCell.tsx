/** A CI job with how far it can be trusted, as a cell that can become a filter. */
import type { CiContext } from '../../shared/api/session.ts';
import { ProvenanceMark } from '../ui/marks.tsx';
import { ValueCell } from './Cell.tsx';

interface JobCellProps {
  /** As the filter writes it; null where there is none. */
  readonly job: string | null;
  readonly provenance: CiContext['provenance'] | null;
}

export function JobCell({ job, provenance }: JobCellProps) {
  if (job === null) return <span className="cell-quiet">–</span>;
  return (
    <ValueCell field="job" value={job}>
      <span className="job">
        <span className="ellipsis" title={job}>
          {job}
        </span>
        {provenance === null ? null : <ProvenanceMark provenance={provenance} />}
      </span>
    </ValueCell>
  );
}
