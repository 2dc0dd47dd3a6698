/** Sessions over time; a click or a brush sets `after:` and `before:`. */
import { useRef, useState, type PointerEvent } from 'react';
import { formatNumberOf, formatShortTime } from '../ui/format.ts';
import { useWidth } from '../ui/use-width.ts';
import { bars, bucketAt, spanOf, type Histogram } from './histogram.ts';

const HEIGHT = 44;

/** Beyond this span, in µs, a label names the day; below it the second. */
const DAY = 86_400_000_000;

interface HistogramViewProps {
  readonly histogram: Histogram;
  readonly onSpan: (span: { after: number; before: number }) => void;
}

export function HistogramView({ histogram, onSpan }: HistogramViewProps) {
  const drawing = useRef<SVGSVGElement>(null);
  const width = useWidth(drawing);
  const [from, setFrom] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);

  const at = (event: PointerEvent): number =>
    bucketAt(histogram, width, event.clientX - event.currentTarget.getBoundingClientRect().left);
  const finish = (): void => {
    if (from !== null && over !== null) onSpan(spanOf(histogram, from, over));
    setFrom(null);
  };

  if (histogram.counts.length === 0) return <p className="histogram-caption">no sessions</p>;
  const shown = width === 0 ? [] : bars(histogram, width, HEIGHT);
  const brushed = from ?? over;
  const span = over === null || brushed === null ? null : spanOf(histogram, brushed, over);
  const long = histogram.bucket * histogram.counts.length > DAY;
  const label = (time: number): string =>
    long ? formatShortTime(time).slice(0, 11) : formatShortTime(time).slice(6);
  const first = label(histogram.from);
  const last = label(histogram.from + histogram.bucket * histogram.counts.length);
  return (
    <div className="histogram">
      <svg
        ref={drawing}
        className="histogram-drawing"
        height={HEIGHT}
        role="img"
        aria-label={`Sessions over time, ${first} to ${last}`}
        data-testid="histogram"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(at(event));
          setOver(at(event));
        }}
        onPointerMove={(event) => setOver(at(event))}
        onPointerUp={finish}
        onPointerCancel={() => setFrom(null)}
        onPointerLeave={() => {
          if (from === null) setOver(null);
        }}
      >
        {shown.map((bar, index) => (
          <rect key={bar.x} {...bar} className={isIn(index, brushed, over) ? 'bar bar-on' : 'bar'} />
        ))}
        <line x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="histogram-ground" />
      </svg>
      {span === null ? (
        <p className="histogram-caption">
          <span>{first}</span>
          <span>{last}</span>
        </p>
      ) : (
        <p className="histogram-caption">
          <span>
            {label(span.after)} – {label(span.before)}
          </span>
          <span>{formatNumberOf(sumOf(histogram, brushed ?? 0, over ?? 0), 'session')}</span>
        </p>
      )}
    </div>
  );
}

function isIn(index: number, a: number | null, b: number | null): boolean {
  return a !== null && b !== null && index >= Math.min(a, b) && index <= Math.max(a, b);
}

function sumOf({ counts }: Histogram, a: number, b: number): number {
  return counts.slice(Math.min(a, b), Math.max(a, b) + 1).reduce((sum, count) => sum + count, 0);
}
