/** Signs a volume anew, whatever is in it: what somebody does who wants to be believed, or whom one believes. */
import type Database from 'better-sqlite3';
import { zstdDecompressSync } from 'node:zlib';
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { originOf, printCheckpoint } from '../../shared/recording/checkpoint.ts';
import { ED25519, signNote, type Signer } from '../../shared/recording/note.ts';
import { leafHash, nodeHash, rootOf, type Subtree } from '../../shared/recording/tree.ts';

interface SegmentRow {
  readonly events: Buffer;
}

/**
 * Makes one checkpoint over what the segments hold, each event at the index that `indexes` names by its bytes; for volumes that
 * begin with event 0 and have less than 256 events, so that no tiles are there.
 */
export function resign(
  db: Database.Database,
  signer: Signer,
  indexOf: (event: Buffer) => number | null,
): void {
  const leaves: Uint8Array[] = [];
  for (const { events } of db.prepare<[], SegmentRow>('SELECT events FROM segment').iterate()) {
    for (const event of eventsIn(zstdDecompressSync(events))) {
      const index = indexOf(event);
      if (index !== null) leaves[index] = leafHash(sha256, event);
    }
  }
  for (let i = 0; i < leaves.length; i++) leaves[i] ??= Buffer.alloc(32);
  const hashOf = ({ height, number }: Subtree): Uint8Array =>
    height === 0
      ? (leaves[number] ?? Buffer.alloc(32))
      : nodeHash(
          sha256,
          hashOf({ height: height - 1, number: 2 * number }),
          hashOf({ height: height - 1, number: 2 * number + 1 }),
        );
  const log = db.prepare<[], Buffer>('SELECT log FROM volume').pluck().get() ?? Buffer.alloc(16);
  const origin = originOf(log);
  const text = printCheckpoint({ origin, size: leaves.length, root: rootOf(sha256, leaves.length, hashOf) });
  const note = signNote(sha256, text, { name: origin, type: ED25519, key: signer.publicKey }, signer.sign);
  db.prepare('DELETE FROM checkpoint').run();
  db.prepare('INSERT INTO checkpoint (size, time, note) VALUES (?, 0, ?)').run(leaves.length, note);
}

/** The events of a segment, as far as their lengths go. */
export function eventsIn(events: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= events.length;) {
    const end = at + 4 + events.readUInt32BE(at);
    if (end > events.length) break;
    found.push(events.subarray(at + 4, end));
    at = end;
  }
  return found;
}
