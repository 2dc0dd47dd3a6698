/** The session on one line: lanes for what was asked and what came of it, idle gaps as gaps, flags where somebody marked it. */
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { stepAt } from '../../shared/replay/step-list.ts';
import type { TimeMarker } from '../casework/threads.ts';
import type { Player } from '../player/use-player.ts';
import { colorsOf, useTheme } from '../theme.ts';
import { useWidth } from '../ui/use-width.ts';
import { TIME_LINE } from '../words/time-line.ts';
import { NoteFlags } from './NoteFlags.tsx';
import { drawLanes } from './draw-lanes.ts';
import type { Flag } from './flags.ts';
import { LaneIndex } from './lane-index.ts';
import { binLanes } from './lanes.ts';
import { rangeScale, xOf, type Range } from './time-scale.ts';
import { TimeLineMarks } from './TimeLineMarks.tsx';
import { TimeLineOverview } from './TimeLineOverview.tsx';
import { TimeLineTip } from './TimeLineTip.tsx';
import { useLaneHands } from './use-lane-hands.ts';
import type { LoopMarks } from './use-loop.ts';
import { useCursorInRange, type ShownRange } from './use-range.ts';

interface TimeLineProps {
  readonly player: Player;
  readonly shown: ShownRange;
  readonly loop: LoopMarks;
  readonly markers: readonly TimeMarker[];
  readonly flags: readonly Flag[];
  /** Times of statements that touch the table that is followed, µs. */
  readonly touches: readonly number[];
  /** With lanes for what a policy decided and masked. */
  readonly governed: boolean;
  /** In words, for screen readers. */
  readonly says: string;
}

export const TimeLine = memo(function TimeLine(props: TimeLineProps) {
  const { player, shown, loop, markers, flags, touches, governed, says } = props;
  const { list, labels, timeNow, state } = player;
  const { playing, skipIdle: fold } = state;
  const time = timeNow();
  const line = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const width = useWidth(line);
  const theme = useTheme();
  const [selected, setSelected] = useState<Range | null>(null);

  const [index] = useState(() => new LaneIndex());
  const gaps = useMemo(() => {
    index.grow(list);
    return index.gaps();
  }, [index, list]);
  const scale = useMemo(() => rangeScale(gaps, width, fold, shown.range), [gaps, width, fold, shown.range]);
  const lanes = useMemo(() => binLanes(list, index, scale), [list, index, scale]);
  useCursorInRange(shown, gaps, list.time(Math.max(0, state.index)), fold);
  const hands = useLaneHands({ line, scale, shown, player, selected, setSelected });

  useEffect(() => {
    if (canvas.current !== null && width > 0)
      drawLanes(canvas.current, lanes, { scale, colors: colorsOf(theme), governed, flags, touches });
  }, [lanes, scale, width, theme, governed, flags, touches]);

  useEffect(() => {
    let frame = 0;
    const place = (): void => {
      const x = xOf(scale, playing ? timeNow() : time);
      if (head.current !== null) {
        head.current.style.transform = `translateX(${x}px)`;
        head.current.hidden = x < -1 || x > scale.width + 1;
      }
      if (playing) frame = requestAnimationFrame(place);
    };
    place();
    return () => cancelAnimationFrame(frame);
  }, [scale, timeNow, playing, time]);

  const first = list.time(0);
  return (
    <div className={governed ? 'time-line time-line-governed' : 'time-line'}>
      <LaneNames governed={governed} />
      <div className="lanes-place">
        <div
          ref={line}
          className="lanes"
          role="slider"
          tabIndex={0}
          aria-label={TIME_LINE.name}
          aria-valuemin={0}
          aria-valuemax={Math.round((list.time(list.length - 1) - first) / 1000)}
          aria-valuenow={Math.max(0, Math.round((time - first) / 1000))}
          aria-valuetext={says}
          data-testid="time-line"
          {...hands.events}
        >
          <canvas ref={canvas} className="lanes-drawing" aria-hidden />
          <TimeLineMarks scale={scale} list={list} loop={loop} selected={selected} />
          <NoteFlags
            markers={markers}
            xOf={(at) => xOf(scale, at)}
            timeOf={(sequence) => list.time(stepAt(list, sequence))}
            onSeek={player.seekSequence}
          />
          <div ref={head} className="lanes-cursor" aria-hidden />
          {hands.over === null ? null : (
            <TimeLineTip list={list} labels={labels} scale={scale} flags={flags} x={hands.over} />
          )}
        </div>
        {selected === null || hands.dragging ? null : (
          <SelectedActs
            x={Math.max(0, xOf(scale, selected.from))}
            onZoom={() => {
              shown.setRange(selected);
              setSelected(null);
            }}
            onLoop={() => {
              loop.set(hands.loopOf(selected));
              setSelected(null);
            }}
            onClose={() => setSelected(null)}
          />
        )}
      </div>
      <TimeLineOverview
        list={list}
        index={index}
        width={width}
        fold={fold}
        time={time}
        range={shown.range}
        setRange={shown.setRange}
      />
    </div>
  );
});

const LaneNames = memo(function LaneNames({ governed }: { readonly governed: boolean }) {
  const { statements, rows, errors, decisions, masked } = TIME_LINE.lanes;
  const names = governed ? [statements, rows, errors, decisions, masked] : [statements, rows, errors];
  return (
    <div className="lane-names" aria-hidden>
      {names.map((name) => (
        <span key={name}>{name}</span>
      ))}
    </div>
  );
});

interface SelectedActsProps {
  /** Where the selected part begins, in px. */
  readonly x: number;
  readonly onZoom: () => void;
  readonly onLoop: () => void;
  readonly onClose: () => void;
}

function SelectedActs({ x, onZoom, onLoop, onClose }: SelectedActsProps) {
  return (
    <div className="lanes-acts" role="group" aria-label={TIME_LINE.selected} style={{ left: x }}>
      <button type="button" className="button button-primary" onClick={onZoom}>
        {TIME_LINE.zoomTo}
      </button>
      <button type="button" className="button" onClick={onLoop}>
        {TIME_LINE.loop}
      </button>
      <button type="button" className="button" onClick={onClose}>
        {TIME_LINE.unselect}
      </button>
    </div>
  );
}
