/** All requests of a gateway, whichever worker holds them, as its workers tell of them. */
import type { RequestNews, RequestRow } from '../../shared/approvals/request.ts';

/** How many that have ended are shown. */
const SHOWN = 100;

/** Somebody who is told what changes. */
type Listener = (row: RequestRow, what: InboxChange) => void;

export type InboxChange = 'opened' | 'voted' | 'ended';

export class Inbox {
  readonly #pending = new Map<string, RequestRow>();
  /** The oldest first. */
  readonly #ended = new Map<string, RequestRow>();
  readonly #listeners = new Set<Listener>();
  readonly #now: () => number;

  /** `now`: wall clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes in what a worker tells. */
  take(row: RequestRow, what: InboxChange): void {
    if (row.state === 'pending') this.#pending.set(row.id, row);
    else {
      this.#pending.delete(row.id);
      this.#ended.set(row.id, row);
      const [oldest] = this.#ended.keys();
      if (this.#ended.size > SHOWN && oldest !== undefined) this.#ended.delete(oldest);
    }
    for (const listener of this.#listeners) listener(row, what);
  }

  /** A worker died, and its sessions with it. */
  lost(worker: number): void {
    for (const row of this.#pending.values()) {
      if (row.worker !== worker) continue;
      const outcome = 'its session ended with the worker that held it';
      this.take({ ...row, state: 'abandoned', ended: this.#now(), outcome }, 'ended');
    }
  }

  /** What is pending, then what ended last; each the newest first. */
  list(): RequestRow[] {
    const pending = [...this.#pending.values()].toSorted((a, b) => b.opened - a.opened);
    return [...pending, ...[...this.#ended.values()].toReversed()];
  }

  find(id: string): RequestRow | null {
    return this.#pending.get(id) ?? this.#ended.get(id) ?? null;
  }

  /** Tells of every change from now on, until the function it returns is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** How all stands, for who begins to listen. */
  all(): RequestNews {
    return { kind: 'all', requests: this.list() };
  }
}
