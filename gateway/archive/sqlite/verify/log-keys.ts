/** The keys of one log: those that are pinned, those that the log itself names, and which of them are trusted (docs/format.md §3). */
import { parseCheckpoint, type Checkpoint } from '../../../../shared/recording/checkpoint.ts';
import { checkSignature, ED25519, parseNote, type Note } from '../../../../shared/recording/note.ts';
import { sameHash } from '../../../../shared/recording/tree.ts';
import { sha256, verifyEd25519 } from '../../ed25519.ts';

const ED25519_OF_NODE = { sha256, verify: verifyEd25519 };

interface LogKey {
  readonly key: Uint8Array;
  trusted: boolean;
  /** Whether it signed something. */
  signed: boolean;
  /** Index of the `signingKey` event that named it; null for one that is pinned. */
  readonly named: number | null;
}

/** Who signed a note: whether a signature of a known key is not good, and whether a trusted key signed. */
export interface Signed {
  readonly bad: boolean;
  readonly trusted: boolean;
}

export class LogKeys {
  readonly #origin: string;
  readonly #keys: LogKey[];
  readonly #later: (() => void)[] = [];

  /** `pinned`: 32 bytes each, trusted for this log. */
  constructor(origin: string, pinned: readonly Uint8Array[]) {
    this.#origin = origin;
    this.#keys = pinned.map((key) => ({ key, trusted: true, signed: false, named: null }));
  }

  /** Whether any key is trusted: without one nothing needs to be told of single signatures. */
  get anyTrusted(): boolean {
    return this.#keys.some(({ trusted }) => trusted);
  }

  /** A `signingKey` event named a key. */
  name(key: Uint8Array, index: number): void {
    if (this.#keys.some((known) => sameHash(known.key, key))) return;
    this.#keys.push({ key, trusted: false, signed: false, named: index });
  }

  /** A trusted key signed a checkpoint of that size: what the events under it name, those from `from` on, is trusted too. */
  trust(size: number, from = 0): void {
    for (const key of this.#keys)
      if (key.named !== null && key.named >= from && key.named < size) key.trusted = true;
  }

  /**
   * Calls `unknown` once the log was read, by {@link judge}, where keys are trusted and none of them signed the note: which are trusted
   * a later checkpoint may tell.
   */
  judgeLater(note: Note, unknown: () => void): void {
    this.#later.push(() => {
      if (this.anyTrusted && !this.signed(note).trusted) unknown();
    });
  }

  /** The whole log was read. */
  judge(): void {
    for (const judge of this.#later.splice(0)) judge();
  }

  /** Keys that the log names and nobody trusts, in hex. */
  untrusted(): readonly string[] {
    return this.#keys.filter(({ trusted }) => !trusted).map(({ key }) => Buffer.from(key).toString('hex'));
  }

  /** Trusted keys that signed something, in hex. */
  signers(): readonly string[] {
    return this.#keys
      .filter((key) => key.trusted && key.signed)
      .map(({ key }) => Buffer.from(key).toString('hex'));
  }

  /** Whose signatures a note has; all names are the log's origin. */
  signed(note: Note): Signed {
    let [bad, trusted] = [false, false];
    for (const known of this.#keys) {
      const { result } = checkSignature(
        note,
        { name: this.#origin, type: ED25519, key: known.key },
        ED25519_OF_NODE,
      );
      if (result === 'bad') bad = true;
      if (result !== 'good') continue;
      known.signed = true;
      trusted ||= known.trusted;
    }
    return { bad, trusted };
  }
}

/** A note that is a checkpoint of the given log; null when it is none. */
export function checkpointOf(
  text: string,
  origin: string,
): { readonly note: Note; readonly checkpoint: Checkpoint } | null {
  const note = parseNote(text);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  return note === null || checkpoint?.origin !== origin ? null : { note, checkpoint };
}
