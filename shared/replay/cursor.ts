/**
 * *When*: which step is shown, and when the next one is. The cursor knows steps and time, nothing of painting; the clock
 * is passed in. All seeks go through one runner in which the latest wins. `subscribe` and `snapshot` fit React's
 * useSyncExternalStore.
 */
import { isIdle, type Pace, waitFor, withinSpeeds } from './pacing.ts';
import { Seeker } from './seeker.ts';
import { atIndex, atTime, MARKS, nextMarked, onlyAt, type Search, type StepSource } from './step-source.ts';
import { type Clock, Wait } from './wait.ts';

/** An idle gap behind the current step, µs of recorded time; `skipped` when playing does not wait for its end. */
interface Gap {
  readonly from: number;
  readonly to: number;
  readonly skipped: boolean;
}

/** Steps that are played over and over, by index, both included. */
export interface Loop {
  readonly first: number;
  readonly last: number;
}

/** What a view of the cursor shows; a new object whenever something in it changed. */
export interface CursorSnapshot extends Pace {
  /** The step shown; -1 before the first. */
  readonly index: number;
  /** Steps known so far. */
  readonly length: number;
  readonly playing: boolean;
  /** Steps are being loaded for a seek or for what plays next. */
  readonly loading: boolean;
  readonly gap: Gap | null;
  readonly loop: Loop | null;
  /** Whether the step shown is the last one known; on a live session more may come. */
  readonly atEnd: boolean;
  /** Whether it stays at the last step as steps come in. */
  readonly following: boolean;
  /** Why steps could not be loaded; null once a seek succeeds. */
  readonly error: unknown;
}

/** Steps taken in one turn at most, so that a burst of steps in one instant leaves the window responsive. */
const STEPS_PER_TURN = 200;

/** How long the last step of a loop is shown before the first one comes again, in ms: without it, one misses that it did. */
const LOOP_PAUSE_MS = 600;

export class Cursor {
  readonly #source: StepSource;
  readonly #clock: Clock;
  readonly #seeker: Seeker;
  /** For the step after the one shown. */
  readonly #wait: Wait;
  readonly #listeners = new Set<() => void>();
  #pace: Pace = { speed: 1, skipIdle: true };
  #loop: Loop | null = null;
  #index = -1;
  #playing = false;
  #following = false;
  #error: unknown = null;
  #cancelTimer: (() => void) | null = null;
  /** Where a seek under way goes, so that steps asked for meanwhile add up; null when none is, or it is a search. */
  #target: number | null = null;
  /** No step follows, for now: wait for the source to change. */
  #atLiveEdge = false;
  #snapshot: CursorSnapshot;

