/** Whether a volume holds something that a filter matches. */
import type { Filter } from '../../../shared/filter/filter.ts';
import { openArchive } from './open.ts';

/** Looks for a statement, and for a session. Rejects with ArchiveError, also when it takes too long to know. */
export async function volumeMatches(path: string, filter: Filter): Promise<boolean> {
  const reader = await openArchive(path, { processes: 1 });
  try {
    const statements = await reader.statements({ filter, limit: 1 });
    if (statements.items.length > 0) return true;
    const sessions = await reader.sessions({ filter, sort: '-started', limit: 1 });
    return sessions.items.length > 0;
  } finally {
    await reader.close();
  }
}
