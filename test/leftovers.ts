/** What gateways left behind, for a look at all of it when every test has run. */
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Removes a test's folder; where a whole run is looked through afterwards (see build/test.ts), moves it there instead. */
export async function clearAway(folder: string): Promise<void> {
  if (!existsSync(folder)) return; // two gateways, one after the other, had the same
  const kept = process.env['AUDITORIUM_KEEP'];
  if (kept !== undefined) {
    await mkdir(kept, { recursive: true });
    const place = join(kept, basename(folder));
    await rename(folder, place).catch(() => cp(folder, place, { recursive: true }));
  }
  await rm(folder, { recursive: true, force: true });
}
