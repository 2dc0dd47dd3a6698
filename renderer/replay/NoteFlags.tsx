/** Notes on the time line: a flag where each stands, a bar over the range it is about. The Notes tab lists the same by keys. */
import { Flag } from 'lucide-react';
import type { TimeMarker } from '../casework/threads.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { COLOUR_NAMES } from '../words/casework.ts';
import { NOTES } from '../words/notes.ts';

/** Longest beginning of a note in a title. */
const LABEL_LENGTH = 160;

/** More flags than pixels say nothing. */
const SHOWN = 500;

interface NoteFlagsProps {
  readonly markers: readonly TimeMarker[];
  /** Where a time stands on the line, in px. */
  readonly xOf: (time: number) => number;
  /** When an event was; for the end of a range. */
  readonly timeOf: (sequence: number) => number;
  readonly onSeek: (sequence: number) => void;
}

export function NoteFlags({ markers, xOf, timeOf, onSeek }: NoteFlagsProps) {
  return (
    <div className="note-flags" aria-hidden data-testid="note-flags">
      {markers.slice(0, SHOWN).map(({ time, sequence, last, colour, label }, index) => {
        const x = xOf(time);
        const wide = last === null || last === sequence ? 0 : Math.max(0, xOf(timeOf(last)) - x);
        return (
          <span
            // Several notes may stand on one event.
            // oxlint-disable-next-line react/no-array-index-key
            key={`${sequence}-${index}`}
            className={`note-flag note-${colour}`}
            style={{ transform: `translateX(${x}px)` }}
            title={NOTES.flag(COLOUR_NAMES[colour], visibleLine(label, LABEL_LENGTH))}
            onPointerDown={(event) => {
              event.stopPropagation();
              onSeek(sequence);
            }}
          >
            {wide === 0 ? null : <span className="note-flag-range" style={{ width: wide }} />}
            <Flag size={11} fill="currentColor" />
          </span>
        );
      })}
    </div>
  );
}
