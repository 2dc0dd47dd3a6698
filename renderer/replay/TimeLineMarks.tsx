/** Bands over the lanes: what is looped, and what is selected. */
import type { StepList } from '../../shared/replay/step-list.ts';
import { xOf, type Range, type TimeScale } from './time-scale.ts';
import type { LoopMarks } from './use-loop.ts';

/** Narrowest band that is still seen, in px. */
const NARROWEST = 2;

interface MarksProps {
  readonly scale: TimeScale;
  readonly list: StepList;
  readonly loop: LoopMarks;
  readonly selected: Range | null;
}

export function TimeLineMarks({ scale, list, loop: { loop, begun }, selected }: MarksProps) {
  const looped =
    loop !== null
      ? { from: list.time(loop.first), to: list.time(loop.last) }
      : begun === null
        ? null
        : { from: list.time(begun), to: list.time(begun) };
  return (
    <>
      {looped === null ? null : <Band className="lanes-loop" scale={scale} range={looped} />}
      {selected === null ? null : <Band className="lanes-selected" scale={scale} range={selected} />}
    </>
  );
}

function Band({ className, scale, range }: { className: string; scale: TimeScale; range: Range }) {
  const from = Math.max(0, xOf(scale, range.from));
  const to = Math.min(scale.width, xOf(scale, range.to));
  if (to < 0 || from > scale.width) return null;
  return (
    <div className={className} style={{ left: from, width: Math.max(NARROWEST, to - from) }} aria-hidden />
  );
}
