/**
 * Gathers the words of one session's statements while their events go by, so that these need not be read again. What is not seen
 * whole (of a session that an earlier run of the shipper began, say) is lost here, and read from the segments later.
 */
import type { OpenRow } from './open-statement.ts';
import { StatementWords, type OwnWords } from './statement-words.ts';
import type { WordBatch } from './word-batch.ts';

/** Statements of one session that may wait over a commit for one before them that has not ended. */
const MOST_WAITING = 1_000;

/** A statement in the order of its session. */
interface Waiting {
  readonly number: number;
  readonly row: OpenRow;
  readonly words: StatementWords;
}

/** Where a session is searchable up to. */
export interface Place {
  readonly number: number;
  readonly ordinal: number;
}

export class LiveWords {
  readonly #batch: WordBatch | null;
  /** In their order; null: lost. */
  #waiting: Waiting[] | null;
  /** The last whose words went into the batch since the last commit. */
  #last: Place | null = null;

  /** `isWhole`: nothing of the session was taken before. Without a batch no words are gathered. */
  constructor(batch: WordBatch | null, isWhole: boolean) {
    this.#batch = batch;
    this.#waiting = isWhole && batch !== null ? [] : null;
  }

  /** Whether the session's words must be read from its segments. */
  get isLost(): boolean {
    return this.#waiting === null;
  }

  /** A SQL statement begins; what gathers its words, null where they are lost. */
  begin(number: number, row: OpenRow, own: OwnWords): StatementWords | null {
    if (this.#waiting === null) return null;
    const words = new StatementWords();
    words.addOwn(own);
    this.#waiting.push({ number, row, words });
    return words;
  }

  /** Something of a statement cannot be told: from the first that waits on, all is read again. */
  lose(): void {
    this.#waiting = null;
  }

  /** These statements go on in the next volume. */
  leave(numbers: ReadonlySet<number>): void {
    this.#waiting = this.#waiting?.filter(({ number }) => !numbers.has(number)) ?? null;
  }

  /** Some statements ended: the words of those that wait for no other are whole. */
  ended(): void {
    while (this.#waiting?.[0]?.row.ended === true) this.#shift(this.#waiting);
  }

  /**
   * Before a commit, every row being stored: how far the session is searchable with what went into the batch since the last one,
   * null: as far as before. With `isOver` nothing more comes to any statement.
   */
  finish(isOver: boolean): Place | null {
    this.ended();
    while (isOver && this.#waiting !== null && this.#waiting.length > 0) this.#shift(this.#waiting);
    if (this.#waiting !== null && this.#waiting.length > MOST_WAITING) this.lose();
    const last = this.#last;
    this.#last = null;
    return last;
  }

  #shift(waiting: Waiting[]): void {
    const one = waiting.shift();
    if (one === undefined) return;
    this.#batch?.add(one.words.of(one.row.id));
    this.#last = { number: one.number, ordinal: one.row.ordinal };
  }
}
