/** Goes where a person typed. */
import type { SessionRow } from '../../shared/api/session.ts';
import type { GoTo } from '../../shared/replay/go-to.ts';
import { api } from '../api.ts';
import type { Actions, OpenSession } from '../player/open-session.ts';
import { formatDateTime } from '../ui/format.ts';
import { PLAYING } from '../words/playing.ts';
import { stepOfStatement } from './statement-at.ts';

/** The place in words. */
export function wordsOfPlace(place: GoTo): string {
  if (place.to === 'moment') return `${formatDateTime(place.time)} UTC`;
  if (place.to === 'event') return PLAYING.event(place.sequence);
  const part = place.ordinal === null ? '' : `.${place.ordinal + 1}`;
  return PLAYING.statement(`${place.statement}${part}`);
}

/** Resolves to why it could not, in words; null once it is on its way. */
export async function goToPlace(
  place: GoTo,
  session: SessionRow,
  opened: OpenSession,
): Promise<string | null> {
  const { actions } = opened;
  switch (place.to) {
    case 'moment':
      actions.seekTime(place.time);
      return null;
    case 'event':
      actions.seekSequence(place.sequence);
      return null;
    case 'statement':
      return place.ordinal === null
        ? goToCounted(place.statement, session, actions)
        : goToNumbered(place.statement, place.ordinal, opened);
  }
}

/** Statements are counted as the position counts them: each part of a Query by itself. To its outcome: there is what it did. */
async function goToCounted(count: number, { id }: SessionRow, actions: Actions): Promise<string | null> {
  const none = PLAYING.goToNoStatement(String(count));
  if (count < 1) return none;
  try {
    const { items } = await api.statements({ session: id, filter: '', at: count - 1, limit: 1 });
    const [row] = items;
    if (row === undefined) return none;
    actions.seekSequence(row.outcomeSequence ?? row.sequence);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : none;
  }
}

/** `12.2` is what the record calls the second part of its twelfth statement. */
function goToNumbered(number: number, ordinal: number, { outline, actions }: OpenSession): string | null {
  const list = outline.list();
  const name = `${number}.${ordinal + 1}`;
  const at = stepOfStatement(list, number, ordinal);
  if (at >= 0) actions.seekSequence(list.sequence(at));
  else return list.complete ? PLAYING.goToNoStatement(name) : PLAYING.goToNotYet(name);
  return null;
}
