/** The SQL of a volume's events, as its dictionaries know it. */
import type { FactsOf } from '../archive.ts';
import { decodeSql, statementsOf, type Slice } from './sql-text.ts';
import { SEARCHED_SQL_BYTES } from './statement-texts.ts';
import { ownWords, wordsOfText, type NormalWords, type OwnWords } from './statement-words.ts';
import type { Dictionary, KnownText } from './store.ts';

/** One SQL statement of a text. */
export interface KnownStatement {
  readonly known: KnownText;
  readonly slice: Slice | null;
  readonly own: OwnWords;
}

interface TextParts {
  readonly dictionaries: Dictionary;
  readonly factsOf: FactsOf;
  readonly normalWords: NormalWords;
}

/** Texts in one generation of what is kept of them, of two. */
const KEPT_TEXTS = 20_000;

export class KnownTexts {
  readonly #parts: TextParts;
  /** Texts that are their own normal form: with parameters in the place of literals they come again and again. */
  #young = new Map<string, readonly KnownStatement[]>();
  #old: ReadonlyMap<string, readonly KnownStatement[]> = new Map();

  constructor(parts: TextParts) {
    this.#parts = parts;
  }

  /** The statements of a text as it came over the wire. */
  read(bytes: Uint8Array): readonly KnownStatement[] {
    const { text, isUtf8 } = decodeSql(bytes);
    if (!isUtf8) return this.#read(bytes, text, isUtf8);
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const statements = this.#old.get(text) ?? this.#read(bytes, text, isUtf8);
    if (statements.length === 1 && statements[0]?.known.text === text) this.#keep(text, statements);
    return statements;
  }

  #keep(text: string, statements: readonly KnownStatement[]): void {
    if (this.#young.size >= KEPT_TEXTS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, statements);
  }

  #read(bytes: Uint8Array, text: string, isUtf8: boolean): KnownStatement[] {
    const { factsOf, dictionaries, normalWords } = this.#parts;
    const isSearchedWhole = isUtf8 && bytes.length <= SEARCHED_SQL_BYTES;
    return statementsOf(text, isUtf8, factsOf).map(({ facts, slice }) => {
      const known = dictionaries.text(facts);
      const normal = normalWords.of(known.textId, () => known.text);
      const own =
        isSearchedWhole && slice === null ? wordsOfText(text, normal) : ownWords(bytes, slice, normal);
      return { known, slice, own };
    });
  }
}
