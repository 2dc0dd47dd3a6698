/** Tests have a user folder of their own, gone when they are over: nothing of the developer's is read, or written. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-user-'));
  process.env['AUDITORIUM_HOME'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
