/** What must be remembered of sessions while their events go by: what is told of them later refers to it. */
import type { SessionId } from '../../shared/api/session.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { describedTypes } from '../archive/lines/asked.ts';
import { noFacts, noteFacts, type SessionFacts } from '../archive/lines/session-facts.ts';
import { StatementNotes } from '../archive/lines/statement-notes.ts';

/** Sessions remembered, least recently seen forgotten first: what is needed of one is read again from its beginning. */
const MOST_SESSIONS = 4_000;

/** Statements of a session that are not over: a pipeline may have many. */
const MOST_STATEMENTS = 256;

/** Prepared statements of a session whose parameters the server described. */
const MOST_DESCRIBED = 500;

/** What is remembered of one. */
export class NotedSession {
  readonly facts: SessionFacts = noFacts();
  readonly #statements = new Map<number, StatementNotes>();
  readonly #described = new Map<string, readonly number[]>();

  note(stored: StoredEvent): void {
    const { event } = stored;
    noteFacts(stored, this.facts);
    const described = describedTypes(stored);
    if (described !== null) bounded(this.#described, described.name, described.types, MOST_DESCRIBED);
    switch (event.kind) {
      case 'decision':
      case 'vote':
      case 'holdEnded':
      case 'columnsMasked':
        return this.statement(event.fields.statement).note(event);
      default:
    }
  }

  statement(number: number): StatementNotes {
    const known = this.#statements.get(number) ?? new StatementNotes();
    bounded(this.#statements, number, known, MOST_STATEMENTS);
    return known;
  }

  /** Types of the parameters of what is prepared under that name, as the server told them. */
  described(name: string): readonly number[] {
    return this.#described.get(name) ?? [];
  }
}

export class SessionNotes {
  readonly #sessions = new Map<SessionId, NotedSession>();
  readonly #beginningOf: (id: SessionId) => readonly StoredEvent[];

  /** `beginningOf` reads the first events of a session that is not remembered. */
  constructor(beginningOf: (id: SessionId) => readonly StoredEvent[]) {
    this.#beginningOf = beginningOf;
  }

  of(id: SessionId, begins = false): NotedSession {
    const known = this.#sessions.get(id) ?? this.#begun(id, begins);
    bounded(this.#sessions, id, known, MOST_SESSIONS);
    return known;
  }

  forget(id: SessionId): void {
    this.#sessions.delete(id);
  }

  #begun(id: SessionId, begins: boolean): NotedSession {
    const noted = new NotedSession();
    if (!begins) for (const stored of this.#beginningOf(id)) noteFacts(stored, noted.facts);
    return noted;
  }
}

function bounded<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
