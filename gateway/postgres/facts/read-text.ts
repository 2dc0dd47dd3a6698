/** A text as read by PostgreSQL's parser: what facts and lineage are made from. */
import type { ParsedText } from './parse-text.ts';

/** Where a constant stands in a text, in UTF-16 units: `text.slice(start, end)`, its quotes and prefix included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text that was read. Immutable. */
export class ReadText {
  /** The same object for all texts of one shape. */
  readonly parsed: ParsedText;
  /**
   * A back slash stands in a plain `'…'`, so that the text means something else with standard_conforming_strings off; true also when nobody
   * can tell.
   */
  readonly dependsOnBackslash: boolean;
  readonly #spans: ArrayLike<number>;
  #literals: readonly Span[] | null = null;

  /** `spans`: starts and ends of constants by turns. */
  constructor(parsed: ParsedText, dependsOnBackslash: boolean, spans: ArrayLike<number>) {
    this.parsed = parsed;
    this.dependsOnBackslash = dependsOnBackslash;
    this.#spans = spans;
  }

  /** Why it could not be read, in words that quote nothing of it; null when it could. */
  get unparsed(): string | null {
    return this.parsed.unparsed;
  }

  /** How many SQL statements it has. */
  get statementCount(): number {
    return this.parsed.statements.length;
  }

  /** Highest `$n` in it; 0: it has none. */
  get parameters(): number {
    return this.parsed.parameters;
  }

  /** Constants of this text in order (strings of all kinds and numbers; not NULL, true and false). */
  get literals(): readonly Span[] {
    this.#literals ??= spansOf(this.#spans);
    return this.#literals;
  }
}

function spansOf(flat: ArrayLike<number>): Span[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => ({
    start: flat[index * 2] ?? 0,
    end: flat[index * 2 + 1] ?? 0,
  }));
}
