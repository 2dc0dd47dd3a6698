/** An open session: its steps and segments as they are fetched, and the one cursor over them. */
import type { SessionRow } from '../../shared/api/session.ts';
import { Cursor, type Loop } from '../../shared/replay/cursor.ts';
import type { Clock } from '../../shared/replay/wait.ts';
import { SPEEDS } from '../../shared/replay/pacing.ts';
import { stepAt } from '../../shared/replay/step-list.ts';
import { api } from '../api.ts';
import type { Segments } from './segments.ts';
import { segmentsOf } from './session-segments.ts';
import { Labels } from './labels.ts';
import { Outline } from './outline.ts';

const clock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** What views may ask of the cursor. */
export interface Actions {
  readonly timeNow: () => number;
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
  readonly labels: Labels;
  readonly segments: Segments;
  readonly cursor: Cursor;
  readonly actions: Actions;
  readonly #live: boolean;

  constructor({ id, outcome, started }: SessionRow) {
    this.#live = outcome === 'live';
    this.outline = new Outline((from) => api.outline({ id, from }), outcome !== 'live');
    this.labels = new Labels(async (from, limit) => (await api.steps({ id, from, limit })).items);
    this.segments = segmentsOf(id);
    this.cursor = new Cursor(this.outline, clock);
    this.actions = actionsOf(this, started);
  }

  /** Without a `start` a live session is opened where it is now, one that is over at its beginning. */
  open(start: number | null): void {
    this.outline.subscribe(() => this.cursor.sourceChanged());
    void this.refresh();
    if (start !== null) this.actions.seekSequence(start);
    else if (this.#live) this.cursor.follow();
    else this.cursor.seekTo(0);
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
  const { cursor, outline } = session;
  const speedBy = (by: 1 | -1): void => {
    const index = SPEEDS.findIndex((speed) => speed === cursor.snapshot().speed);
    const speed = SPEEDS[index + by];
    if (speed !== undefined) cursor.setSpeed(speed);
  };
  let stopSeeking = (): void => undefined;
  return {
    timeNow: () => cursor.time() ?? started,
    toggle: () => cursor.toggle(),
    nextFrame: () => cursor.stepBy(1),
    previousFrame: () => cursor.stepBy(-1),
    nextStatement: () => cursor.nextStatement(),
    previousStatement: () => cursor.previousStatement(),
    nextError: () => cursor.nextError(),
    previousError: () => cursor.previousError(),
    nextDecision: () => cursor.nextDecision(),
    previousDecision: () => cursor.previousDecision(),
    toStart: () => cursor.seekTo(0),
    toEnd: () => {
      stopSeeking();
      cursor.follow();
    },
    seekTime: (time) => cursor.seekTime(time),
    seekSequence: (sequence) => {
      stopSeeking();
      const seek = (): void => {
        const list = outline.list();
        if (list.sequence(list.length - 1) < sequence && !list.complete) return;
        stopSeeking();
        cursor.seekTo(Math.max(0, stepAt(list, sequence)));
      };
      const stop = outline.subscribe(seek);
      stopSeeking = stop;
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
