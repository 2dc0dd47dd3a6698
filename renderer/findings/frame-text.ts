/** What the terminal shows of one piece of evidence: its own lines, and around them the statement that it belongs to. Pure. */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { NEW_LINE, styled } from '../../shared/replay/palette.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import type { PainterState } from '../../shared/replay/painter-state.ts';
import { promptOf } from '../../shared/replay/statement.ts';
import { saidByVote } from '../../shared/replay/told.ts';

/** Which events: from the first to the last; with an ordinal, of that SQL statement of a Query. */
export interface FrameRange {
  readonly first: number;
  readonly last: number;
  readonly ordinal: number | null;
}

/** Terminal text. `before` and `after` are what the statement showed that the frame itself is not. */
export interface FrameText {
  readonly before: string;
  readonly own: string;
  readonly after: string;
}

/** Paints the events of a session, in order from a state, as far as the frame and its statement go. */
export function paintFrame(events: Iterable<StoredEvent>, range: FrameRange, state: PainterState): FrameText {
  const frame = { before: '', own: '', after: '' };
  /** The statement under way, which events that name none belong to. */
  let running: number | null = null;
  /** That of the frame's last event, while its outcome is still to come. */
  let awaited: number | null = null;
  /** From the last vote on: where it said how the hold ended, the end paints nothing, and these are its lines too. */
  let voted = '';
  for (const stored of events) {
    const { event } = stored;
    if (event.sequence > range.last && awaited === null) break;
    const begins = event.kind === 'statement';
    const prompt = begins && state.atPrompt ? styled('prompt', promptOf(state)) : '';
    const isTold = saidByVote(event, state.told);
    const text = paintStep(stored, state);
    const of: number | null = 'statement' in event.fields ? event.fields.statement : running;
    if (begins) running = of;
    if (event.sequence < range.first) {
      if (begins) frame.before = prompt;
      if (running !== null) frame.before += text;
      voted = event.kind === 'vote' ? text : voted + text;
    } else if (event.sequence <= range.last) {
      if (event.sequence === range.first && (begins || of === null || of !== running)) {
        frame.before = '';
        frame.own = prompt;
      }
      if (event.sequence === range.first && isTold) {
        frame.before = withoutEnd(frame.before, voted);
        frame.own = voted;
      }
      frame.own += text;
      awaited = of === null || ends(event, of, range) ? null : of;
    } else {
      frame.after += text;
      if (awaited !== null && ends(event, awaited, range)) break;
    }
    if (event.kind === 'outcome' && event.fields.transaction !== null) running = null;
  }
  return trimmed(frame, state);
}

/** Without the prompt of the statement that follows, and the line that the one before left. */
function trimmed({ before, own, after }: FrameText, state: PainterState): FrameText {
  const next = state.atPrompt ? styled('prompt', promptOf(state)) : '';
  return {
    before,
    own: withoutStart(after === '' ? withoutEnd(own, next) : own, before === '' ? NEW_LINE : ''),
    after: withoutEnd(after, next),
  };
}

function ends({ kind, fields }: StoredEvent['event'], statement: number, { ordinal }: FrameRange): boolean {
  return (
    kind === 'outcome' && fields.statement === statement && (ordinal === null || fields.ordinal >= ordinal)
  );
}

function withoutEnd(text: string, end: string): string {
  return end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text;
}

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : text;
}
