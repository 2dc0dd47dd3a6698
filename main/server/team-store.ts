/** What a team server serves, once or for each of several tenants: an archive, the case beside it, and whether it is what was recorded. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { Casework } from '../casework/casework.ts';
import type { IntegrityDesk } from '../integrity/integrity-of.ts';
import type { ReplayParts } from '../replay/replay-parts.ts';

export interface TeamStore {
  /** What people choose it by. */
  readonly name: string;
  readonly reader: ArchiveReader;
  readonly casework: Casework;
  readonly integrity: IntegrityDesk;
  /** Names of the gateways of a fleet that are its; null: none are named. */
  readonly gateways?: readonly string[] | null;
}

/** With what is made of its recordings. */
export interface OpenStore extends TeamStore {
  readonly parts: ReplayParts;
}
