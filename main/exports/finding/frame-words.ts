/** A frame of a finding in words that page and Markdown share. */
import type { Evidence } from '../../../shared/findings/finding.ts';
import { REPORT } from '../../../gateway/archive/bundle/bundle-files.ts';
import { isoTime } from '../../../gateway/archive/lines/words.ts';

const STANDINGS: Readonly<Record<Evidence['standing'], string>> = {
  holds: 'The archive holds this event as it was when the frame was added.',
  absent: 'The archive that this was exported from does not hold this event.',
  differs: 'The archive that this was exported from holds another event here.',
};

/** Where it stands: time, session and events. */
export function placeWords({ anchor }: Evidence): string {
  const { session, sequence, last, time } = anchor;
  const events =
    sequence === null
      ? 'the whole session'
      : last === null
        ? `event ${sequence}`
        : `events ${sequence} to ${last}`;
  return `${isoTime(time)}, session ${session}, ${events}`;
}

/** What proves it: where the events lie in their log, and what they hash to. */
export function proofWords({ anchor }: Evidence): string[] {
  return anchor.events.map(({ log, index, hash }) => `log ${log}, index ${index}, leaf hash ${hash}`);
}

/** Whether it still stands. */
export function standingWords({ standing }: Evidence): string {
  return STANDINGS[standing];
}

/** Where the report shows it; null for a session that is not in it. */
export function linkOf({ anchor }: Evidence, sessions: ReadonlySet<string>): string | null {
  const { session, statement, sequence } = anchor;
  if (!sessions.has(session)) return null;
  return `${REPORT}#s-${session}${statement === null ? '' : `-q${sequence}`}`;
}
