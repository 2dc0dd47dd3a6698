/** What the terminal shows of one piece of evidence: its own lines, and around them the statement that it belongs to. Pure. */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { NEW_LINE, styled } from '../../shared/replay/palette.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import type { PainterState } from '../../shared/replay/painter-state.ts';
import { promptOf } from '../../shared/replay/statement.ts';

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
  let before = '';
  let own = '';
  let after = '';
  let statement: number | null = null;
  let open = false;
  for (const stored of events) {
    const { event } = stored;
    const at = event.sequence;
    if (at > range.last && !open) break;
    const prompt = state.atPrompt && event.kind === 'statement' ? styled('prompt', promptOf(state)) : '';
    const text = paintStep(stored, state);
    const of = 'statement' in event.fields ? event.fields.statement : null;
    if (at < range.first) {
      if (event.kind === 'statement') before = prompt;
      if (event.kind === 'statement' || statement !== null) before += text;
      if (event.kind === 'statement') statement = of;
      continue;
    }
    if (at <= range.last) {
      if (own === '' && (event.kind === 'statement' || of !== statement)) {
        before = '';
        own = prompt;
      }
      own += text;
      statement = of;
      open = of !== null && !ends(event, of, range);
      continue;
    }
    after += text;
    if (statement !== null && ends(event, statement, range)) break;
  }
  const last = state.atPrompt ? styled('prompt', promptOf(state)) : '';
  if (after !== '') after = withoutEnd(after, last);
  else own = withoutEnd(own, last);
  return before === '' ? { before, own: withoutStart(own, NEW_LINE), after } : { before, own, after };
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
