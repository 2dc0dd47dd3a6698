/** The session on one line: lanes for statements, rows, errors and what a policy did, idle gaps as gaps; click and drag seek. */
import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { isIdle } from '../../shared/replay/pacing.ts';
import { colorsOf, useTheme } from '../theme.ts';
import { formatClock, formatDuration, formatExact, formatNumberOf } from '../ui/format.ts';
import { useWidth } from '../ui/use-width.ts';
import { drawLanes } from './draw-lanes.ts';
import { binLanes } from './lanes.ts';
import { stepAt, stepAtTime, type StepList } from '../../shared/replay/step-list.ts';
import { useLabel, type Player } from '../player/use-player.ts';
import type { TimeMarker } from '../casework/threads.ts';
import { NoteFlags } from './NoteFlags.tsx';
import { timeAt, timeScale, xOf } from './time-scale.ts';

/** A tip of this width stays inside the line, in px. */
const TIP_WIDTH = 260;

interface TimeLineProps {
  readonly list: StepList;
  readonly labels: Player['labels'];
  /** Where the play head stands, in µs; it moves between steps while playing. */
  readonly timeNow: () => number;
  readonly playing: boolean;
  /** Where the play head stood when this was drawn, in µs. */
  readonly time: number;
  readonly fold: boolean;
  /** With lanes for what a policy decided and masked. */
  readonly governed: boolean;
  /** In words, for screen readers. */
  readonly says: string;
  readonly onSeek: (time: number) => void;
  /** Notes, and the way to the event of one. */
  readonly markers: readonly TimeMarker[];
  readonly onSeekEvent: (sequence: number) => void;
}

export function TimeLine(props: TimeLineProps) {
  const { list, labels, timeNow, playing, time, fold, governed, says, onSeek } = props;
  const { markers, onSeekEvent } = props;
  const line = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const width = useWidth(line);
  const theme = useTheme();
  const [over, setOver] = useState<number | null>(null);

  const scale = useMemo(() => timeScale(list, width, fold), [list, width, fold]);
  const lanes = useMemo(() => binLanes(list, scale), [list, scale]);

  useEffect(() => {
    if (canvas.current !== null && width > 0)
      drawLanes(canvas.current, lanes, { scale, colors: colorsOf(theme), governed });
  }, [lanes, scale, width, theme, governed]);

  useEffect(() => {
    let frame = 0;
    const place = (): void => {
      if (head.current !== null)
        head.current.style.transform = `translateX(${xOf(scale, playing ? timeNow() : time)}px)`;
      if (playing) frame = requestAnimationFrame(place);
    };
    place();
    return () => cancelAnimationFrame(frame);
  }, [scale, timeNow, playing, time]);

  const positionOf = (event: PointerEvent): number =>
    Math.min(width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));
  const seek = (event: PointerEvent): void => onSeek(timeAt(scale, positionOf(event)));
  const first = list.time(0);
  const last = list.time(list.length - 1);

  return (
    <div className={governed ? 'time-line time-line-governed' : 'time-line'}>
      <div className="lane-names" aria-hidden>
        <span>statements</span>
        <span>rows</span>
        <span>errors</span>
        {governed ? (
          <>
            <span>decisions</span>
            <span>masked</span>
          </>
        ) : null}
      </div>
      <div
        ref={line}
        className="lanes"
        role="slider"
        tabIndex={0}
        aria-label="Time line"
        aria-valuemin={0}
        aria-valuemax={Math.round((last - first) / 1000)}
        aria-valuenow={Math.round((time - first) / 1000)}
        aria-valuetext={says}
        data-testid="time-line"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onPointerMove={(event) => {
          setOver(positionOf(event));
          if (event.buttons === 1) seek(event);
        }}
        onPointerLeave={() => setOver(null)}
      >
        <canvas ref={canvas} className="lanes-drawing" aria-hidden />
        <NoteFlags
          markers={markers}
          xOf={(at) => xOf(scale, at)}
          timeOf={(sequence) => list.time(stepAt(list, sequence))}
          onSeek={onSeekEvent}
        />
        <div ref={head} className="lanes-cursor" aria-hidden />
        {over === null ? null : (
          <Tip list={list} labels={labels} time={timeAt(scale, over)} x={over} width={width} />
        )}
      </div>
    </div>
  );
}

interface TipProps {
  readonly list: StepList;
  readonly labels: Player['labels'];
  readonly time: number;
  readonly x: number;
  readonly width: number;
}

function Tip({ list, labels, time, x, width }: TipProps) {
  const index = stepAtTime(list, time);
  const step = list.at(index);
  const label = useLabel({ labels }, step);
  if (step === undefined) return null;
  const idle = index + 1 < list.length ? list.time(index + 1) - step.time : 0;
  return (
    <>
      <div className="lanes-hover" style={{ transform: `translateX(${x}px)` }} aria-hidden />
      <div
        className="tooltip lanes-tip"
        style={{ left: Math.min(Math.max(0, x - TIP_WIDTH / 2), Math.max(0, width - TIP_WIDTH)) }}
        aria-hidden
      >
        <p className="lanes-tip-time" title={formatExact(time)}>
          {formatClock(time)}
          {step.statement === null ? '' : ` · statement ${step.statement}`}
          {step.rows > 0 ? ` · ${formatNumberOf(step.rows, 'row')}` : ''}
          {isIdle(idle) ? ` · then idle ${formatDuration(idle)}` : ''}
        </p>
        <p className="lanes-tip-label mono">{label ?? '…'}</p>
      </div>
    </>
  );
}
