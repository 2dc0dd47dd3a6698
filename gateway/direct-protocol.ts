/** What goes between the process that fetches from a store and who started it. */
import type { StoreStatus } from '../shared/api/store.ts';
import type { Filter } from '../shared/filter/filter.ts';
import type { ArchiveErrorCode } from './archive/archive.ts';
import type { Place } from './archive/bucket/place.ts';
import type { KeyPlace } from './remote/keys/open-keys.ts';

/** Which store, and what is needed to read it. */
export interface DirectRequest {
  /** A bucket, or a folder with a copy of one. */
  readonly store: Place | { readonly folder: string };
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Where the keys of sealed values lie, null where nobody said so, and the tenant's keys, the current one first. */
  readonly sealed: { readonly store: KeyPlace | null; readonly tenant: readonly Uint8Array[] };
  /** Where what is on hand of it lies. */
  readonly here: string;
  /** Bytes that are kept there; absent: as many as is usual. */
  readonly kept?: number;
  /** The file that remembers which manifests were seen. */
  readonly seen: string;
}

export type DirectAsked =
  | { readonly id: number; readonly ask: 'open'; readonly request: DirectRequest }
  | { readonly id: number; readonly ask: 'status'; readonly filter: Filter }
  | { readonly id: number; readonly ask: 'fetch'; readonly filter: Filter }
  | { readonly id: number; readonly ask: 'need'; readonly session: string }
  | { readonly id: number; readonly ask: 'cancel' };

/** `open` gives the folder of volumes, `need` whether the session is on hand. */
export type DirectAnswer = string | boolean | StoreStatus | null;

export type DirectTold =
  | { readonly id: number; readonly value: DirectAnswer }
  | { readonly id: number; readonly code: ArchiveErrorCode | null; readonly message: string };
