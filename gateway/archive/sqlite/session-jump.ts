/** Places by number in the statements of one session: a session of a million is gone to anywhere without what comes before. */
import type { Filter } from '../../../shared/filter/filter.ts';
import { ArchiveError, type StatementsRequest } from '../archive.ts';
import type { Part } from './session-parts.ts';

/** A page of one session's statements. */
export type SessionPageRequest = Omit<StatementsRequest, 'session'>;

/** A statement of a session. */
interface Numbered {
  readonly number: number;
  readonly ordinal: number;
}

/** Behind which statement a page begins, null for the first; and how many stand before it. */
interface SessionJump {
  readonly after: Numbered | null;
  readonly offset: number;
}

/** Whether a filter lets all pass. */
export function isEverything({ root }: Filter): boolean {
  return root.kind === 'and' && root.of.length === 0;
}

/** Where a page begins that is asked for by its place; null: it is not. */
export function placeInSession(
  parts: readonly Part[],
  filter: Filter,
  { at, statement, ordinal = 0 }: Pick<SessionPageRequest, 'at' | 'statement' | 'ordinal'>,
): SessionJump | null {
  if (at === undefined && statement === undefined) return null;
  if (!isEverything(filter))
    throw new ArchiveError(
      'BAD_CURSOR',
      'places in a session are counted over all of its statements: leave out the filter, or go by pages',
    );
  if (at !== undefined) return behind(parts, at);
  const after = { number: statement ?? 0, ordinal: ordinal - 1 };
  return { after, offset: parts.reduce((sum, part) => sum + countUpTo(part, after), 0) };
}

/** Behind so many statements, or behind all of them. */
function behind(parts: readonly Part[], at: number): SessionJump {
  let offset = 0;
  let after: Numbered | null = null;
  for (const part of parts) {
    const wanted = Math.min(at - offset, countUpTo(part, LAST));
    if (wanted === 0) continue;
    after = nth(part, wanted);
    offset += wanted;
  }
  return { after, offset };
}

/** The statement with which so many of a part are told; there are as many. */
function nth({ volume, id }: Part, count: number): Numbered | null {
  return volume.run(
    () =>
      volume.db
        .prepare<[number, number], Numbered>(
          'SELECT number, ordinal FROM statement_session WHERE session_id = ? ORDER BY number, ordinal LIMIT 1 OFFSET ?',
        )
        .get(id, count - 1) ?? null,
  );
}

/** Behind every statement. */
const LAST: Numbered = { number: Number.MAX_SAFE_INTEGER, ordinal: 0 };

function countUpTo({ volume, id }: Part, { number, ordinal }: Numbered): number {
  return (
    volume.run(() =>
      volume.db
        .prepare<[number, number, number], number>(
          'SELECT count(*) FROM statement_session WHERE session_id = ? AND (number, ordinal) <= (?, ?)',
        )
        .pluck()
        .get(id, number, ordinal),
    ) ?? 0
  );
}
