/** The scroll bar of a transcript: no element is as high as a long session’s text. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { TRANSCRIPT } from '../words/transcript.ts';

/** Least height of what is dragged, as a share. */
const LEAST = 0.05;

interface TranscriptBarProps {
  /** Id of what it scrolls. */
  readonly controls: string;
  readonly share: { readonly at: number; readonly seen: number };
  readonly says: string;
  /** To a share of the way, 0–1. */
  readonly onMove: (share: number) => void;
}

export function TranscriptBar({ controls, share: { at, seen }, says, onMove }: TranscriptBarProps) {
  const grip = useRef(0);
  const high = Math.max(LEAST, seen);
  const start = at * (1 - high);
  const shareAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return (event.clientY - box.top) / Math.max(1, box.height);
  };
  const onPointerDown = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const where = shareAt(event);
    const onThumb = where >= start && where <= start + high;
    grip.current = onThumb ? where - start : high / 2;
    if (!onThumb) onMove((where - grip.current) / (1 - high));
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons === 1) onMove((shareAt(event) - grip.current) / (1 - high));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowUp: -0.01, ArrowDown: 0.01, PageUp: -0.1, PageDown: 0.1, Home: -1, End: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onMove(at + by);
  };
  if (seen >= 1) return null;
  return (
    <div
      className="transcript-bar"
      role="scrollbar"
      tabIndex={0}
      aria-label={TRANSCRIPT.scroll}
      aria-controls={controls}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={says}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    >
      <div className="transcript-thumb" style={{ top: `${start * 100}%`, height: `${high * 100}%` }} />
    </div>
  );
}
