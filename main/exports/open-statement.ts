/** A statement whose outcome may still come, and what is said of it until then. */
import type { StatementRow } from '../../shared/api/session.ts';
import { StatementNotes } from '../../gateway/archive/lines/statement-notes.ts';
import type { Event } from '../../shared/recording/event.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { type Asked, ownText } from '../../gateway/archive/lines/asked.ts';
import type { StatementRecord } from '../../gateway/archive/lines/record.ts';

/** All SQL statements of one Query or Execute that are asked for. */
export class OpenStatement {
  readonly number: number;
  readonly intent: StoredEvent;
  readonly #rows: readonly StatementRow[];
  readonly #asked: Asked;
  readonly #ended = new Set<number>();
  readonly #notes = new StatementNotes();

  constructor(rows: readonly StatementRow[], intent: StoredEvent, asked: Asked) {
    this.number = rows[0]?.statement ?? 0;
    this.intent = intent;
    this.#rows = rows;
    this.#asked = asked;
  }

  /** Whether every one of its outcomes was told of. */
  get complete(): boolean {
    return this.#rows.every(
      ({ ordinal, outcomeSequence }) => outcomeSequence === null || this.#ended.has(ordinal),
    );
  }

  has(ordinal: number): boolean {
    return this.#rows.some((row) => row.ordinal === ordinal);
  }

  /** Takes what an event says of this statement. */
  note(event: Event): void {
    if (event.kind === 'outcome') this.#ended.add(event.fields.ordinal);
    this.#notes.note(event);
  }

  /** What is known by now. `leafHash` is that of the intent's event. */
  records(leafHash: (event: Uint8Array) => Uint8Array): StatementRecord[] {
    const { event, bytes } = this.intent;
    return this.#rows.map((row) => ({
      row,
      ...this.#asked,
      text: ownText(row, this.#asked.text),
      decision: this.#notes.decision,
      votes: this.#notes.votes,
      holdEnded: this.#notes.holdEnded,
      maskedColumns: this.#notes.maskedColumns(row.ordinal),
      leaf: { hash: leafHash(bytes), index: event.index },
    }));
  }
}
