/**
 * Signs the checkpoints of one log with the key that its events say it is under. A new key takes over with the `signingKey` event
 * that names it, and the first checkpoint over that event is signed by the key before too (docs/format.md §3).
 */
import { originOf, printCheckpoint } from '../../../shared/recording/checkpoint.ts';
import {
  ED25519,
  keyId,
  parseNote,
  signatureLine,
  signNote,
  type Signer,
} from '../../../shared/recording/note.ts';
import { sha256 } from '../ed25519.ts';

/** What a log is signed with; `previous` while a key is being replaced. */
export interface LogKeys {
  readonly signer: Signer;
  readonly previous?: Signer | null;
}

export class LogSigner {
  readonly #origin: string;
  #keys: LogKeys;
  #current: Signer;
  #cosigner: Signer | null = null;

  /** `newest`: the log's latest signed note, which tells what key it is under; null when there is none yet. */
  constructor(log: Uint8Array, keys: LogKeys, newest: string | null) {
    this.#origin = originOf(log);
    this.#keys = keys;
    const { signer, previous = null } = keys;
    const isUnderPrevious =
      previous !== null && this.#signed(newest, previous) && !this.#signed(newest, signer);
    this.#current = isUnderPrevious ? previous : signer;
  }

  /** The key that the log is under now. */
  get signer(): Signer {
    return this.#current;
  }

  /** Gives it other keys; which of them signs is for the log's events to say. */
  rekey(keys: LogKeys): void {
    this.#keys = keys;
  }

  /** Takes what a `signingKey` event says; a key that is not among those here leaves all as it is. */
  keyed(event: { readonly key: Uint8Array; readonly previous: Uint8Array | null }): void {
    const { signer, previous = null } = this.#keys;
    if (!sameBytes(signer.publicKey, event.key)) return;
    this.#current = signer;
    const isKnown =
      previous !== null && event.previous !== null && sameBytes(previous.publicKey, event.previous);
    this.#cosigner = isKnown ? previous : null;
  }

  /** Whether the next checkpoint is the one that two keys sign, which must stay: by it the new key is trusted. */
  get handsOver(): boolean {
    return this.#cosigner !== null;
  }

  /** A checkpoint over the tree of the first `size` events, as a signed note. */
  checkpoint(size: number, root: Uint8Array): string {
    const text = printCheckpoint({ origin: this.#origin, size, root });
    const { publicKey, sign } = this.#current;
    const note = signNote(sha256, text, { name: this.#origin, type: ED25519, key: publicKey }, sign);
    const cosigner = this.#cosigner;
    if (cosigner === null) return note;
    this.#cosigner = null;
    const key = { name: this.#origin, type: ED25519, key: cosigner.publicKey } as const;
    return note + signatureLine(sha256, key, cosigner.sign(new TextEncoder().encode(text)));
  }

  /** Whether a note has a signature that is named as this key's. */
  #signed(note: string | null, { publicKey }: Signer): boolean {
    const id = keyId(sha256, { name: this.#origin, type: ED25519, key: publicKey });
    const signatures = note === null ? [] : (parseNote(note)?.signatures ?? []);
    return signatures.some(({ name, keyId: other }) => name === this.#origin && sameBytes(other, id));
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
