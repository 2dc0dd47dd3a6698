/** Lists of sessions over all volumes of an archive. */
import type { Page } from '../../../shared/api/page.ts';
import type { SessionSort } from '../../../shared/api/routes.ts';
import type { SessionRow } from '../../../shared/api/session.ts';
import { ArchiveError, type PageRequest } from '../archive.ts';
import { asking, type Ask } from './asking.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { OpenVolume } from './open-volumes.ts';
import type { Question } from './question.ts';
import { sessionAt } from './session-places.ts';
import { joinedRow, matchingParts, placeOf, rowsOfSessions, type Part, type Parts } from './session-parts.ts';
import { comparePlaces, listSessions, placesOf, type SessionPlace } from './session-query.ts';
import { isLooseFilter, Looks, type Clock } from './looks.ts';
import { isNever } from '../conditions.ts';
import { listStatements } from './statement-query.ts';

/** A session's place with its parts. */
interface Listed {
  readonly place: SessionPlace;
  readonly parts: readonly Part[];
  /** Statements that may be meant, of a session in one volume; left out where any may. */
  readonly statements?: readonly number[] | undefined;
}

/** Sessions that are looked at for a page, where their statements must be: what lies beyond comes with the next page. */
const LOOSE_LOOKS = 300;

/** `total`: of sessions in all, where the filter lets everything pass. */
export function sessionPage(
  volumes: readonly OpenVolume[],
  inParts: readonly Parts[],
  request: PageRequest & { readonly sort: SessionSort },
  { total, now }: { readonly total: number | null; readonly now: Clock },
): Page<SessionRow> {
  const { filter, sort, after, at, limit } = request;
  const kind = `sessions ${sort}`;
  const ask = asking(filter);
  const read = readCursor(kind, ['number?', 'string', 'number'], after);
  const jump = at === undefined ? null : placeAt(volumes, inParts, ask, request, at);
  if (jump !== null && at !== undefined && at >= jump.total)
    return { items: [], next: null, total: jump.total, offset: jump.total };
  const from =
    read === null
      ? (jump?.place ?? null)
      : ({ value: read[0], volume: read[1], id: read[2] } as SessionPlace);
  const isLoose = isLooseFilter(filter);
  const listed = listedFrom(volumes, inParts, ask, request, from, isLoose ? LOOSE_LOOKS : limit + 1);
  const looks = new Looks(volumes, filter, ask, now);
  const page: Listed[] = [];
  let last: SessionPlace | null = null;
  for (const one of listed) {
    if (page.length === limit || (isLoose && last !== null && looks.isOver)) break;
    last = one.place;
    if (!isLoose || isListed(looks, one)) page.push(one);
  }
  const isEnd = last === listed.at(-1)?.place && listed.length < (isLoose ? LOOSE_LOOKS : limit + 1);
  return {
    items: rowsOfSessions(page.map(({ parts }) => parts)),
    next: last === null || isEnd ? null : writeCursor(kind, [last.value, last.volume, last.id]),
    total: jump?.total ?? total,
    ...(at === undefined ? {} : { offset: at }),
  };
}

/** The place that `at` sessions of a list stand before. */
function placeAt(
  volumes: readonly OpenVolume[],
  inParts: readonly Parts[],
  ask: Ask,
  { filter, sort }: PageRequest & { readonly sort: SessionSort },
  at: number,
): { readonly place: SessionPlace | null; readonly total: number } {
  if (isLooseFilter(filter))
    throw new ArchiveError(
      'BAD_CURSOR',
      'sessions that hold a phrase are looked for one by one, so there is no place by number among them: go by pages',
    );
  const parts = matchingParts(inParts, ask)
    .flatMap((session) => placeOf(session, sort) ?? [])
    .toSorted((a, b) => comparePlaces(sort, a, b));
  const key = `${sort} ${JSON.stringify(filter)}`;
  return sessionAt({ key, sort, volumes, ask, inParts: parts }, at);
}

/** Whether a session that indexes lead to is meant: by one of its statements, or by itself where it has none. */
export function isMeant(looks: Looks, parts: readonly Part[]): boolean {
  return joinedRow(parts)?.statements === 0 || looks.isAnyOf(parts);
}

