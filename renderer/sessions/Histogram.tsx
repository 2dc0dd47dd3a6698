/**
 * Sessions over time. A brush, by pointer or by keys, sets `after:` and `before:`; zooming out doubles the span again. What is
 * under the pointer, or chosen, says its time and its count.
 */
import { CalendarX2, ZoomOut } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { withoutField } from '../../shared/filter/edit.ts';
import { formatNumberOf, formatShortTime } from '../ui/format.ts';
import { useWidth } from '../ui/use-width.ts';
import { FACETS } from '../words/facets.ts';
import { useFiltering } from './filtering.ts';
import { bars, bucketAt, spanOf, ticks, widened, type Histogram } from './histogram.ts';

const HEIGHT = 44;

/** Beyond this span, in µs, a label names the day; below it the second. */
const DAY = 86_400_000_000;

interface Span {
  readonly after: number;
  readonly before: number;
}

interface HistogramViewProps {
  /** undefined while it is on its way. */
  readonly histogram: Histogram | undefined;
  readonly filter: string;
  readonly onSpan: (span: Span) => void;
}

export function HistogramView({ histogram, filter, onSpan }: HistogramViewProps) {
  const { apply } = useFiltering();
  const anyTime = withoutField(withoutField(filter, 'after'), 'before');
  return (
    <>
      <div className="histogram-head">
        <h2 className="section-title">{FACETS.time}</h2>
        {anyTime === filter || histogram === undefined ? null : (
          <>
            <button
              type="button"
              className="facet-search-button"
              aria-label={FACETS.zoomOut}
              title={FACETS.zoomOut}
              onClick={() => onSpan(widened(histogram))}
            >
              <ZoomOut size={12} aria-hidden />
            </button>
            <button
              type="button"
              className="facet-search-button"
              aria-label={FACETS.anyTime}
              title={FACETS.anyTime}
              onClick={() => apply(anyTime)}
            >
              <CalendarX2 size={12} aria-hidden />
            </button>
          </>
        )}
      </div>
      {histogram === undefined ? (
        <span className="skeleton facet-skeleton-time" />
      ) : histogram.counts.length === 0 ? (
        <p className="histogram-none">{FACETS.noSessions}</p>
      ) : (
        <Brushed histogram={histogram} onSpan={onSpan} />
      )}
    </>
  );
}

/** Buckets that are chosen: from where one began to where one is. */
interface Brush {
  readonly from: number;
  readonly to: number;
}

function Brushed({
  histogram,
  onSpan,
}: {
  readonly histogram: Histogram;
  readonly onSpan: (span: Span) => void;
}) {
  const drawing = useRef<SVGSVGElement>(null);
  const width = useWidth(drawing);
  const [brush, setBrush] = useState<Brush | null>(null);
  const [isDown, setDown] = useState(false);
  const last = histogram.counts.length - 1;
  const label = labelsOf(histogram);
  const span = brush === null ? null : spanOf(histogram, brush.from, brush.to);
  const saysSpan =
    span === null || brush === null
      ? ''
      : `${FACETS.span(label(span.after), label(span.before))}: ${formatNumberOf(sumOf(histogram, brush), 'session')}`;
  const first = label(histogram.from);
  const end = label(histogram.from + histogram.bucket * histogram.counts.length);

  const at = (event: PointerEvent): number =>
    bucketAt(histogram, width, event.clientX - event.currentTarget.getBoundingClientRect().left);
  const onKeyDown = (event: KeyboardEvent): void => {
    const { from, to } = brush ?? { from: 0, to: -1 };
    const moved = { ArrowLeft: to - 1, ArrowRight: to + 1, Home: 0, End: last }[event.key];
    if (moved !== undefined) {
      const next = Math.min(last, Math.max(0, moved));
      setBrush({ from: event.shiftKey && brush !== null ? from : next, to: next });
    } else if (event.key === 'Enter' && span !== null) onSpan(span);
    else if (event.key === '-') onSpan(widened(histogram));
    else if (event.key === 'Escape' && brush !== null) setBrush(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="histogram">
      <svg
        ref={drawing}
        className="histogram-drawing"
        height={HEIGHT}
        role="slider"
        tabIndex={0}
        aria-label={FACETS.over(first, end)}
        aria-description={FACETS.keys}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={brush?.to ?? 0}
        aria-valuetext={saysSpan}
        data-testid="histogram"
        onKeyDown={onKeyDown}
        onBlur={() => setBrush(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDown(true);
          setBrush({ from: at(event), to: at(event) });
        }}
        onPointerMove={(event) => {
          const to = at(event);
          setBrush({ from: isDown ? (brush?.from ?? to) : to, to });
        }}
        onPointerUp={() => {
          setDown(false);
          if (isDown && span !== null) onSpan(span);
        }}
        onPointerCancel={() => setDown(false)}
        onPointerLeave={() => {
          if (!isDown) setBrush(null);
        }}
      >
        {(width === 0 ? [] : bars(histogram, width, HEIGHT)).map((bar, index) => (
          <rect key={bar.x} {...bar} className={isIn(index, brush) ? 'bar bar-on' : 'bar'} />
        ))}
        <line x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="histogram-ground" />
      </svg>
      <div className="histogram-axis" aria-hidden>
        {ticks(histogram, width).map(({ x, label: text }) => (
          <span key={x} style={{ left: x }}>
            {text}
          </span>
        ))}
      </div>
      <p className="histogram-caption" title={saysSpan === '' ? undefined : saysSpan}>
        {span === null ? (
          <>
            <span>{first}</span>
            <span>{end}</span>
          </>
        ) : (
          <>
            <span className="ellipsis">{FACETS.span(label(span.after), label(span.before))}</span>
            <span>{brush === null ? '' : formatNumberOf(sumOf(histogram, brush), 'session')}</span>
          </>
        )}
      </p>
    </div>
  );
}

/** How times of a histogram are written. */
function labelsOf({ bucket, counts }: Histogram): (time: number) => string {
  const long = bucket * counts.length > DAY;
  return (time) => (long ? formatShortTime(time).slice(0, 11) : formatShortTime(time).slice(6));
}

function isIn(index: number, brush: Brush | null): boolean {
  return brush !== null && index >= Math.min(brush.from, brush.to) && index <= Math.max(brush.from, brush.to);
}

function sumOf({ counts }: Histogram, { from, to }: Brush): number {
  return counts.slice(Math.min(from, to), Math.max(from, to) + 1).reduce((sum, count) => sum + count, 0);
}
