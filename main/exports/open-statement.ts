/** A statement whose outcome may still come, and what is said of it until then. */
import type { StatementRow } from '../../shared/api/session.ts';
import { endedAs } from '../../shared/policy/recorded-decision.ts';
import type { Event } from '../../shared/recording/event.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import type { Asked } from '../../gateway/archive/lines/asked.ts';
import type { StatementRecord, Vote } from '../../gateway/archive/lines/record.ts';

type Masked = StatementRecord['maskedColumns'][number];

/** All SQL statements of one Query or Execute that are asked for. */
export class OpenStatement {
  readonly number: number;
  readonly intent: StoredEvent;
  readonly #rows: readonly StatementRow[];
  readonly #asked: Asked;
  readonly #ended = new Set<number>();
  readonly #votes: Vote[] = [];
  readonly #masked = new Map<number, Masked[]>();
  #decision: StatementRecord['decision'] = null;
  #holdEnded: string | null = null;

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
    switch (event.kind) {
      case 'outcome':
        this.#ended.add(event.fields.ordinal);
        break;
      case 'decision':
        this.#decision = event.fields;
        break;
      case 'vote':
        this.#votes.push(event.fields);
        break;
      case 'holdEnded':
        this.#holdEnded = `${endedAs(event.fields)}${event.fields.reason === '' ? '' : `: ${event.fields.reason}`}`;
        break;
      case 'columnsMasked':
        this.#masked.set(
          event.fields.ordinal,
          event.fields.columns.map((column, i) => ({
            column,
            style: event.fields.styles[i] ?? '',
            rule: event.fields.rules[i] ?? '',
          })),
        );
        break;
      default:
    }
  }

  /** What is known by now. `leafHash` is that of the intent's event. */
  records(leafHash: (event: Uint8Array) => Uint8Array): StatementRecord[] {
    const { event, bytes } = this.intent;
    return this.#rows.map((row) => ({
      row,
      ...this.#asked,
      text: this.#ownText(row),
      decision: this.#decision,
      votes: this.#votes,
      holdEnded: this.#holdEnded,
      maskedColumns: this.#masked.get(row.ordinal) ?? [],
      leaf: { hash: leafHash(bytes), index: event.index },
    }));
  }

  /** Lists have each SQL statement's own part of a text, cut where it is long: that one is taken from the text itself. */
  #ownText({ text: listed, textTruncated }: StatementRow): Asked['text'] {
    const { text } = this.#asked;
    if (typeof text !== 'string') return text;
    if (!textTruncated) return listed === '' ? text : listed;
    const start = text.indexOf(listed);
    return start < 0 ? text : text.slice(start);
  }
}
