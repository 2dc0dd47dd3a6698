/** Gathers what is searchable of one SQL statement: the words of its own text, its parameters and its answers. */
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { clipBytes, decodeText } from '../../../shared/replay/text.ts';
import type { Slice } from './sql-text.ts';
import {
  Budget,
  SEARCHED_BYTES,
  SEARCHED_SQL_BYTES,
  searchAnswer,
  type Searched,
  searchParameters,
} from './statement-texts.ts';
import { indexedWord, WORD_LENGTH, wordsIn, wordsOfNormalised } from './words.ts';

/** What is searchable of a statement beside the words of its normalised text. */
export interface Words {
  /** `statement.id`. */
  readonly id: number;
  /** With spaces between them. */
  readonly words: string;
  /** There was more than is searched. */
  readonly cut: boolean;
}

/** What a statement's own text adds to its normalised text. */
export interface OwnWords {
  /** With a space before each. */
  readonly words: string;
  /** There was more than is searched. */
  readonly cut: boolean;
}

/** The words that the bytes of a text, or a slice of them, add to the normalised text's. */
export function ownWords(bytes: Uint8Array, slice: Slice | null, known: ReadonlySet<string>): OwnWords {
  const own = slice === null ? bytes : bytes.subarray(slice.start, slice.start + slice.length);
  const searched = clipBytes(own, SEARCHED_SQL_BYTES);
  return { words: newWords(decodeText(searched), known), cut: searched.length < own.length };
}

/** The same of a text that is decoded, of no more bytes than are searched. */
export function wordsOfText(text: string, known: ReadonlySet<string>): OwnWords {
  return { words: newWords(text, known), cut: false };
}

function newWords(text: string, known: ReadonlySet<string>): string {
  let found = '';
  for (const word of wordsIn(text)) {
    const indexed = indexedWord(word);
    if (!known.has(indexed)) found += ` ${indexed}`;
  }
  return found;
}

/** What one statement adds to the words of its normalised text. Words of its values are not compared with these. */
export class StatementWords implements Searched {
  #words = '';
  #parameters: Budget | null = null;
  #answers: Budget | null = null;
  #cut = false;

  addOwn({ words, cut }: OwnWords): void {
    this.#words += words;
    this.#cut = cut;
  }

  /** Parameters of a Bind, from their count on; null: they were taken out. */
  addParameters(payload: Uint8Array | null | undefined): void {
    if (payload) searchParameters(payload, (this.#parameters ??= new Budget(SEARCHED_BYTES)), this);
    this.#words += plain.taken();
  }

  /** An event that holds something of what the statement answered or took in. */
  addAnswer(stored: StoredEvent): void {
    searchAnswer(stored, (this.#answers ??= new Budget(SEARCHED_BYTES)), this);
    this.#words += plain.taken();
  }

  /** Part of {@link Searched}. */
  value(bytes: Uint8Array, from: number, to: number): void {
    if (!plain.add(bytes, from, to)) this.text(decodeText(bytes.subarray(from, to)));
  }

  /** Part of {@link Searched}. */
  text(text: string): void {
    for (const word of wordsIn(text)) this.#words += ` ${indexedWord(word)}`;
  }

  /** All of it; `id` is that of the statement's row. */
  of(id: number): Words {
    const cut = this.#cut || this.#parameters?.cut === true || this.#answers?.cut === true;
    return { id, words: this.#words, cut };
  }
}

/**
 * Gathers values that FTS5 itself divides into the same words: of ASCII, without a word that is longer than those that are
 * indexed. Of many small ones one string is made.
 */
class PlainValues {
  /** Values of one event are no longer than what is searched; between each two stands a space. */
  readonly #bytes = Buffer.alloc(2 * SEARCHED_BYTES + 2);
  #length = 0;

  /** False: the value is another, and not taken. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#length + 1 + to - from > this.#bytes.length) return false;
    const into = this.#bytes;
    let at = this.#length;
    into[at++] = 0x20;
    let word = 0;
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number;
      word = isWord(byte) ? word + 1 : 0;
      if (byte > 0x7f || word > WORD_LENGTH) return false;
      into[at++] = byte;
    }
    this.#length = at;
    return true;
  }

  /** What was gathered since the last time. */
  taken(): string {
    const taken = this.#length === 0 ? '' : this.#bytes.toString('latin1', 0, this.#length);
    this.#length = 0;
    return taken;
  }
}

/** Letters and digits of ASCII. */
function isWord(byte: number): boolean {
  return (byte > 0x60 && byte < 0x7b) || (byte > 0x2f && byte < 0x3a) || (byte > 0x40 && byte < 0x5b);
}

/** Used by one statement at a time, from the first value of an event to the last. */
const plain = new PlainValues();

/** Words of normalised texts in one generation of what is kept of them, of two. */
const KEPT_TEXTS = 10_000;

/** The words of normalised texts, by the ids of these. */
export class NormalWords {
  #young = new Map<number, ReadonlySet<string>>();
  #old: ReadonlyMap<number, ReadonlySet<string>> = new Map();

  /** `text` gives the text itself, where it is needed. */
  of(textId: number, text: () => string): ReadonlySet<string> {
    const young = this.#young.get(textId);
    if (young !== undefined) return young;
    const words = this.#old.get(textId) ?? new Set(wordsOfNormalised(text()));
    if (this.#young.size >= KEPT_TEXTS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(textId, words);
    return words;
  }
}
