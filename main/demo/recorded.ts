/** When the story is in the archive, whole. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { openReader } from '../archives.ts';

/** What was recorded is to be seen within a second; this is many times that, ms. */
const PATIENCE = 20_000;
const POLL = 100;

/** Sessions that live on: the one that waits for a decision, with its statement, whose words are searchable once it ends. */
const WAITING = 1;

/** Waits until the archive holds `sessions` sessions, indexed, and all but the one that waits ended. */
export async function storyRecorded(archive: string, sessions: number, signal: AbortSignal): Promise<void> {
  const reader = await openReader(archive);
  const deadline = performance.now() + PATIENCE;
  try {
    while (!(await isWhole(reader, sessions))) {
      if (performance.now() > deadline) {
        throw new Error(`the archive ${archive} did not come to hold the ${sessions} sessions of the story`);
      }
      await sleep(POLL, undefined, { signal });
    }
  } finally {
    await reader.close();
  }
}

async function isWhole(reader: ArchiveReader, sessions: number): Promise<boolean> {
  const { items } = await reader.sessions({ filter: EVERYTHING, sort: '-started', limit: sessions + 1 });
  const { behind } = await reader.info();
  const live = items.filter(({ outcome }) => outcome === 'live');
  return behind <= WAITING && items.length >= sessions && live.length <= WAITING;
}
