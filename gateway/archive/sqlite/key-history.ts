/** The keys that an archive's logs were under, as their own events say. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { listVolumes, withVolume } from './archive-events.ts';
import { rawEvents } from './raw-events.ts';

/** A key that took over. */
export interface NamedKey {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** When the first log went over to it, µs since 1970. */
  readonly since: number;
  readonly reason: string;
}

/** The keys of the archive in a folder, each once, the first one first. Throws {@link ArchiveError}, and the errors of `node:fs`. */
export function keysOf(folder: string): NamedKey[] {
  const named = listVolumes(folder).flatMap(({ path }) => withVolume(path, keysIn));
  const firsts = new Map<string, NamedKey>();
  for (const one of named.toSorted((a, b) => a.since - b.since)) {
    const id = Buffer.from(one.key).toString('hex');
    if (!firsts.has(id)) firsts.set(id, one);
  }
  return [...firsts.values()];
}

/** A log's own events lie in segments of no session. */
function keysIn(db: Database.Database): NamedKey[] {
  return db
    .prepare<[], { events: Buffer; payloads: Buffer }>(
      'SELECT events, payloads FROM segment WHERE session_id = 0 ORDER BY number',
    )
    .all()
    .flatMap(({ events, payloads }) =>
      Array.from(rawEvents(zstdDecompressSync(events), zstdDecompressSync(payloads))),
    )
    .flatMap(({ event }) =>
      event.kind === 'signingKey'
        ? [{ key: event.fields.key, since: event.time, reason: event.fields.reason }]
        : [],
    );
}
