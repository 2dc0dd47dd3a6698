/** The lines of a transcript that are seen; wheel, keys and the bar at the side move along them. */
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { formatCount } from '../ui/format.ts';
import { useHeight } from '../ui/use-height.ts';
import { TRANSCRIPT } from '../words/transcript.ts';
import { TranscriptBar } from './TranscriptBar.tsx';
import { lineAt, spansOf } from './transcript-lines.ts';
import type { Hit } from './transcript-search.ts';
import type { TranscriptSource } from './transcript-source.ts';
import {
  LINE,
  moved,
  seenLines,
  shareOf,
  START,
  topAt,
  topOfShare,
  type SeenLine,
  type Top,
} from './transcript-window.ts';

/** A line of the transcript. */
interface LinePlace {
  readonly block: number;
  readonly line: number;
}

/** Lines chosen to be copied, both included; `first` is where choosing began. */
export interface ChosenLines {
  readonly first: LinePlace;
  readonly from: LinePlace;
  readonly to: LinePlace;
}

interface TranscriptLinesProps {
  readonly source: TranscriptSource;
  /** Of the step at the cursor. */
  readonly sequence: number;
  readonly following: boolean;
  /** The reader scrolled away from the cursor. */
  readonly onLeave: () => void;
  /** The hit that is looked at. */
  readonly hit: Hit | null;
  readonly chosen: ChosenLines | null;
  readonly onChoose: (lines: ChosenLines | null) => void;
  readonly onCopy: () => void;
  readonly onSeek: (sequence: number) => void;
}

/** Where the cursor's line stands in the view, as a share of its height. */
const AT = 0.7;

export function TranscriptLines(props: TranscriptLinesProps) {
  const { source, sequence, following, onLeave, hit, chosen, onChoose, onCopy, onSeek } = props;
  const view = useRef<HTMLDivElement>(null);
  const id = useId();
  const height = useHeight(view);
  const [top, setTop] = useState<Top>(START);
  const version = source.version();

  useFollowing(source, { sequence, following, height, version, setTop });
  useEffect(() => {
    if (hit !== null) setTop(topAt(source, hit.block, hit.line, height * 0.4, height));
    // Looked at once: what is loaded later must not move it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [hit]);

  const seen = seenLines(source, top, height);
  const missing = [...new Set(seen.filter(({ content }) => content === undefined).map(({ block }) => block))];
  const wanted = missing.join(' ');
  useEffect(() => {
    // A block that cannot be had stays empty, and is asked for again when it is seen again.
    for (const block of wanted.split(' '))
      if (block !== '') source.load(Number(block)).catch(() => undefined);
  }, [source, wanted, version]);

  const scrollBy = (px: number): void => {
    onLeave();
    setTop((before) => moved(source, before, px, height));
  };
  useWheel(view, scrollBy);
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && chosen !== null) {
      event.preventDefault();
      return onCopy();
    }
    const page = height - 2 * LINE;
    const by = { ArrowUp: -LINE, ArrowDown: LINE, PageUp: -page, PageDown: page, Home: -1e15, End: 1e15 }[
      event.key
    ];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    scrollBy(by);
  };
  const onClick = (event: MouseEvent, { block, line, content }: SeenLine): void => {
    // A selection that was just made is not a click.
    if (!event.shiftKey && window.getSelection()?.isCollapsed === false) return;
    const place = { block, line };
    const first = chosen?.first ?? place;
    if (event.shiftKey) onChoose(between(first, place));
    else {
      onChoose(null);
      if (content !== undefined) onSeek(content.sequence);
      // The next one with Shift chooses from here.
      onChoose(between(place, place));
    }
  };
  const share = shareOf(source, top, height);
  return (
    <div className="transcript">
      <div
        ref={view}
        id={id}
        className="transcript-view mono"
        role="region"
        aria-label={TRANSCRIPT.text}
        title={TRANSCRIPT.hint}
        tabIndex={0}
        data-testid="transcript"
        onKeyDown={onKeyDown}
      >
        <div className="transcript-lines" style={{ transform: `translateY(${-top.shift}px)` }}>
          {seen.map((line) => (
            <Line
              key={`${line.block}.${line.line}`}
              seen={line}
              current={line.content?.sequence === sequence}
              chosen={chosen !== null && isWithin(chosen, line) && !isOne(chosen)}
              hit={hit !== null && hit.block === line.block && hit.line === line.line}
              onClick={(event) => onClick(event, line)}
            />
          ))}
        </div>
        {seen.length === 0 ? <p className="panel-none">{TRANSCRIPT.empty}</p> : null}
      </div>
      <TranscriptBar
        controls={id}
        share={share}
        says={formatCount(seen[0]?.content?.sequence ?? 0)}
        onMove={(at) => {
          onLeave();
          setTop(topOfShare(source, at, height));
        }}
      />
    </div>
  );
}

