/** Where readers have keys from, and what they are told where one is not to be had. */

import type { Note } from '../../../shared/recording/note.ts';
import type { KeyStore } from './key-store.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** Why the values of a session cannot be read here. */
export type Unread =
  | {
      readonly why: 'destroyed';
      readonly time: number;
      readonly by: string;
      readonly reason: string;
      /** The line of the journal that says so. */
      readonly note: Note;
    }
  /** The reader was given no key store, or not the tenant's key that the session's is wrapped with. */
  | { readonly why: 'unavailable'; readonly message: string }
  /** The key store has not got it, or another in its place, and nobody signed for that. */
  | { readonly why: 'lost'; readonly message: string };

/** What opens what is sealed in a store. */
export interface KeySource {
  /**
   * The key of a session (hex; null: of the log's own values) that a segment names by its id. Rejects with ArchiveError where the key
   * store cannot be asked.
   */
  sessionKey(log: string, session: string | null, id: string): Promise<Uint8Array | Unread>;
  /** The tenant's key of that id; null where it is not here. */
  tenantKey(id: string): Uint8Array | null;
}

/** What a key store and a tenant's keys open; either may be missing. */
export function keySource(store: KeyStore | null, tenant: TenantKeys | null): KeySource {
  return {
    sessionKey: (log, session, id) =>
      store === null ? NO_KEYS.sessionKey(log, session, id) : store.find({ log, session }, id),
    tenantKey: (id) => tenant?.byId.get(id) ?? null,
  };
}

/** For a reader who was given none. */
export const NO_KEYS: KeySource = {
  sessionKey: () =>
    Promise.resolve({
      why: 'unavailable',
      message: 'values are sealed, and no key store was named (--keys)',
    }),
  tenantKey: () => null,
};
