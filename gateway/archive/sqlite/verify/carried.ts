/** What a volume repeats of sessions that were open when it began: each must be an event of the log before it (docs/format.md §4). */
import type Database from 'better-sqlite3';
import { HASH_BYTES, leafHash, rootFromInclusion } from '../../../../shared/recording/tree.ts';
import { sha256 } from '../../ed25519.ts';
import type { SegmentWalk } from './segment-walk.ts';
import { typedRows, type RowTypes } from './typed-rows.ts';

interface Row {
  readonly idx: number;
  readonly event: Buffer;
  readonly payloads: Buffer;
  readonly path: Buffer;
}

const TYPES: RowTypes<Row> = { idx: 'integer', event: 'blob', payloads: 'blob', path: 'blob' };

interface CarriedOptions {
  readonly db: Database.Database;
  /** Size of the tree before the volume, and its root. */
  readonly first: number;
  readonly root: Uint8Array;
  readonly walk: SegmentWalk;
  readonly onProblem: (index: number, what: string) => void;
}

/** Checks the carried events; returns the sessions they are of (16 bytes as Latin-1), each with the index of the first of its events. */
export function readCarried({
  db,
  first,
  root,
  walk,
  onProblem,
}: CarriedOptions): ReadonlyMap<string, number> {
  const sessions = new Map<string, number>();
  const rows = db.prepare<[], Row>('SELECT idx, event, payloads, path FROM carried ORDER BY idx');
  const other = () => onProblem(first, 'a row of what is carried is none');
  for (const { idx, event, payloads, path } of typedRows(rows.iterate(), TYPES, other)) {
    const framed = Buffer.alloc(4 + event.length);
    framed.writeUInt32BE(event.length);
    framed.set(event, 4);
    const run = walk.run(framed, payloads, { from: idx, to: idx + 1 });
    if (run.indexes[0] !== idx || idx >= first) {
      onProblem(idx, 'a carried event cannot be read, or is none of those before the volume');
      continue;
    }
    const hashes = Array.from({ length: Math.floor(path.length / HASH_BYTES) }, (_, i) =>
      path.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
    );
    const led = rootFromInclusion(sha256, leafHash(sha256, event), idx, first, hashes);
    if (led === null || path.length % HASH_BYTES !== 0 || Buffer.compare(led, root) !== 0)
      onProblem(idx, 'a carried event is not in the tree before the volume');
    else if (run.session !== null && !sessions.has(run.session)) sessions.set(run.session, idx);
  }
  return sessions;
}
