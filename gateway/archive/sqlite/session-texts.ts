/** The SQL of one session's events, as the dictionaries know it. */
import type { FactsOf } from '../archive.ts';
import type { Dictionaries, KnownText } from './dictionaries.ts';
import { statementsOf, type Slice } from './sql-text.ts';

/** One SQL statement of a text. */
export interface KnownStatement {
  readonly known: KnownText;
  readonly slice: Slice | null;
}

interface TextParts {
  readonly dictionaries: Dictionaries;
  readonly factsOf: FactsOf;
  /** SQL text in the payload of a stored event; null when it is not there. */
  readonly storedText: (sessionId: number, sequence: number) => Uint8Array | null;
}

/** Prepared statements whose facts are kept; those beyond are read from the segments again. */
const KEPT_TEXTS = 2_000;

const NO_TEXT = new Uint8Array();

export class SessionTexts {
  readonly #sessionId: number;
  readonly #parts: TextParts;
  readonly #kept = new Map<number, readonly KnownStatement[]>();

  constructor(sessionId: number, parts: TextParts) {
    this.#sessionId = sessionId;
    this.#parts = parts;
  }

  /** The statements of a text that nothing refers to later. */
  read(text: Uint8Array | null | undefined): readonly KnownStatement[] {
    const { factsOf, dictionaries } = this.#parts;
    return statementsOf(text ?? NO_TEXT, factsOf).map(({ facts, slice }) => ({
      known: dictionaries.text(facts),
      slice,
    }));
  }

  /** The statements of a text that later events refer to by the sequence of the one that holds it. */
  take(sequence: number, text: Uint8Array | null | undefined): readonly KnownStatement[] {
    const statements = this.read(text);
    if (this.#kept.size >= KEPT_TEXTS) {
      const oldest = this.#kept.keys().next();
      if (!oldest.done) this.#kept.delete(oldest.value);
    }
    this.#kept.set(sequence, statements);
    return statements;
  }

  /** The statements of the text that an event holds; null: of none. */
  at(sequence: number | null): readonly KnownStatement[] {
    if (sequence === null) return this.read(null);
    return this.#kept.get(sequence) ?? this.take(sequence, this.#parts.storedText(this.#sessionId, sequence));
  }
}
