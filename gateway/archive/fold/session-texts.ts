/** The SQL of one session's events, as the dictionaries know it. */
import type { KnownStatement } from './known-texts.ts';
import type { VolumeParts } from './volume-parts.ts';

type TextParts = Pick<VolumeParts, 'texts' | 'storedText'>;

/** Prepared statements whose facts are kept; those beyond are read from the segments again. */
const KEPT_NAMED = 2_000;

/** The same for unnamed ones: each takes the place of the one before, to which only portals still lead. */
const KEPT_UNNAMED = 32;

const NO_TEXT = new Uint8Array();

export class SessionTexts {
  readonly #sessionId: number;
  readonly #parts: TextParts;
  readonly #named = new Map<number, readonly KnownStatement[]>();
  readonly #unnamed = new Map<number, readonly KnownStatement[]>();

  constructor(sessionId: number, parts: TextParts) {
    this.#sessionId = sessionId;
    this.#parts = parts;
  }

  /** The statements of a text that nothing refers to later; null: that was taken out. */
  read(text: Uint8Array | null | undefined): readonly KnownStatement[] {
    return this.#parts.texts.read(text ?? NO_TEXT);
  }

  /** The statements of a text that later events refer to by the sequence of the one that holds it; `name`: of the prepared statement. */
  take(sequence: number, text: Uint8Array | null | undefined, name: string): readonly KnownStatement[] {
    const statements = this.read(text);
    if (name === '') keep(this.#unnamed, KEPT_UNNAMED, sequence, statements);
    else keep(this.#named, KEPT_NAMED, sequence, statements);
    return statements;
  }

  /** The statements of the text that an event holds; null: of none. */
  at(sequence: number | null): readonly KnownStatement[] {
    if (sequence === null) return this.read(null);
    const kept = this.#named.get(sequence) ?? this.#unnamed.get(sequence);
    return kept ?? this.take(sequence, this.#parts.storedText(this.#sessionId, sequence), '');
  }
}

function keep<V>(kept: Map<number, V>, most: number, sequence: number, value: V): void {
  if (kept.size >= most) {
    const oldest = kept.keys().next();
    if (!oldest.done) kept.delete(oldest.value);
  }
  kept.set(sequence, value);
}
