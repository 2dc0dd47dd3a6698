/** `auditorium replay`: a session in this terminal, in recorded time. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { SessionId, type SessionRow, type Step } from '../../shared/api/session.ts';
import { termOf } from '../../shared/filter/filter.ts';
import { duration } from '../../shared/recording/describe.ts';
import { isIdle, waitFor } from '../../shared/replay/pacing.ts';
import { NEW_LINE, noteLine } from '../../shared/replay/palette.ts';
import { newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { isScreen } from '../../shared/replay/terminal.ts';
import { SEQUENCES, sizedParts, TERMINAL_END } from '../../shared/replay/terminal-text.ts';
import { newTimelineState, stepOf } from '../../shared/replay/timeline.ts';
import { CommandError } from '../failure.ts';
import { eventsOf } from '../session-events.ts';

/** What is written to: a terminal when `isTTY`. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** How late a replay may be before it gives up catching up, as when a suspended process goes on. */
const MAX_LATE_MS = 250;

export interface ReplayOptions {
  /** Times recorded time, more than 0. */
  readonly speed: number;
  /** Sequence of the event to begin at; what came before is not shown. */
  readonly from?: number | undefined;
  /** One JSON step a line instead of what the agent saw. */
  readonly json: boolean;
  readonly out: Output;
  /** Ends the replay early, without an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plays the session whose id is, or begins with, `session`. Waits between steps only on a terminal; elsewhere, and with
 * `json`, all is written at once. Throws {@link CommandError} where there is no such session or step, or it cannot be read.
 */
export async function replaySession(
  archive: ArchiveReader,
  session: string,
  options: ReplayOptions,
): Promise<void> {
  const row = await findSession(archive, session);
  const painter = newPainterState();
  try {
    for await (const piece of options.json
      ? stepLines(archive, row, options)
      : frames(archive, row, painter, options)) {
      await write(options, piece);
      if (options.signal?.aborted) return;
    }
  } catch (error) {
    if (options.signal?.aborted) return;
    throw error;
  } finally {
    // What a recording set up in this terminal ends with it, however it ends.
    if (painter.terminal !== null && options.out.isTTY === true) options.out.write(`${TERMINAL_END}\n`);
  }
}

async function findSession(archive: ArchiveReader, session: string): Promise<SessionRow> {
  const prefix = session.toLowerCase();
  const whole = SessionId.safeParse(prefix);
  const found = whole.success ? await archive.session(whole.data) : null;
  if (found !== null) return found;
  const term = { field: 'session', comparison: ':', value: prefix, range: [0, prefix.length] } as const;
  const isPrefix = /^[0-9a-f]+$/.test(prefix);
  const { items } = isPrefix
    ? await archive.sessions({ filter: { root: termOf(term) }, sort: 'started', limit: 2 })
    : { items: [] };
  const [first, second] = items;
  if (first === undefined) throw new CommandError('SESSION_NOT_FOUND', `no session begins with ${session}`);
  if (second !== undefined) {
    throw new CommandError('BAD_USAGE', `several sessions begin with ${session}: give more of its id`);
  }
  return first;
}

async function* stepLines(
  archive: ArchiveReader,
  session: SessionRow,
  { from = 0 }: ReplayOptions,
): AsyncGenerator<string, void, undefined> {
  const timeline = newTimelineState();
  let last = 0;
  for await (const stored of eventsOf(archive, session.id)) {
    const step = stepOf(stored, timeline);
    if (step === null) continue;
    last = step.sequence;
    if (last >= from) yield `${JSON.stringify(step)}\n`;
  }
  if (last < from) throw behindTheLast(session, from, last);
}

/** The terminal's text, piece by piece, each at its time. */
async function* frames(
  archive: ArchiveReader,
  session: SessionRow,
  painter: PainterState,
  { from = 0, speed, out, signal }: ReplayOptions,
): AsyncGenerator<string, void, undefined> {
  const terminal = out.isTTY === true;
  const dressed = (text: string) =>
    (terminal ? withoutSizes(text) : text.replaceAll(SEQUENCES, '')).replaceAll(NEW_LINE, '\n');
  const timeline = newTimelineState();
  const pause = pauses(speed, signal);
  let before: Step | null = null;
  let last = 0;
  for await (const stored of eventsOf(archive, session.id)) {
    const step = stepOf(stored, timeline);
    last = step?.sequence ?? last;
    if (stored.event.sequence < from) {
      paintStep(stored, painter);
      continue;
    }
    // What was painted before the first step shown is not on this screen, its prompt included.
    if (before === null) painter.atPrompt = false;
    if (step !== null && terminal) {
      const silence = before === null ? 0 : step.time - before.time;
      if (isIdle(silence) && !isScreen(painter)) yield dressed(idleNote(silence, painter));
      await pause(silence);
    }
    before = step ?? before;
    // A terminal may be resized at any time.
    painter.columnsWide = (terminal ? out.columns : null) ?? null;
    yield dressed(paintStep(stored, painter));
  }
  if (last < from) throw behindTheLast(session, from, last);
  if (painter.atPrompt) yield '\n';
  if (session.outcome === 'live')
    yield dressed(noteLine('-- The session goes on; this is what is recorded so far'));
}

function behindTheLast({ id }: SessionRow, from: number, last: number): CommandError {
  return new CommandError('STEP_NOT_FOUND', `session ${id} has no step ${from}: its last one is ${last}`);
}

/** Stands on a line of its own, and the prompt is written again below it. */
function idleNote(silence: number, painter: PainterState): string {
  const begin = painter.atPrompt ? NEW_LINE : '';
  painter.atPrompt = false;
  return begin + noteLine(`-- Idle for ${duration(silence)}, shortened`);
}

/** Waits from step to step without letting lateness add up. */
function pauses(speed: number, signal: AbortSignal | undefined): (silence: number) => Promise<void> {
  let due = performance.now();
  return async (silence) => {
    due = Math.max(due + waitFor(silence, { speed, skipIdle: true }), performance.now() - MAX_LATE_MS);
    const left = due - performance.now();
    if (left > 0) await sleep(left, undefined, { signal });
  };
}

/** The terminal that it is played in keeps its own size. */
function withoutSizes(text: string): string {
  return Array.from(sizedParts(text), (part) => part.text).join('');
}

/** Waits when the reader is slower than the replay. */
async function write({ out, signal }: ReplayOptions, text: string): Promise<void> {
  if (text !== '' && !out.write(text)) await once(out, 'drain', { signal });
}
