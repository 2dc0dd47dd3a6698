/** What is to be known of a sealed volume before it is removed. */
import { readFileSync, statSync } from 'node:fs';
import { HASH_BYTES, subtreesOf } from '../../../shared/recording/tree.ts';
import { ArchiveError } from '../archive.ts';
import { guarded, openVolume } from './read-volume.ts';
import { TreeReader } from './tree-reader.ts';
import { SEAL_SUFFIX } from './verify/seal.ts';
import { readVolumeRow } from './volume-row.ts';

export interface VolumeFacts {
  /** 16 bytes. */
  readonly log: Uint8Array;
  readonly first: number;
  readonly next: number;
  readonly statements: number;
  /** Of its newest event, µs since 1970. */
  readonly lastTime: number;
  readonly bytes: number;
  /** Those that its sessions were on. */
  readonly connections: readonly string[];
  /** Of the tree at `next`. */
  readonly frontier: Uint8Array;
  /** Its seal: a signed note. */
  readonly seal: string;
}

/** Reads them; throws {@link ArchiveError}. */
export function volumeFacts(path: string): VolumeFacts {
  const { db } = openVolume(path);
  try {
    return guarded(path, () => {
      const { log, first, next, last_time: lastTime, sealed } = readVolumeRow(db);
      if (sealed === null) throw new ArchiveError('BUSY', `${path} is not sealed`);
      const statements = db.prepare<[], number>('SELECT statements FROM total').pluck().get() ?? 0;
      const { hashOf } = new TreeReader([{ first, db: () => db }]);
      const hashes = subtreesOf(0, next).map((subtree) => hashOf(subtree));
      const frontier = new Uint8Array(hashes.length * HASH_BYTES);
      for (const [i, hash] of hashes.entries()) frontier.set(hash, i * HASH_BYTES);
      const connections = db.prepare<[], string>('SELECT DISTINCT connection FROM session').pluck().all();
      const seal = readFileSync(path + SEAL_SUFFIX, 'utf8');
      return {
        log,
        first,
        next,
        statements,
        lastTime,
        bytes: statSync(path).size,
        connections,
        frontier,
        seal,
      };
    });
  } finally {
    db.close();
  }
}
