/** How many differ, and the way from one to the next. */
import { ChevronDown, ChevronUp } from 'lucide-react';
import type { Comparison, PairKind } from '../../shared/compare/compare.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { COMPARE } from '../words/compare.ts';
import { KindMark } from './KindMark.tsx';
import type { Looking } from './use-comparison.ts';

const KINDS: readonly PairKind[] = ['changed', 'removed', 'added', 'same'];

interface CompareBarProps {
  readonly comparison: Comparison;
  /** The selected pair. */
  readonly at: number | null;
  readonly only: boolean;
  readonly looking: Looking;
  readonly onOnly: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

export function CompareBar({ comparison, at, only, looking, onOnly, onStep }: CompareBarProps) {
  const { counts, pairs, rough } = comparison;
  const differing = pairs.length - counts.same;
  const isOne = at !== null && pairs[at] !== undefined && pairs[at].kind !== 'same';
  const before = isOne ? pairs.slice(0, at).filter(({ kind }) => kind !== 'same').length : 0;
  return (
    <div className="compare-bar compare-counts">
      {KINDS.map((kind) => (
        <KindMark key={kind} kind={kind}>
          {COMPARE.kindCounts[kind](counts[kind])}
        </KindMark>
      ))}
      {rough ? <span className="tone-unknown">~ {COMPARE.rough}</span> : null}
      <Looked {...looking} />
      <span className="fill" />
      <p role="status" data-testid="difference">
        {isOne ? COMPARE.position(before + 1, differing) : COMPARE.differences(differing)}
      </p>
      <IconButton
        name={COMPARE.previous}
        shortcut="["
        icon={<ChevronUp size={16} aria-hidden />}
        disabled={differing === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        name={COMPARE.next}
        shortcut="]"
        icon={<ChevronDown size={16} aria-hidden />}
        disabled={differing === 0}
        onClick={() => onStep(1)}
      />
      <Button pressed={only} onClick={onOnly}>
        {COMPARE.onlyDifferences}
      </Button>
    </div>
  );
}

/** Parameters are read after the rest: what is not known yet is said. */
function Looked({ done, total, left, error }: Looking) {
  if (error !== null) {
    return (
      <span className="tone-error" role="alert">
        {COMPARE.parametersFailed(error.message)}
      </span>
    );
  }
  if (done < total) return <span className="cell-quiet">{COMPARE.parametersPending(done, total)}</span>;
  return left > 0 ? <span className="tone-unknown">~ {COMPARE.parametersUnread(left)}</span> : null;
}
