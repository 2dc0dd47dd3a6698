/** How a volume began: with what it repeats of the one before, which may have been lost. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { decodeEvent } from '../../../shared/recording/codec.ts';
import type { VolumeRow } from './volume-row.ts';

/** What a volume repeats of the one before: events of statements that may have rows here, and bytes. */
export interface Repeated {
  readonly statements: number;
  readonly bytes: number;
}

export function repeatedIn(db: Database.Database): Repeated {
  const repeated = db
    .prepare<[], Repeated>(
      `SELECT coalesce(sum(open), 0) AS statements, coalesce(sum(length(event) + length(payloads) + length(path)), 0) AS bytes
       FROM carried`,
    )
    .get();
  return repeated ?? { statements: 0, bytes: 0 };
}

/** Whether the first event of a volume that goes on with a log is none that ended the volume before. */
export function followsLoss(db: Database.Database, { first }: VolumeRow): boolean {
  if (first === 0) return false;
  const [events] = db
    .prepare<[number], Buffer>('SELECT events FROM segment WHERE first_index = ?')
    .pluck()
    .all(first);
  if (events === undefined) return false;
  const bytes = zstdDecompressSync(events);
  return decodeEvent(bytes.subarray(4, 4 + bytes.readUInt32BE())).kind !== 'volumeRolled';
}
