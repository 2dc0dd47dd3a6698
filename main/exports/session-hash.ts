/** What the events of sessions come to: a hash that stands on reports, and that whoever has the events can make again. */
import { createHash, type Hash } from 'node:crypto';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { leafHash } from '../../shared/recording/tree.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** SHA-256 over the leaf hashes (shared/recording/tree.ts) of all events of one session, in their order. */
export class SessionHash {
  readonly #hash = createHash('sha256');
  events = 0;

  add({ bytes }: StoredEvent): void {
    this.#hash.update(leafHash(sha256, bytes));
    this.events++;
  }

  digest(): Buffer {
    return this.#hash.digest();
  }
}

/** SHA-256 over the hashes of sessions, in the order of a report. */
export class ReportHash {
  readonly #hash: Hash = createHash('sha256');

  add(session: Buffer): void {
    this.#hash.update(session);
  }

  /** Hex; more sessions may follow. */
  hex(): string {
    return this.#hash.copy().digest('hex');
  }
}
