/** The recorded frame of a piece of evidence, read from the session's segments. */
import { useQuery } from '@tanstack/react-query';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Anchor } from '../../shared/findings/anchor.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { queries } from '../api.ts';
import { stateBefore } from '../player/begin-state.ts';
import { firstSize } from '../player/recorded-screen.ts';
import type { Segments } from '../player/segments.ts';
import { segmentsOf } from '../player/session-segments.ts';
import { paintFrame } from './frame-text.ts';
import { recordedScreen } from './recorded-frame.ts';
import { styledLines, type StyledLine } from './styled-lines.ts';

/** A frame as lines. `cut`: the range goes on beyond what is shown. */
export interface Frame {
  readonly before: readonly StyledLine[];
  readonly own: readonly StyledLine[];
  readonly after: readonly StyledLine[];
  readonly cut: boolean;
}

/** Raw bytes read before the frame: prepared texts and columns that it refers to, where they are near. */
const LEAD_BYTES = 256 * 1024;

/** Segments of a range that are read for the page, and behind it in search of the outcome. */
const MOST_SEGMENTS = 12;
const BEYOND = 2;

/** Columns at which the player's own lines break, as wide as a page of paper is. */
const COLUMNS = 110;

/** Asked for again only after this long: segments of a live session grow. */
const FRESH_MS = 30_000;

/** Nothing is read where there is nothing to read: of a whole session, or one that is not in the open archive. */
export function useFrame(anchor: Anchor, session: SessionRow | undefined) {
  const { sequence, last } = anchor;
  return useQuery({
    queryKey: ['frame', anchor.session, sequence, last, anchor.statement],
    queryFn: async () => {
      const segments = await readerOf(anchor.session);
      const size = await firstSize(segments);
      if (size !== null) return screenFrame(await recordedScreen(segments, size, last ?? sequence ?? 0));
      return textFrame(segments, session?.connection ?? '', anchor);
    },
    enabled: session !== undefined && sequence !== null,
  });
}

/** One reader a session, for all of its frames. */
function readerOf(id: SessionRow['id']): Promise<Segments> {
  return queries.fetchQuery({
    queryKey: ['frame-segments', id],
    queryFn: () => segmentsOf(id),
    staleTime: FRESH_MS,
    structuralSharing: false,
  });
}

function screenFrame(own: readonly StyledLine[]): Frame {
  return { before: [], own, after: [], cut: false };
}

async function textFrame(segments: Segments, connection: string, anchor: Anchor): Promise<Frame> {
  const first = anchor.sequence ?? 0;
  const last = anchor.last ?? first;
  await Promise.all([segments.around(first), segments.around(last)]);
  const start = segments.indexOf(first);
  const end = Math.min(segments.indexOf(last), start + MOST_SEGMENTS);
  const events: StoredEvent[] = [];
  for (let index = segments.before(start, LEAD_BYTES); index <= end + BEYOND; index++)
    events.push(...(await segments.at(index)));
  const state = await stateBefore(segments, events[0]);
  state.connection = connection;
  state.columnsWide = COLUMNS;
  const ordinal = anchor.statement?.ordinal ?? null;
  const { before, own, after } = paintFrame(events, { first, last, ordinal }, state);
  return {
    before: styledLines(before),
    own: styledLines(own),
    after: styledLines(after),
    cut: end < segments.indexOf(last),
  };
}
