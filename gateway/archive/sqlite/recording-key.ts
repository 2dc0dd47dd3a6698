/** Under which key something made from a session's events may be kept. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Part } from './session-parts.ts';

/**
 * Names the session in each of its volumes, and what tells the volume from one that takes its place: its file, and when that
 * was written if it is sealed. What is still written only grows; values are taken out by writing the file anew.
 */
export function recordingKey(parts: readonly Part[]): string {
  const told = parts.map(({ volume, id }) => {
    const { log, number, sealed } = volume.start;
    const file = sealed === null ? undefined : statSync(volume.path, { throwIfNoEntry: false });
    return [volume.path, volume.inode, log.toString('hex'), number, id, file?.size ?? 0, file?.mtimeMs ?? 0];
  });
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}