function isListed(looks: Looks, { parts, statements }: Listed): boolean {
  const [only] = parts;
  if (statements === undefined || only === undefined) return isMeant(looks, parts);
  return looks.isAny(only.volume, statements);
}

/** The first `most` sessions behind a place, in the order of a list. */
function listedFrom(
  volumes: readonly OpenVolume[],
  inParts: readonly Parts[],
  ask: Ask,
  { filter, sort }: PageRequest & { readonly sort: SessionSort },
  from: SessionPlace | null,
  most: number,
): Listed[] {
  const isLoose = isLooseFilter(filter);
  const inOrder = (a: Listed, b: Listed) => comparePlaces(sort, a.place, b.place);
  let whole: Listed[] = [];
  for (const { volume, first } of volumesInOrder(volumes, sort)) {
    const last = whole.at(-1)?.place;
    // Volumes come in the order of the list: those behind what was found are not asked.
    if (whole.length >= most && last !== undefined && first !== null && comparePlaces(sort, last, first) < 0)
      break;
    const question = ask(volume);
    const few = isLoose ? volume.run(() => statementsBySession(volume, question)) : null;
    const places = volume.run(() =>
      few === null
        ? listSessions(volume, question, sort, from, most)
        : placesOf(volume, new Set(few.keys()), sort, from),
    );
    const own = places.map((place): Listed => ({
      place,
      parts: [{ volume, id: place.id }],
      statements: few?.get(place.id),
    }));
    whole = [...whole, ...own].toSorted(inOrder).slice(0, most);
  }
  const end = whole.length < most ? null : (whole.at(-1)?.place ?? null);
  const within = inParts.filter((session) => {
    const place = placeOf(session, sort);
    if (place === null || (from !== null && comparePlaces(sort, place, from) <= 0)) return false;
    return end === null || comparePlaces(sort, place, end) < 0;
  });
  const joined = matchingParts(within, ask).flatMap(({ parts }): Listed[] => {
    const place = placeOf({ parts }, sort);
    return place === null ? [] : [{ place, parts }];
  });
  return [...whole, ...joined].toSorted(inOrder).slice(0, most);
}

/** Statements that may be meant are found at once up to so many; where there are more, sessions are gone through. */
const FEW_STATEMENTS = 10_000;

/** The statements of a volume that may be meant, by session; null where there are many, or sessions without any may match. */
function statementsBySession(volume: OpenVolume, question: Question): Map<number, number[]> | null {
  if (!question.asks || !isNever(question.session)) return null;
  const places = listStatements(volume, question, null, FEW_STATEMENTS + 1);
  if (places.length > FEW_STATEMENTS) return null;
  const sessionOf = volume.db
    .prepare<[number], number>('SELECT session_id FROM statement WHERE id = ?')
    .pluck();
  const found = new Map<number, number[]>();
  for (const { id } of places) {
    const session = sessionOf.get(id) ?? 0;
    const known = found.get(session);
    if (known === undefined) found.set(session, [id]);
    else known.push(id);
  }
  return found;
}

interface OrderedVolume {
  readonly volume: OpenVolume;
  /** Before which no session of the volume stands; null where the order is another than that of time. */
  readonly first: SessionPlace | null;
}

/** In orders by time, volumes whose sessions come first before the others. */
function volumesInOrder(volumes: readonly OpenVolume[], sort: SessionSort): OrderedVolume[] {
  if (sort !== '-started' && sort !== 'started') return volumes.map((volume) => ({ volume, first: null }));
  const extreme = sort === 'started' ? 'min' : 'max';
  const beyond = sort === 'started' ? -1 : 1;
  return volumes
    .flatMap((volume) => {
      const started = volume.run(() =>
        volume.db.prepare<[], number | null>(`SELECT ${extreme}(started) FROM session`).pluck().get(),
      );
      if (started === undefined || started === null) return [];
      return [{ volume, first: { value: started + beyond, volume: volume.name, id: 0 } }];
    })
    .toSorted((a, b) => comparePlaces(sort, a.first, b.first));
}