interface LineProps {
  readonly seen: SeenLine;
  readonly current: boolean;
  readonly chosen: boolean;
  readonly hit: boolean;
  readonly onClick: (event: MouseEvent) => void;
}

function Line({ seen: { content }, current, chosen, hit, onClick }: LineProps) {
  return (
    // The keys of the whole view, and the list of statements, go to steps as well.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div
      className="transcript-line"
      aria-current={current ? 'step' : undefined}
      data-chosen={chosen}
      data-hit={hit}
      onMouseDown={(event) => {
        // Shift chooses lines, and those that are not in the document too: the browser's own selection cannot.
        if (event.shiftKey) event.preventDefault();
      }}
      onClick={onClick}
    >
      {content === undefined
        ? TRANSCRIPT.loading
        : spansOf(content.text).map(({ text, look }, index) => (
            // The pieces of a line stay in their order.
            // oxlint-disable-next-line react/no-array-index-key
            <span key={index} className={look}>
              {text}
            </span>
          ))}
    </div>
  );
}

interface Following {
  readonly sequence: number;
  readonly following: boolean;
  readonly height: number;
  readonly version: number;
  readonly setTop: (top: (before: Top) => Top) => void;
}

/** Brings the cursor's line into view, as soon as it is here: each version of the source may bring it. */
function useFollowing(
  source: TranscriptSource,
  { sequence, following, height, version, setTop }: Following,
): void {
  useLayoutEffect(() => {
    if (!following || height === 0 || version < 0) return;
    const block = source.blockOf(sequence);
    const lines = source.lines(block);
    if (lines === undefined) {
      source.load(block).catch(() => undefined);
      return;
    }
    const line = Math.max(0, lineAt(lines, sequence));
    setTop((before) => {
      const inView = seenLines(source, before, height - LINE).some(
        (seen) => seen.block === block && seen.line === line,
      );
      return inView ? before : topAt(source, block, line, height * AT, height);
    });
  }, [source, sequence, following, height, version, setTop]);
}

function useWheel(view: RefObject<HTMLDivElement | null>, onWheel: (px: number) => void): void {
  const latest = useRef(onWheel);
  useEffect(() => {
    latest.current = onWheel;
  });
  useEffect(() => {
    const element = view.current;
    if (element === null) return;
    const listen = (event: WheelEvent): void => {
      if (event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      latest.current(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE : event.deltaY);
    };
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [view]);
}

function isBefore(a: LinePlace, b: LinePlace): boolean {
  return a.block < b.block || (a.block === b.block && a.line < b.line);
}

function between(first: LinePlace, other: LinePlace): ChosenLines {
  return isBefore(other, first) ? { first, from: other, to: first } : { first, from: first, to: other };
}

function isWithin({ from, to }: ChosenLines, place: LinePlace): boolean {
  return !isBefore(place, from) && !isBefore(to, place);
}

function isOne({ from, to }: ChosenLines): boolean {
  return !isBefore(from, to);
}
