/** An open session: its steps and segments as they are fetched, and the one cursor over them. */
import type { SessionRow } from '../../shared/api/session.ts';
import { Cursor, type Loop } from '../../shared/replay/cursor.ts';
import type { Clock } from '../../shared/replay/wait.ts';
import { SPEEDS } from '../../shared/replay/pacing.ts';
import { stepAt, type StepList } from '../../shared/replay/step-list.ts';
import { api } from '../api.ts';
import type { Segments } from './segments.ts';
import { segmentsOf } from './session-segments.ts';
import { Ahead } from './ahead.ts';
import { Labels } from './labels.ts';
import { Outline } from './outline.ts';
import { Painting } from './painting.ts';

const clock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Most that anything waits for the first frame, in ms. */
const FIRST_FRAME_MS = 150;

function withFrame(run: () => void): () => void {
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}

/** What views may ask of the cursor. */
export interface Actions {
  readonly timeNow: () => number;
  /** The step at the cursor, by its index and by its event; -1 before the first. What is drawn may be a moment behind them. */
  readonly indexNow: () => number;
  readonly sequenceNow: () => number;
  readonly toggle: () => void;
  readonly nextFrame: () => void;
  readonly previousFrame: () => void;
  readonly nextStatement: () => void;
  readonly previousStatement: () => void;
  readonly nextError: () => void;
  readonly previousError: () => void;
  /** Of the policy: to where it refused or held, and to where somebody decided. */
  readonly nextDecision: () => void;
  readonly previousDecision: () => void;
  readonly toStart: () => void;
  /** To the last step, and on with a session that is live. */
  readonly toEnd: () => void;
  readonly seekTime: (time: number) => void;
  /** To the step of the event with this sequence, or the last one before it; waits for it to be loaded. */
  readonly seekSequence: (sequence: number) => void;
  readonly setSpeed: (speed: number) => void;
  readonly slower: () => void;
  readonly faster: () => void;
  readonly toggleSkipIdle: () => void;
  /** Plays a range over and over; null plays on. */
  readonly setLoop: (loop: Loop | null) => void;
  readonly retry: () => void;
}

/** What lives as long as the session is open. */
export class OpenSession {
  readonly outline: Outline;
  readonly ahead: Ahead;
  readonly labels: Labels;
  readonly segments: Segments;
  readonly painting = new Painting(withFrame);
  readonly cursor: Cursor;
  readonly actions: Actions;
  /** The event that is shown first, before its step is here; null: that of the first step that is. */
  readonly first: number | null;
  readonly #start: number | null;
  readonly #live: boolean;

