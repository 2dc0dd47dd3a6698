/** What stands on the time line because somebody marked it: notes, and frames that findings rest on. */
import type { MarkColour } from '../../shared/findings/annotation.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import { stepAt, type StepList } from '../../shared/replay/step-list.ts';
import { xOf, type TimeScale } from './time-scale.ts';
import type { TimeMarker } from '../casework/threads.ts';

export interface Flag {
  readonly time: number;
  /** End of a range, µs; null for a moment. */
  readonly until: number | null;
  readonly sequence: number;
  /** Null: evidence, which has none. */
  readonly colour: MarkColour | null;
  readonly label: string;
}

/** How near to a flag's pole it counts as pointed at, in px. */
const NEAR = 6;

/** Flags for the notes and the evidence of a session, by time. */
export function flagsOf(
  session: string,
  markers: readonly TimeMarker[],
  findings: readonly Finding[],
  list: StepList,
): Flag[] {
  const endOf = (last: number | null): number | null => {
    const at = last === null ? -1 : stepAt(list, last);
    return at < 0 ? null : list.time(at);
  };
  const notes = markers.map(({ time, sequence, last, colour, label }) => ({
    time,
    until: endOf(last),
    sequence,
    colour,
    label,
  }));
  const frames = findings.flatMap(({ number, title, evidence }) =>
    evidence.flatMap(({ anchor, caption }) =>
      anchor.session === session && anchor.sequence !== null
        ? [
            {
              time: anchor.time,
              until: endOf(anchor.last),
              sequence: anchor.sequence,
              colour: null,
              label: `F-${number} ${title}${caption === '' ? '' : `: ${caption}`}`,
            },
          ]
        : [],
    ),
  );
  return [...notes, ...frames].toSorted((a, b) => a.time - b.time);
}

/** The flag that stands at a position; undefined where none does. */
export function flagAt(flags: readonly Flag[], scale: TimeScale, x: number): Flag | undefined {
  const near = flags.filter(({ time }) => Math.abs(xOf(scale, time) - x) <= NEAR);
  return near.toSorted((a, b) => Math.abs(xOf(scale, a.time) - x) - Math.abs(xOf(scale, b.time) - x))[0];
}
