/** Which sessions, and which of their statements, an export is about. */
import { ArchiveError, type ArchiveReader } from '../../gateway/archive/archive.ts';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import { SessionId, type SessionRow } from '../../shared/api/session.ts';
import { EVERYTHING, type Filter, termOf } from '../../shared/filter/filter.ts';
import { CommandError } from '../failure.ts';

export interface Selection {
  readonly filter: Filter;
  /** As it was written, for whoever gets the export; null: everything. */
  readonly filterText: string | null;
  /** Ids, or beginnings of ids, of the sessions that are meant; none: all that match. */
  readonly sessions: readonly string[];
}

type Lists = Pick<ArchiveReader, 'sessions' | 'session' | 'store'>;

/** Everything. */
export const ALL: Selection = { filter: EVERYTHING, filterText: null, sessions: [] };

/**
 * The sessions, the oldest first; those that are named, in the order of their names. Throws SESSION_NOT_FOUND, and ArchiveError REFUSED
 * where the values of one cannot be read here: nobody could tell its export from one that was tampered with.
 */
export async function* selectedSessions(
  archive: Lists,
  { filter, sessions }: Selection,
): AsyncGenerator<SessionRow, void, undefined> {
  if (sessions.length > 0) {
    for (const name of new Set(sessions)) yield await readable(archive, await findSession(archive, name));
    return;
  }
  let after: string | undefined;
  do {
    const page = await archive.sessions({ filter, sort: 'started', after, limit: MAX_LIMIT });
    for (const row of page.items) yield await readable(archive, row);
    after = page.next ?? undefined;
  } while (after !== undefined);
}

async function readable({ store }: Lists, row: SessionRow): Promise<SessionRow> {
  const why = (await store?.whyUnread(row.id)) ?? null;
  if (why === null) return row;
  throw new ArchiveError('REFUSED', `session ${row.id} cannot be exported without its values: ${why}`);
}

/** The session whose id is, or begins with, `name`. Throws {@link CommandError} where there is none, or more than one. */
export async function findSession(archive: Lists, name: string): Promise<SessionRow> {
  const prefix = name.toLowerCase();
  const whole = SessionId.safeParse(prefix);
  const found = whole.success ? await archive.session(whole.data) : null;
  if (found !== null) return found;
  const term = { field: 'session', comparison: ':', value: prefix, range: [0, prefix.length] } as const;
  const isPrefix = /^[0-9a-f]+$/.test(prefix);
  const { items } = isPrefix
    ? await archive.sessions({ filter: { root: termOf(term) }, sort: 'started', limit: 2 })
    : { items: [] };
  const [first, second] = items;
  if (first === undefined) throw new CommandError('SESSION_NOT_FOUND', `no session begins with ${name}`);
  if (second !== undefined)
    throw new CommandError('BAD_USAGE', `several sessions begin with ${name}: give more of its id`);
  return first;
}
