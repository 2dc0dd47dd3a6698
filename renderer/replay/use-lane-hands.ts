/** What pointer, wheel and keys do on the lanes: seek, select, zoom, move along. */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import type { Loop } from '../../shared/replay/cursor.ts';
import { stepAtTime } from '../../shared/replay/step-list.ts';
import type { Player } from '../player/use-player.ts';
import { pannedRange, rangeOf, timeAt, xOf, zoomedRange, type Range, type TimeScale } from './time-scale.ts';
import { ZOOM } from './TimeLineOverview.tsx';
import type { ShownRange } from './use-range.ts';

/** A pointer that moved less than this, in px, clicked. */
const CLICK = 4;

/** How near to the play head it is taken hold of, in px. */
const GRIP = 5;

/** px of the wheel for which what is seen becomes twice as wide. */
const WHEEL_DOUBLE = 240;

/** Part of what is shown that a page is. */
const PAGE = 10;

interface Hands {
  readonly line: RefObject<HTMLDivElement | null>;
  readonly scale: TimeScale;
  readonly shown: ShownRange;
  readonly player: Player;
  readonly selected: Range | null;
  readonly setSelected: (range: Range | null) => void;
}

/** What a pressed pointer does as it moves. */
type Drag = { readonly kind: 'scrub' } | { readonly kind: 'select'; readonly x: number };

export function useLaneHands({ line, scale, shown, player, selected, setSelected }: Hands) {
  const [over, setOver] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const drag = useRef<Drag>(null);
  useWheel(line, (event, x) => {
    const along = event.shiftKey ? event.deltaY : event.deltaX;
    if (Math.abs(along) > Math.abs(event.shiftKey ? 0 : event.deltaY))
      shown.setRange(pannedRange(scale, along) ?? shown.range);
    else shown.setRange(zoomedRange(scale, x, 2 ** (-event.deltaY / WHEEL_DOUBLE)));
  });

  const xAt = (event: PointerEvent): number =>
    Math.min(scale.width, Math.max(0, event.clientX - event.currentTarget.getBoundingClientRect().left));
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = xAt(event);
    const onHead = Math.abs(xOf(scale, player.timeNow()) - x) <= GRIP;
    drag.current = onHead ? { kind: 'scrub' } : { kind: 'select', x };
    setSelected(null);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const x = xAt(event);
    setOver(x);
    const { current } = drag;
    if (current === null) return;
    if (current.kind === 'scrub') player.seekTime(timeAt(scale, x));
    else if (Math.abs(x - current.x) >= CLICK || dragging) {
      setDragging(true);
      const [from, to] = [current.x, x].toSorted((a, b) => a - b) as [number, number];
      setSelected({ from: Math.round(timeAt(scale, from)), to: Math.round(timeAt(scale, to)) });
    }
  };
  const onPointerUp = (event: PointerEvent): void => {
    if (drag.current?.kind === 'select' && !dragging) player.seekTime(timeAt(scale, xAt(event)));
    drag.current = null;
    setDragging(false);
  };

  const seekBy = (share: number): void => {
    const { from, to } = rangeOf(scale);
    player.seekTime(player.timeNow() + (to - from) * share);
  };
  const zoom = (by: number): void =>
    shown.setRange(zoomedRange(scale, Math.min(scale.width, Math.max(0, xOf(scale, player.timeNow()))), by));
  const keys: Readonly<Record<string, () => unknown>> = {
    ArrowLeft: player.previousFrame,
    ArrowRight: player.nextFrame,
    ArrowDown: player.previousStatement,
    ArrowUp: player.nextStatement,
    PageUp: () => seekBy(-1 / PAGE),
    PageDown: () => seekBy(1 / PAGE),
    Home: player.toStart,
    End: player.toEnd,
    '+': () => zoom(ZOOM),
    '=': () => zoom(ZOOM),
    '-': () => zoom(1 / ZOOM),
    '0': () => shown.setRange(null),
    ...(selected === null ? {} : { Enter: () => shown.setRange(selected), Escape: () => setSelected(null) }),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
    if (event.key === 'Enter') setSelected(null);
  };

  /** The steps of a part, as a loop; null where it holds none. */
  const loopOf = ({ from, to }: Range): Loop | null => {
    const first = stepAtTime(player.list, from - 1) + 1;
    const last = stepAtTime(player.list, to);
    return last <= first ? null : { first, last };
  };
  const events = {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerLeave: () => setOver(null),
    onKeyDown,
  };
  return { over: dragging ? null : over, dragging, events, loopOf };
}

/** React listens to wheels passively, and the page would scroll. */
function useWheel(
  line: RefObject<HTMLDivElement | null>,
  onWheel: (event: WheelEvent, x: number) => void,
): void {
  const latest = useRef(onWheel);
  useEffect(() => {
    latest.current = onWheel;
  });
  useEffect(() => {
    const element = line.current;
    if (element === null) return;
    const listen = (event: WheelEvent): void => {
      event.preventDefault();
      latest.current(event, event.clientX - element.getBoundingClientRect().left);
    };
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [line]);
}