  constructor(source: StepSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.#seeker = new Seeker(source);
    this.#wait = new Wait(clock);
    this.#snapshot = this.#describe();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): CursorSnapshot => this.#snapshot;

  /** Recorded time of the play head, µs: moves on between steps while playing. Null before the first step. */
  time(): number | null {
    const current = this.#source.at(this.#index);
    return current === undefined ? null : current.time + this.#wait.over(this.#waitMs()) * this.#silence();
  }

  /** From the end of a session that is over, plays it again from its beginning; from outside of a loop, the loop. */
  play(): void {
    if (this.#playing) return;
    this.#playing = true;
    this.#following = false;
    const loop = this.#loop;
    if (loop !== null && !this.#seeker.busy && (this.#index < loop.first || this.#index > loop.last)) {
      this.#seek(atIndex(loop.first), { target: loop.first });
      return;
    }
    const over = this.#source.ended && this.#index >= this.#source.length - 1;
    if (over && !this.#seeker.busy) this.#land(-1);
    else this.#goOn();
  }

  /** Stays where it is; a seek under way still arrives. */
  pause(): void {
    this.#stop();
    this.#goOn();
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** Goes `count` steps on (or back, when negative), and stays there. */
  stepBy(count: number): void {
    this.#stop();
    this.seekTo((this.#target ?? this.#index) + count);
  }

  nextStatement(): void {
    this.#find(1, MARKS.statement);
  }

  previousStatement(): void {
    this.#find(-1, MARKS.statement);
  }

  nextError(): void {
    this.#find(1, MARKS.error);
  }

  previousError(): void {
    this.#find(-1, MARKS.error);
  }

  nextDecision(): void {
    this.#find(1, MARKS.decision);
  }

  previousDecision(): void {
    this.#find(-1, MARKS.decision);
  }

  /** To a step by its index; beyond the end is the last one. Playing goes on from there. */
  seekTo(index: number): void {
    this.#following = false;
    const target = Math.max(0, index);
    this.#seek(atIndex(target), { target });
  }

  /** To the last step, and on to each that comes in, at once and not at its pace, until it is sent elsewhere. */
  follow(): void {
    this.#stop();
    this.#following = true;
    this.sourceChanged();
  }

  /** To a moment of recorded time, µs: the step shown then, with the wait for the next one partly over. */
  seekTime(time: number): void {
    this.#following = false;
    this.#seek(atTime(time), { time });
  }

  setSpeed(speed: number): void {
    this.#setPace({ ...this.#pace, speed: withinSpeeds(speed) });
  }

  setSkipIdle(skipIdle: boolean): void {
    this.#setPace({ ...this.#pace, skipIdle });
  }

  /** Plays the steps from one to another over and over, whichever comes first; null plays on. Moves nothing by itself. */
  setLoop(loop: Loop | null): void {
    this.#wait.hold(this.#waitMs());
    this.#loop =
      loop === null
        ? null
        : {
            first: Math.max(0, Math.min(loop.first, loop.last)),
            last: Math.max(0, loop.first, loop.last),
          };
    this.#goOn();
  }

  /** To be called when the source grew or ended: a cursor that follows it, or plays at the live edge, goes on. */
  sourceChanged(): void {
    this.#atLiveEdge = false;
    if (this.#following) this.#seek(atIndex(Number.MAX_SAFE_INTEGER));
    else this.#goOn();
  }

  /** Nothing happens after this. */
  dispose(): void {
    this.#listeners.clear();
    this.#seeker.cancel();
    this.#stop();
    this.#stopTimer();
  }

  #find(direction: 1 | -1, marks: number): void {
    this.#stop();
    this.#following = false;
    this.#seek(nextMarked(this.#index, direction, marks));
  }

  #stop(): void {
    this.#wait.hold(this.#waitMs());
    this.#playing = false;
  }

  #setPace(pace: Pace): void {
    this.#wait.hold(this.#waitMs());
    this.#pace = pace;
    this.#goOn();
  }

  #seek(search: Search, to: { readonly target?: number; readonly time?: number } = {}): void {
    this.#target = to.target ?? null;
    this.#wait.hold(this.#waitMs());
    this.#seeker.seek(
      search,
      (found) => this.#land(found, to.time),
      (error) => this.#fail(error),
    );
    if (this.#seeker.busy) this.#goOn();
  }

  /** Arrives at a step; null stays. */
  #land(index: number | null, time?: number): void {
    this.#target = null;
    this.#error = null;
    this.#atLiveEdge = false;
    if (index !== null) {
      this.#index = index;
      const current = this.#source.at(index);
      const passed = time === undefined || current === undefined ? 0 : time - current.time;
      this.#wait.reset(passed / Math.max(1, this.#silence()));
    }
    this.#goOn();
  }

  #fail(error: unknown): void {
    this.#stop();
    this.#target = null;
    this.#error = error;
    this.#goOn();
  }

  /** Arranges what comes next, after anything changed. */
  #goOn(): void {
    this.#stopTimer();
    if (this.#playing && !this.#seeker.busy) this.#await();
    this.#publish();
  }

  #await(): void {
    const loop = this.#loop;
    if (loop !== null && this.#index === loop.last) {
      const again = (): void => this.#seek(atIndex(loop.first), { target: loop.first });
      this.#cancelTimer = this.#clock.after(LOOP_PAUSE_MS, again);
      return;
    }
    const next = this.#source.at(this.#index + 1);
    const ms = this.#waitMs();
    this.#wait.run(ms);
    if (next !== undefined) {
      this.#cancelTimer = this.#clock.after(Math.max(0, this.#wait.left(ms)), () => this.#turn());
    } else if (this.#source.ended && this.#index + 1 >= this.#source.length) {
      this.#stop();
    } else if (!this.#atLiveEdge) {
      this.#seeker.seek(
        onlyAt(this.#index + 1),
        (found) => {
          this.#atLiveEdge = found === null;
          this.#goOn();
        },
        (error) => this.#fail(error),
      );
    }
  }

  /** Takes every step that is due. */
  #turn(): void {
    this.#cancelTimer = null;
    for (let taken = 0; taken < STEPS_PER_TURN && this.#source.at(this.#index + 1) !== undefined; taken++) {
      if (this.#index === this.#loop?.last) break;
      const ms = this.#waitMs();
      if (this.#wait.left(ms) > 0) break;
      this.#index++;
      this.#wait.next(ms);
    }
    this.#goOn();
  }

  /** Recorded time between the current step and the next one, µs; 0 where there is no next one. */
  #silence(): number {
    const current = this.#source.at(this.#index);
    const next = this.#source.at(this.#index + 1);
    return current === undefined || next === undefined ? 0 : Math.max(0, next.time - current.time);
  }

  #waitMs(): number {
    return waitFor(this.#silence(), this.#pace);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #publish(): void {
    this.#snapshot = this.#describe();
    for (const listener of this.#listeners) listener();
  }

  #describe(): CursorSnapshot {
    const from = this.#source.at(this.#index)?.time ?? 0;
    const silence = this.#silence();
    return {
      ...this.#pace,
      index: this.#index,
      length: this.#source.length,
      playing: this.#playing,
      loading: this.#seeker.busy,
      gap: isIdle(silence) ? { from, to: from + silence, skipped: this.#pace.skipIdle } : null,
      loop: this.#loop,
      atEnd: this.#source.length > 0 && this.#index >= this.#source.length - 1,
      following: this.#following,
      error: this.#error,
    };
  }
}
