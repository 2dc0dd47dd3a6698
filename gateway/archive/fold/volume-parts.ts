import type { KnownTexts } from './known-texts.ts';
import type { Dictionary, SessionStore, StatementStore, Tally } from './store.ts';
import type { WordBatch } from './word-batch.ts';

/** What the writers of all sessions of a volume share. */
export interface VolumeParts {
  readonly sessions: SessionStore;
  readonly statements: StatementStore;
  readonly dictionaries: Dictionary;
  readonly counts: Tally;
  readonly texts: KnownTexts;
  /** Takes the words of statements; null where nobody wants them. */
  readonly words: { readonly batch: WordBatch } | null;
  /** SQL text in the payload of a stored event; null when it is not there. */
  readonly storedText: (sessionId: number, sequence: number) => Uint8Array | null;
}
