/** The rows of the statement at the cursor. */
import type { CellAct } from '../ui/cell-grid-column.ts';
import type { Segments } from '../player/segments.ts';
import type { ColumnMask } from './decision-detail.ts';
import { ResultTab } from './ResultTab.tsx';
import type { Current } from './use-current.ts';

const NO_MASKS: readonly ColumnMask[] = [];
const NO_FORMATS: readonly number[] = [];

interface ResultViewProps {
  readonly segments: Segments;
  readonly current: Current;
  /** Whether the rows of an imported session are not recorded. */
  readonly lacking: boolean;
  /** What may be done with a cell. */
  readonly acts: readonly CellAct[];
}

export function ResultView({ segments, current, lacking, acts }: ResultViewProps) {
  const { answers, shape, outcome, detail, pending, told } = current;
  return (
    <ResultTab
      segments={segments}
      shape={shape}
      outcome={outcome}
      byCopy={answers.some(({ kind }) => kind === 'copyIn' || kind === 'copyOut')}
      resultFormats={detail.data?.resultFormats ?? NO_FORMATS}
      ready={!pending}
      masks={told.data?.columns ?? NO_MASKS}
      lacking={lacking}
      acts={acts}
    />
  );
}
