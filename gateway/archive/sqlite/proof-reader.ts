/** Reads what proves events from the volumes of an archive, for the process that has them open. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseNote } from '../../../shared/recording/note.ts';
import type { Subtree } from '../../../shared/recording/tree.ts';
import { ArchiveError } from '../archive.ts';
import type { LogEvidence, LogSegment, RedactionNote, VolumeEvidence } from '../evidence.ts';
import type { OpenVolume } from './open-volumes.ts';
import { TreeReader } from './tree-reader.ts';
import { SEAL_SUFFIX } from './verify/seal.ts';
import { readVolumeRow } from './volume-row.ts';

/** Of the log itself: what it writes belongs to no session. */
const OF_LOG = 0;

export class ProofReader {
  readonly #current: () => readonly OpenVolume[];
  /** Trees whose leaves are kept from one question to the next, and the volumes they were made of. */
  readonly #trees = new Map<string, { readonly tree: TreeReader; readonly of: string }>();

  /** `current` gives the volumes as of now. */
  constructor(current: () => readonly OpenVolume[]) {
    this.#current = current;
  }

  logs(): LogEvidence[] {
    return [...this.#byLog()].map(([log, volumes]) => ({ log, volumes: volumes.map(evidenceOf) }));
  }

  logSegments(log: string): LogSegment[] {
    return this.#volumesOf(log).flatMap((volume) =>
      volume.run(() => {
        const { first } = readVolumeRow(volume.db);
        return volume.segments.list(OF_LOG).map(({ number }) => ({ first, number }));
      }),
    );
  }

  logSegment(log: string, { first, number }: LogSegment): Uint8Array | null {
    const volume = this.#volumesOf(log).find((one) => one.run(() => readVolumeRow(one.db).first === first));
    return volume === undefined ? null : volume.run(() => volume.segments.packed(OF_LOG, number));
  }

  subtrees(log: string, subtrees: readonly Subtree[]): (Uint8Array | null)[] {
    const { hashOf } = this.#treeOf(log);
    return subtrees.map((subtree) => {
      try {
        return hashOf(subtree);
      } catch (error) {
        if (error instanceof ArchiveError && error.code === 'NOT_FOUND') return null;
        throw error;
      }
    });
  }

  cosigned(log: string, index: number): string | null {
    for (const volume of this.#volumesOf(log)) {
      const notes = volume.run(() =>
        volume.db
          .prepare<[number], string>('SELECT note FROM checkpoint WHERE size > ? ORDER BY size LIMIT 1')
          .pluck()
          .all(index),
      );
      const [note] = notes;
      if (note !== undefined) return signersOf(note) > 1 ? note : null;
    }
    return null;
  }

  redactions(log: string): RedactionNote[] {
    return this.#volumesOf(log).flatMap((volume) =>
      volume.run(() =>
        volume.db
          .prepare<[], RedactionNote>('SELECT idx AS event, field, note FROM redaction ORDER BY idx, field')
          .all(),
      ),
    );
  }

  #byLog(): ReadonlyMap<string, OpenVolume[]> {
    return Map.groupBy(
      this.#current().toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      (volume) => volume.run(() => readVolumeRow(volume.db).log.toString('hex')),
    );
  }

  #volumesOf(log: string): readonly OpenVolume[] {
    return this.#byLog().get(log) ?? [];
  }

  /** A tree that was read from fewer volumes knows less: it is made anew when one came. */
  #treeOf(log: string): TreeReader {
    const volumes = this.#volumesOf(log);
    const of = volumes.map(({ name }) => name).join();
    const kept = this.#trees.get(log);
    if (kept?.of === of) return kept.tree;
    const tree = new TreeReader(
      volumes.map((volume) => ({
        first: volume.run(() => readVolumeRow(volume.db).first),
        db: () => volume.db,
      })),
    );
    this.#trees.set(log, { tree, of });
    return tree;
  }
}

function evidenceOf(volume: OpenVolume): VolumeEvidence {
  const { db, path } = volume;
  return volume.run(() => {
    const { first, next } = readVolumeRow(db);
    const checkpoint = db
      .prepare<[], string>('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1')
      .pluck()
      .get();
    const seal = existsSync(path + SEAL_SUFFIX) ? readFileSync(path + SEAL_SUFFIX, 'utf8') : null;
    return { file: basename(path), first, next, checkpoint: checkpoint ?? null, seal };
  });
}

/** Signatures by the log's own keys: witnesses sign under other names. */
function signersOf(note: string): number {
  const parsed = parseNote(note);
  const origin = parsed?.text.slice(0, parsed.text.indexOf('\n'));
  return parsed?.signatures.filter(({ name }) => name === origin).length ?? 0;
}
