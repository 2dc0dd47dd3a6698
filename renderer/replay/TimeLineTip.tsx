/** What stands where the pointer is: the time, the statement, the step, and what somebody marked there. */
import { isIdle } from '../../shared/replay/pacing.ts';
import { stepAtTime, type StepList } from '../../shared/replay/step-list.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useLabel, type Player } from '../player/use-player.ts';
import { formatClock, formatDuration, formatExact, formatNumberOf } from '../ui/format.ts';
import { TIME_LINE } from '../words/time-line.ts';
import { flagAt, type Flag } from './flags.ts';
import { timeAt, type TimeScale } from './time-scale.ts';

/** A tip of this width stays inside the line, in px. */
const TIP_WIDTH = 260;

/** Longest label of a flag shown. */
const LABEL_LENGTH = 200;

interface TipProps {
  readonly list: StepList;
  readonly labels: Player['labels'];
  readonly scale: TimeScale;
  readonly flags: readonly Flag[];
  readonly x: number;
}

export function TimeLineTip({ list, labels, scale, flags, x }: TipProps) {
  const time = timeAt(scale, x);
  const index = stepAtTime(list, time);
  const step = list.at(index);
  const label = useLabel({ labels }, step);
  if (step === undefined) return null;
  const flag = flagAt(flags, scale, x);
  const idle = index + 1 < list.length ? list.time(index + 1) - step.time : 0;
  const left = Math.min(Math.max(0, x - TIP_WIDTH / 2), Math.max(0, scale.width - TIP_WIDTH));
  return (
    <>
      <div className="lanes-hover" style={{ transform: `translateX(${x}px)` }} aria-hidden />
      <div className="tooltip lanes-tip" style={{ left }} aria-hidden>
        <p className="lanes-tip-time" title={formatExact(time)}>
          {formatClock(time)}
          {step.statement === null ? '' : ` · ${TIME_LINE.statement(step.statement)}`}
          {step.rows > 0 ? ` · ${formatNumberOf(step.rows, 'row')}` : ''}
          {isIdle(idle) ? ` · ${TIME_LINE.thenIdle(formatDuration(idle))}` : ''}
        </p>
        <p className="lanes-tip-label mono">{label ?? '…'}</p>
        {flag === undefined ? null : (
          <p className="lanes-tip-flag">⚑ {visibleLine(flag.label, LABEL_LENGTH)}</p>
        )}
      </div>
    </>
  );
}
