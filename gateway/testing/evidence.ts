/** What the volumes of an archive hold of logs themselves, read straight from their files. */
import { zstdDecompressSync } from 'node:zlib';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { originOf, parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import type { Event, EventKind } from '../../shared/recording/event.ts';
import { checkSignature, type NoteKey, parseNote } from '../../shared/recording/note.ts';
import { readSegment } from '../../shared/recording/record.ts';
import { sha256, verifyEd25519 } from '../archive/ed25519.ts';

/** A checkpoint, and whose good signatures it has of the keys that were asked about. */
export interface SignedSize {
  readonly size: number;
  readonly by: readonly string[];
}

/** The events of logs themselves of one kind, in the order of their volumes. */
export function logEvents<K extends EventKind>(archive: string, kind: K): Extract<Event, { kind: K }>[] {
  return inVolumes(archive, (db) =>
    db
      .prepare<[], { events: Buffer; payloads: Buffer }>(
        'SELECT events, payloads FROM segment WHERE session_id = 0 ORDER BY number',
      )
      .all()
      .flatMap(({ events, payloads }) =>
        Array.from(readSegment(zstdDecompressSync(events), zstdDecompressSync(payloads))),
      )
      .map(({ event }) => event)
      .filter((event): event is Extract<Event, { kind: K }> => event.kind === kind),
  );
}

/** The checkpoints of all volumes; `keys` are the public keys to look for, by name. */
export function checkpoints(
  archive: string,
  keys: Readonly<Record<string, Uint8Array | NoteKey>>,
): SignedSize[] {
  return inVolumes(archive, (db) => {
    const log = db.prepare<[], Buffer>('SELECT log FROM volume').pluck().get() ?? Buffer.alloc(16);
    const notes = db.prepare<[], string>('SELECT note FROM checkpoint ORDER BY size').pluck().all();
    return notes.map((text) => {
      const note = parseNote(text);
      if (note === null) throw new Error(`no note: ${text}`);
      const by = Object.entries(keys).flatMap(([name, key]) => {
        const noteKey: NoteKey = key instanceof Uint8Array ? { name: originOf(log), type: 1, key } : key;
        return checkSignature(note, noteKey, { sha256, verify: verifyEd25519 }).result === 'good'
          ? [name]
          : [];
      });
      return { size: parseCheckpoint(note.text)?.size ?? -1, by };
    });
  });
}

function inVolumes<T>(archive: string, read: (db: Database.Database) => T[]): T[] {
  const names = readdirSync(archive)
    .filter((name) => name.endsWith('.audit'))
    .toSorted();
  return names.flatMap((name) => {
    const db = new Database(join(archive, name), { readonly: true });
    try {
      return read(db);
    } finally {
      db.close();
    }
  });
}
