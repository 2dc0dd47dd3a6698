/** Cells that both lists have. */
import type { ReactNode } from 'react';
import type { CiContext } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatExact, formatShortTime } from '../ui/format.ts';
import { MismatchMark, ProvenanceMark } from '../ui/marks.tsx';

/** Longest text of a cell: more than a wide screen holds. */
const LINE_LENGTH = 400;

/** Longest job in a title: three parts of a hundred characters each. */
const JOB_LENGTH = 300;

/** A text, or a dash where there is none. */
export function quiet(text: string): ReactNode {
  return text === '' ? <span className="cell-quiet">–</span> : visibleLine(text, LINE_LENGTH);
}

/** The same in the type of bytes. */
export function mono(text: string): ReactNode {
  return text === '' ? quiet('') : <code>{visibleLine(text, LINE_LENGTH)}</code>;
}

export function timeCell(time: number): ReactNode {
  return <time title={formatExact(time)}>{formatShortTime(time)}</time>;
}

interface JobProps {
  /** As the filter writes it; null where there is none. */
  readonly job: string | null;
  readonly provenance: CiContext['provenance'] | null;
  /** Another job that the agent asserted; null when it did not. */
  readonly mismatch?: string | null;
}

/** A CI job with how far it can be trusted. */
export function Job({ job, provenance, mismatch = null }: JobProps) {
  if (job === null) return quiet('');
  return (
    <span className="job">
      <span className="ellipsis" title={visibleLine(job, JOB_LENGTH)}>
        {visibleLine(job, JOB_LENGTH)}
      </span>
      {provenance === null ? null : <ProvenanceMark provenance={provenance} />}
      {mismatch === null ? null : <MismatchMark asserted={visibleLine(mismatch, JOB_LENGTH)} />}
    </span>
  );
}
