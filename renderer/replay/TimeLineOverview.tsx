/** How dense the whole session is, and which part of it the lanes show: drag the part, or click where it is to be. */
import { Maximize2, Minus, Plus } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { StepList } from '../../shared/replay/step-list.ts';
import { colorsOf, useTheme } from '../theme.ts';
import { IconButton } from '../ui/Button.tsx';
import { formatClock } from '../ui/format.ts';
import { useSteady } from '../ui/use-steady.ts';
import { TIME_LINE } from '../words/time-line.ts';
import { drawDensity } from './draw-lanes.ts';
import type { LaneIndex } from './lane-index.ts';
import { binLanes } from './lanes.ts';
import { fitScale, pannedRange, rangeScale, timeAt, xOf, zoomedRange, type Range } from './time-scale.ts';
import type { ShownRange } from './use-range.ts';

/** Narrowest frame that is still seen and taken hold of, in px. */
const NARROWEST = 6;

/** How much one press of a button, or of a key, zooms. */
export const ZOOM = 2;

interface OverviewProps extends ShownRange {
  readonly list: StepList;
  readonly index: LaneIndex;
  readonly width: number;
  readonly fold: boolean;
  /** Where the play head stands, µs. */
  readonly time: number;
}

export function TimeLineOverview(props: OverviewProps) {
  const { list, index, width, fold, range, setRange, time } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const scale = useMemo(
    () => fitScale(index.gaps(), width, fold),
    // The list tells that the index grew.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [index, list, width, fold],
  );
  const lanes = useMemo(() => binLanes(list, index, scale), [list, index, scale]);
  useEffect(() => {
    if (canvas.current !== null && width > 0)
      drawDensity(canvas.current, lanes, { width, colors: colorsOf(theme) });
  }, [lanes, width, theme]);

  const from = range === null ? 0 : xOf(scale, range.from);
  const to = range === null ? width : xOf(scale, range.to);
  const moveTo = (x: number): void => {
    if (range === null) return;
    const shown = rangeScale(scale.gaps, width, fold, range);
    setRange(pannedRange(shown, xOf(shown, timeAt(scale, x)) - width / 2));
  };
  const zoom = useSteady((by: number): void => {
    const shown = rangeScale(scale.gaps, width, fold, range);
    setRange(zoomedRange(shown, Math.min(width, Math.max(0, xOf(shown, time))), by));
  });
  const onPointer = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    moveTo(event.clientX - event.currentTarget.getBoundingClientRect().left);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -4, PageDown: 4 }[event.key];
    if (by === undefined || range === null) return;
    event.preventDefault();
    const shown = rangeScale(scale.gaps, width, fold, range);
    setRange(pannedRange(shown, (by * width) / 4));
  };
  return (
    <>
      <Tools whole={range === null} zoom={zoom} setRange={setRange} />
      <div
        className="overview"
        role="slider"
        tabIndex={0}
        aria-label={TIME_LINE.overview}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((from / Math.max(1, width)) * 100)}
        aria-valuetext={wordsOf(range)}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} className="lanes-drawing" aria-hidden />
        <div
          className="overview-frame"
          data-part={range !== null}
          style={{ left: from, width: Math.max(NARROWEST, to - from) }}
          aria-hidden
        />
        <div
          className="overview-cursor"
          style={{ transform: `translateX(${xOf(scale, time)}px)` }}
          aria-hidden
        />
      </div>
    </>
  );
}

interface ToolsProps extends Pick<ShownRange, 'setRange'> {
  readonly whole: boolean;
  readonly zoom: (by: number) => void;
}

const Tools = memo(function Tools({ whole, zoom, setRange }: ToolsProps) {
  return (
    <div className="overview-tools">
      <IconButton
        name={TIME_LINE.zoomOut}
        className="overview-button"
        disabled={whole}
        icon={<Minus size={12} aria-hidden />}
        onClick={() => zoom(1 / ZOOM)}
      />
      <IconButton
        name={TIME_LINE.zoomIn}
        className="overview-button"
        icon={<Plus size={12} aria-hidden />}
        onClick={() => zoom(ZOOM)}
      />
      <IconButton
        name={TIME_LINE.fit}
        className="overview-button"
        disabled={whole}
        icon={<Maximize2 size={11} aria-hidden />}
        onClick={() => setRange(null)}
      />
    </div>
  );
});

function wordsOf(range: Range | null): string {
  return range === null ? TIME_LINE.whole : TIME_LINE.part(formatClock(range.from), formatClock(range.to));
}
