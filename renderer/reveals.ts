/** Tells the case what was looked at in full, or copied: only the window knows. What is told is where it stands, never what it is. */
import { SessionId } from '../shared/api/session.ts';
import { api } from './api.ts';

/** A value that is looked at again is no other act within so long, ms. */
const SAME_FOR = 10 * 60 * 1000;

/** Values remembered at most, to tell whether one is the same. */
const MOST_REMEMBERED = 5_000;

interface Noting {
  readonly note: (session: string, what: string) => Promise<unknown>;
  /** ms. */
  readonly now: () => number;
}

export class Reveals {
  readonly #noting: Noting;
  readonly #told = new Map<string, number>();

  constructor(noting: Noting) {
    this.#noting = noting;
  }

  /** Tells that a value was seen whole; once in ten minutes for one and the same. What could not be told is told the next time. */
  readonly tell = (session: string, what: string): void => {
    const name = `${session} ${what}`;
    const now = this.#noting.now();
    if (now - (this.#told.get(name) ?? -Infinity) < SAME_FOR) return;
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.set(name, now);
    this.#noting.note(session, what).catch(() => this.#told.delete(name));
  };
}

/** Those of this window. */
export const reveals = new Reveals({
  note: (session, what) => api.noteAct({ act: 'revealed', session: SessionId.parse(session), what }),
  now: () => performance.now(),
});
