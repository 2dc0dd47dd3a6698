/** Lists of sessions over all volumes of an archive. */
import type { Page } from '../../../shared/api/page.ts';
import type { SessionSort } from '../../../shared/api/routes.ts';
import type { SessionRow } from '../../../shared/api/session.ts';
import type { PageRequest } from '../archive.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { OpenVolume } from './open-volumes.ts';
import { questionOf, type Question } from './question.ts';
import { joinedRow, matchingParts, placeOf, type Part, type Parts } from './session-parts.ts';
import { comparePlaces, listSessions, type SessionPlace } from './session-query.ts';

/** A session's place with its parts. */
interface Listed {
  readonly place: SessionPlace;
  readonly parts: readonly Part[];
}

/** What a filter asks of each volume. */
export function questionsOf(
  volumes: readonly OpenVolume[],
  filter: PageRequest['filter'],
): Map<OpenVolume, Question> {
  return new Map(volumes.map((volume) => [volume, volume.run(() => questionOf(volume.db, filter))]));
}

/** `total`: of sessions in all, where the filter lets everything pass. */
export function sessionPage(
  volumes: readonly OpenVolume[],
  inParts: readonly Parts[],
  { filter, sort, after, limit }: PageRequest & { readonly sort: SessionSort },
  total: number | null,
): Page<SessionRow> {
  const kind = `sessions ${sort}`;
  const read = readCursor(kind, ['number?', 'string', 'number'], after);
  const from = read === null ? null : ({ value: read[0], volume: read[1], id: read[2] } as SessionPlace);
  const questions = questionsOf(volumes, filter);
  const whole = volumes.flatMap((volume) => {
    const question = questions.get(volume);
    if (question === undefined) return [];
    const places = volume.run(() => listSessions(volume, question, sort, from, limit + 1));
    return places.map((place): Listed => ({ place, parts: [{ volume, id: place.id }] }));
  });
  const joined = matchingParts(inParts, questions).flatMap(({ parts }): Listed[] => {
    const place = placeOf({ parts }, sort);
    if (place === null || (from !== null && comparePlaces(sort, place, from) <= 0)) return [];
    return [{ place, parts }];
  });
  const listed = [...whole, ...joined].toSorted((a, b) => comparePlaces(sort, a.place, b.place));
  const page = listed.slice(0, limit);
  const last = page.at(-1)?.place;
  return {
    items: page.flatMap(({ parts }) => joinedRow(parts) ?? []),
    next: listed.length > limit && last ? writeCursor(kind, [last.value, last.volume, last.id]) : null,
    total,
  };
}