  /**
   * Opened without a `start`, a live session begins where it is now, one that is over at its beginning. `segments` are those
   * of the session, some of which may be on their way.
   */
  constructor({ id, outcome, started }: SessionRow, start: number | null, segments = segmentsOf(id)) {
    this.#start = start;
    this.#live = outcome === 'live';
    this.first = start ?? (this.#live ? null : 0);
    this.outline = new Outline((from) => api.outline({ id, from }), outcome !== 'live');
    this.ahead = new Ahead(async (from) => (await api.steps({ id, from, limit: 1 })).items[0]);
    this.labels = new Labels(async (from, limit) => (await api.steps({ id, from, limit })).items);
    this.segments = segments;
    this.cursor = new Cursor(this.outline, clock);
    this.actions = actionsOf(this, started);
  }

  open(): void {
    this.outline.subscribe(() => this.cursor.sourceChanged());
    this.behindFirstFrame(() => void this.outline.loadAll());
    // Where all of its events lie takes longer to tell than to show one of them.
    void this.segments
      .event(this.first ?? Number.MAX_SAFE_INTEGER)
      .catch(() => null)
      .then(() => this.segments.refresh())
      .catch(() => undefined);
    if (this.#start !== null) this.actions.seekSequence(this.#start);
    else if (this.#live) this.cursor.follow();
    else this.cursor.seekTo(0);
  }

  /** Runs it once the terminal shows its first frame, or that takes too long; the answer takes that back. */
  behindFirstFrame(run: () => void): () => void {
    const stops: (() => void)[] = [];
    const stop = (): void => {
      for (const end of stops) end();
    };
    const once = (): void => {
      stop();
      run();
    };
    stops.push(clock.after(FIRST_FRAME_MS, once));
    stops.push(this.painting.afterFirst(once));
    return stop;
  }

  /** Tells when the cursor moved or steps came in: what {@link screenAt} says may be another. */
  onMove(listener: () => void): () => void {
    const stops = [this.cursor, this.outline, this.ahead].map(({ subscribe }) => subscribe(listener));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** The event whose screen is to be shown; null: there is none yet. */
  screenAt(): number | null {
    const early = this.ahead.step();
    if (early !== null) return early.sequence;
    const { index, atEnd } = this.cursor.snapshot();
    const step = this.outline.at(index);
    if (step === undefined) return this.first;
    // What follows the last step without being one, such as the prompt, is shown with it.
    return atEnd && this.outline.ended ? Number.MAX_SAFE_INTEGER : step.sequence;
  }

  /** Fetches what is not here, or was recorded since. Failures are told by the outline, or by who asks for a segment. */
  async refresh(): Promise<void> {
    await Promise.all([this.outline.loadAll(), this.segments.refresh().catch(() => undefined)]);
  }

  /** The session ended since it was opened. */
  over(): void {
    this.outline.over();
    this.cursor.sourceChanged();
  }

  close(): void {
    this.cursor.dispose();
    this.outline.close();
  }
}

function actionsOf(session: OpenSession, started: number): Actions {
  const { cursor, outline, ahead } = session;
  const speedBy = (by: 1 | -1): void => {
    const index = SPEEDS.findIndex((speed) => speed === cursor.snapshot().speed);
    const speed = SPEEDS[index + by];
    if (speed !== undefined) cursor.setSpeed(speed);
  };
  let stopSeeking = (): void => undefined;
  /** Whoever goes elsewhere waits no longer for where they wanted to be. */
  const moving =
    (move: () => void): (() => void) =>
    () => {
      stopSeeking();
      move();
    };
  return {
    timeNow: () => ahead.step()?.time ?? cursor.time() ?? started,
    indexNow: () => cursor.snapshot().index,
    sequenceNow: () => ahead.step()?.sequence ?? outline.at(cursor.snapshot().index)?.sequence ?? -1,
    toggle: moving(() => cursor.toggle()),
    nextFrame: moving(() => cursor.stepBy(1)),
    previousFrame: moving(() => cursor.stepBy(-1)),
    nextStatement: moving(() => cursor.nextStatement()),
    previousStatement: moving(() => cursor.previousStatement()),
    nextError: moving(() => cursor.nextError()),
    previousError: moving(() => cursor.previousError()),
    nextDecision: moving(() => cursor.nextDecision()),
    previousDecision: moving(() => cursor.previousDecision()),
    toStart: moving(() => cursor.seekTo(0)),
    toEnd: moving(() => cursor.follow()),
    seekTime: (time) => {
      stopSeeking();
      cursor.seekTime(time);
    },
    seekSequence: (sequence) => {
      stopSeeking();
      const isHere = (list: StepList): boolean => list.complete || list.sequence(list.length - 1) >= sequence;
      const seek = (): void => {
        const list = outline.list();
        if (!isHere(list)) return;
        stopSeeking();
        cursor.seekTo(Math.max(0, stepAt(list, sequence)));
      };
      const unsubscribe = outline.subscribe(seek);
      stopSeeking = () => {
        unsubscribe();
        ahead.clear();
      };
      if (!isHere(outline.list())) void ahead.look(sequence);
      seek();
    },
    setSpeed: (speed) => cursor.setSpeed(speed),
    slower: () => speedBy(-1),
    faster: () => speedBy(1),
    setLoop: (loop) => cursor.setLoop(loop),
    toggleSkipIdle: () => cursor.setSkipIdle(!cursor.snapshot().skipIdle),
    retry: () => void session.refresh(),
  };
}
