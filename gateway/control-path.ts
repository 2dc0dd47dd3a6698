/** Where the control API listens when the configuration does not say. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Unix socket's path is at most 108 bytes on Linux and 104 on macOS and BSD, the terminating zero included (unix(7)). */
export const MAX_SOCKET_PATH_BYTES = 103;

/**
 * The socket of the gateway whose spool lies in `spoolDir` (absolute): in that folder, which is its owner's alone; in the
 * temporary folder where that path would be too long; on Windows a named pipe.
 */
export function defaultControlPath(spoolDir: string, platform: NodeJS.Platform = process.platform): string {
  const name = createHash('sha256').update(spoolDir).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\auditorium-${name}`;
  const path = join(spoolDir, 'control.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  return join(tmpdir(), `auditorium-${name}`, 'control.sock');
}
