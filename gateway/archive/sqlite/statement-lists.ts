/** Lists of statements over all volumes of an archive. */
import type { Page } from '../../../shared/api/page.ts';
import type { StatementRow } from '../../../shared/api/session.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import type { PageRequest } from '../archive.ts';
import { asking, type Ask } from './asking.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { isEverything, placeInSession, type SessionPageRequest } from './session-jump.ts';
import { AT_ONCE, isLooseFilter, Looks, type Clock } from './looks.ts';
import { placeAt } from './statement-jump.ts';
import type { OpenVolume } from './open-volumes.ts';
import { countStatements } from './statement-count.ts';
import { joinedRow, type Part } from './session-parts.ts';
import {
  compareStatements,
  listOfSession,
  listStatements,
  LOOSE_LOOKS,
  type NumberPlace,
  type StatementPlace,
} from './statement-query.ts';

/** Statements of all sessions, newest first. */
export function newestStatements(
  volumes: readonly OpenVolume[],
  { filter, after, at, limit }: PageRequest,
  now: Clock,
): Page<StatementRow> {
  const ask = asking(filter);
  const total = isLooseFilter(filter) ? null : totalOf(volumes, ask);
  const read = readCursor('statements', ['number', 'string', 'number'], after);
  const from = read === null ? null : ({ time: read[0], volume: read[1], id: read[2] } as StatementPlace);
  const jump = at === undefined || at === 0 ? null : placeAt(volumes, ask, at, total);
  if (jump?.place === null) return { items: [], next: null, total, offset: jump.offset };
  const found = pageOf(volumes, filter, new Looks(volumes, filter, ask, now), jump?.place ?? from, limit);
  const { last } = found;
  return {
    items: found.items,
    next: last === null ? null : writeCursor('statements', [last.time, last.volume, last.id]),
    total,
    ...(at === undefined ? {} : { offset: jump?.offset ?? 0 }),
  };
}

interface Found {
  readonly items: StatementRow[];
  /** Where the next page goes on; null at the end. */
  readonly last: StatementPlace | null;
}

function pageOf(
  volumes: readonly OpenVolume[],
  filter: Filter,
  looks: Looks,
  from: StatementPlace | null,
  limit: number,
): Found {
  const { ask } = looks;
  if (!isLooseFilter(filter)) {
    const places = merged(volumes, ask, from, limit + 1);
    const page = places.slice(0, limit);
    return { items: rowsOf(volumes, page), last: places.length > limit ? (page.at(-1) ?? null) : null };
  }
  const places = merged(volumes, ask, from, LOOSE_LOOKS);
  const page: StatementPlace[] = [];
  for (const place of places) {
    const volume = volumes.find(({ name }) => name === place.volume);
    if (volume !== undefined && looks.isMatch(volume, place.id)) page.push(place);
    const isFull = page.length === limit || looks.isOver;
    if (isFull && place !== places.at(-1)) return { items: rowsOf(volumes, page), last: place };
  }
  const last = places.length === LOOSE_LOOKS ? (places.at(-1) ?? null) : null;
  return { items: rowsOf(volumes, page), last };
}

/** The first `limit` statements of all volumes after a place. Volumes come newest first: those behind what was found are not asked. */
function merged(
  volumes: readonly OpenVolume[],
  ask: Ask,
  from: StatementPlace | null,
  limit: number,
): StatementPlace[] {
  const byTime = volumes
    .map((volume) => ({ volume, newest: volume.run(() => newestTime(volume)) }))
    .toSorted((a, b) => b.newest - a.newest);
  let places: StatementPlace[] = [];
  for (const { volume, newest } of byTime) {
    const last = places.at(-1);
    if (places.length >= limit && last !== undefined && newest < last.time) break;
    const own = volume.run(() => listStatements(volume, ask(volume), from, limit));
    places = [...places, ...own].toSorted(compareStatements).slice(0, limit);
  }
  return places;
}

/** The time of a volume's newest statement, whichever was recorded last. */
function newestTime({ db }: OpenVolume): number {
  return db.prepare<[], number | null>('SELECT newest FROM total').pluck().get() ?? -Infinity;
}

function rowsOf(volumes: readonly OpenVolume[], places: readonly StatementPlace[]): StatementRow[] {
  const own = new Map(volumes.map((volume) => [volume.name, volume]));
  return rowsAt(places.flatMap(({ volume, id }) => ({ volume: own.get(volume), id })));
}

/** The rows of statements, those of each volume read at once; one without a row is left out. */
function rowsAt(
  statements: readonly { readonly volume: OpenVolume | undefined; readonly id: number }[],
): StatementRow[] {
  const read = new Map<OpenVolume | undefined, ReadonlyMap<number, StatementRow>>();
  for (const [volume, own] of Map.groupBy(statements, (one) => one.volume))
    if (volume !== undefined)
      read.set(
        volume,
        volume.run(() => volume.statements.rows(own.map(({ id }) => id))),
      );
  return statements.flatMap(({ volume, id }) => read.get(volume)?.get(id) ?? []);
}

/** How many match in all; null where that cannot be told without looking at each. */
function totalOf(volumes: readonly OpenVolume[], ask: Ask): number | null {
  let total = 0;
  for (const volume of volumes) {
    const question = ask(volume);
    const count = volume.run(() => countStatements(volume, question));
    if (count === null) return null;
    total += count;
  }
  return total;
}

/** Statements of one session, oldest first, through all volumes it lies in. */
export function statementsOfSession(
  volumes: readonly OpenVolume[],
  parts: readonly Part[],
  { filter, after, limit, ...place }: SessionPageRequest,
  now: Clock,
): Page<StatementRow> {
  const read = readCursor('of session', ['number', 'number'], after);
  const jump = placeInSession(parts, filter, place);
  const from = jump?.after ?? (read === null ? null : { number: Number(read[0]), ordinal: Number(read[1]) });
  const ask = asking(filter);
  const loose = isLooseFilter(filter);
  const looks = new Looks(volumes, filter, ask, now);
  const page: InSession[] = [];
  let last: NumberPlace | null = null;
  let next: string | null = null;
  for (const found of inSession(parts, ask, from, loose ? AT_ONCE : limit + 1)) {
    if (last !== null && (page.length === limit || (loose && looks.isOver))) {
      next = writeCursor('of session', [last.number, last.ordinal]);
      break;
    }
    if (!loose || looks.isMatch(found.volume, found.id)) page.push(found);
    last = found;
  }
  return {
    items: rowsAt(page),
    next,
    total: isEverything(filter) ? (joinedRow(parts)?.statements ?? null) : null,
    ...(jump === null ? {} : { offset: jump.offset }),
  };
}

interface InSession extends NumberPlace {
  readonly volume: OpenVolume;
  readonly id: number;
}

/** The statements of a session that indexes lead to, behind a place; so many are found at once. */
function* inSession(
  parts: readonly Part[],
  ask: Ask,
  after: NumberPlace | null,
  most: number,
): Generator<InSession> {
  let from = after;
  for (const { volume, id } of parts) {
    // Numbers go on from volume to volume; a statement that went on in the next is in that alone.
    for (let isMore = true; isMore;) {
      const found = volume.run(() => listOfSession(volume, ask(volume), id, from, most));
      for (const one of found) yield { ...one, volume };
      from = found.at(-1) ?? from;
      isMore = found.length === most;
    }
  }
}
