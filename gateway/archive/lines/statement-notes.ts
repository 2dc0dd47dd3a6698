/** What is said of a statement between its intent and its end: by policy, by people, and by those who mask. */
import { endedAs } from '../../../shared/policy/recorded-decision.ts';
import type { Event } from '../../../shared/recording/event.ts';
import type { StatementRecord, Vote } from './record.ts';

type MaskedColumns = StatementRecord['maskedColumns'];

export class StatementNotes {
  decision: StatementRecord['decision'] = null;
  readonly votes: Vote[] = [];
  /** In words; null while it is not. */
  holdEnded: string | null = null;
  readonly #masked = new Map<number, MaskedColumns>();

  /** Takes what an event says of the statement. */
  note(event: Event): void {
    switch (event.kind) {
      case 'decision':
        this.decision = event.fields;
        break;
      case 'vote':
        this.votes.push(event.fields);
        break;
      case 'holdEnded':
        this.holdEnded = `${endedAs(event.fields)}${event.fields.reason === '' ? '' : `: ${event.fields.reason}`}`;
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

  /** Of one SQL statement of the text. */
  maskedColumns(ordinal: number): MaskedColumns {
    return this.#masked.get(ordinal) ?? [];
  }
}
