/**
 * What was fetched from a store with keys holds values in clear. When keys were destroyed since, all of it is thrown away, and fetched
 * anew without these values.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveError } from '../../archive/archive.ts';
import { digestOf } from '../keys/key-journal.ts';
import type { KeyStore } from '../keys/key-store.ts';

/** What the journals of all logs ended with when this was fetched. */
const NAME = 'erased';

/** Which sessions are kept without values that they may have yet (unread-sessions.ts). */
export const UNREAD = 'unread';

/**
 * To be called before anything in the folder is opened. A key store that cannot be asked keeps nobody from what is here. Rejects with
 * ArchiveError where its journal is not what was signed.
 */
export async function forgetWhatWasErased(
  folder: string,
  keys: Pick<KeyStore, 'journals' | 'destroyed'>,
): Promise<void> {
  const ends = await endsOf(keys).catch((error: unknown) => {
    if (error instanceof ArchiveError && error.code === 'UNREACHABLE') return null;
    throw error;
  });
  if (ends === null) return;
  const now = ends.join('\n');
  if (now === readEnds(folder)) return;
  forgetFetched(folder);
  writeFileSync(join(folder, NAME), now, { mode: 0o600 });
}

/** Throws away all that was fetched into the folder, the note of what it lacks last. */
export function forgetFetched(folder: string): void {
  for (const kept of ['volumes', 'making', 'state.json', UNREAD])
    rmSync(join(folder, kept), { recursive: true, force: true });
}

async function endsOf(keys: Pick<KeyStore, 'journals' | 'destroyed'>): Promise<string[]> {
  const ends: string[] = [];
  for (const log of await keys.journals()) {
    const last = (await keys.destroyed(log)).at(-1);
    if (last !== undefined) ends.push(`${log} ${digestOf(last)}`);
  }
  return ends;
}

function readEnds(folder: string): string {
  try {
    return readFileSync(join(folder, NAME), 'utf8');
  } catch {
    return '';
  }
}
