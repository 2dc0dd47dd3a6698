/**
 * What a log's writer remembers of its tree outside the archive: where the volumes are lost, moved away or put back from an
 * older copy, the log goes on from there, and what is missing can be told.
 */
import { readFileSync } from 'node:fs';
import { fromBase64, toBase64 } from '../../../shared/recording/base64.ts';
import { emptyRoot, Frontier, sameHash } from '../../../shared/recording/tree.ts';
import { sha256 } from '../ed25519.ts';
import { checkpointOf } from './checkpoints.ts';
import { replaceFile } from './replace-file.ts';
import type { VolumeStart } from './volume-row.ts';

/** Where the next volume would have begun at the last commit. */
type KeptTree = VolumeStart & { readonly opening: string };

/** Writes the file anew; it is on disk when this returns. */
export function writeTreeFile(path: string, start: VolumeStart): void {
  const { log, number, first, lastTime, frontier, opening } = start;
  const kept = {
    log: Buffer.from(log).toString('hex'),
    volume: number,
    size: first,
    lastTime,
    frontier: toBase64(frontier),
    checkpoint: opening,
  };
  replaceFile(path, `${JSON.stringify(kept, null, 2)}\n`);
}

/** Reads it; null when there is none, when it is of another log, or when its parts do not agree. */
export function readTreeFile(path: string, log: Uint8Array): KeptTree | null {
  const kept = parsed(path);
  if (kept === null || kept['log'] !== Buffer.from(log).toString('hex')) return null;
  const { volume: number, size: first, lastTime, frontier: encoded, checkpoint: opening } = kept;
  if (!isCount(number) || !isCount(first) || !isCount(lastTime)) return null;
  if (typeof encoded !== 'string' || typeof opening !== 'string') return null;
  const frontier = fromBase64(encoded);
  const signed = checkpointOf(opening);
  if (frontier === null || signed?.size !== first) return null;
  const root = rootOf(first, frontier);
  if (root === null || !sameHash(root, signed.root)) return null;
  return { log, number, first, lastTime, frontier, opening };
}

function parsed(path: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // as good as none: the writer says so where it needs it
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function rootOf(size: number, frontier: Uint8Array): Uint8Array | null {
  if (size === 0) return emptyRoot(sha256);
  try {
    return new Frontier(sha256, size, frontier).root();
  } catch {
    return null;
  }
}
