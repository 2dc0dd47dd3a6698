/** Lists of statements over all volumes of an archive. */
import type { Page } from '../../../shared/api/page.ts';
import type { StatementRow } from '../../../shared/api/session.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import type { PageRequest } from '../archive.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { isEverything, placeInSession, type SessionPageRequest } from './session-jump.ts';
import { isLooseFilter, Looks } from './looks.ts';
import { placeAt } from './statement-jump.ts';
import type { OpenVolume } from './open-volumes.ts';
import { questionOf, type Question } from './question.ts';
import { joinedRow, type Part } from './session-parts.ts';
import {
  compareStatements,
  countStatements,
  listOfSession,
  listStatements,
  LOOSE_LOOKS,
  type StatementPlace,
} from './statement-query.ts';

/** Statements of all sessions, newest first. */
export function newestStatements(
  volumes: readonly OpenVolume[],
  { filter, after, at, limit }: PageRequest,
): Page<StatementRow> {
  const ask = asking(filter);
  const total = isLooseFilter(filter) ? null : totalOf(volumes, ask);
  const read = readCursor('statements', ['number', 'string', 'number'], after);
  const from = read === null ? null : ({ time: read[0], volume: read[1], id: read[2] } as StatementPlace);
  const jump = at === undefined || at === 0 ? null : placeAt(volumes, ask, at, total);
  if (jump?.place === null) return { items: [], next: null, total, offset: jump.offset };
  const found = pageOf(volumes, filter, ask, jump?.place ?? from, limit);
  const { last } = found;
  return {
    items: found.items,
    next: last === null ? null : writeCursor('statements', [last.time, last.volume, last.id]),
    total,
    ...(at === undefined ? {} : { offset: jump?.offset ?? 0 }),
  };
}

/** Whether a session has a statement that a filter means, where its indexes lead to more than that. */
export function hasMatch(volumes: readonly OpenVolume[], parts: readonly Part[], filter: Filter): boolean {
  return statementsOfSession(volumes, parts, { filter, limit: 1 }).items.length > 0;
}

/** What a filter asks of each volume, found when it is needed. */
type Ask = (volume: OpenVolume) => Question;

function asking(filter: Filter): Ask {
  const known = new Map<OpenVolume, Question>();
  return (volume) => {
    const found = known.get(volume) ?? volume.run(() => questionOf(volume.db, filter));
    known.set(volume, found);
    return found;
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
  ask: Ask,
  from: StatementPlace | null,
  limit: number,
): Found {
  if (!isLooseFilter(filter)) {
    const places = merged(volumes, ask, from, limit + 1);
    const page = places.slice(0, limit);
    const items = page.flatMap((place) => rowOf(volumes, place) ?? []);
    return { items, last: places.length > limit ? (page.at(-1) ?? null) : null };
  }
  const places = merged(volumes, ask, from, LOOSE_LOOKS);
  const items: StatementRow[] = [];
  const look = new Looks(volumes, filter);
  for (const place of places) {
    const row = rowOf(volumes, place);
    if (row === null || !look.isMatch(place, row)) continue;
    items.push(row);
    if (items.length === limit) return { items, last: place };
  }
  return { items, last: places.length === LOOSE_LOOKS ? (places.at(-1) ?? null) : null };
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

function rowOf(volumes: readonly OpenVolume[], place: StatementPlace): StatementRow | null {
  const volume = volumes.find(({ name }) => name === place.volume);
  return volume?.run(() => volume.statements.row(place.id)) ?? null;
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

/** Statements of a session that are fetched at once to be looked at. */
const LOOSE_AT_ONCE = 100;

/** Statements of one session, oldest first, through all volumes it lies in. */
export function statementsOfSession(
  volumes: readonly OpenVolume[],
  parts: readonly Part[],
  { filter, after, limit, ...place }: SessionPageRequest,
): Page<StatementRow> {
  const read = readCursor('of session', ['number', 'number'], after);
  const jump = placeInSession(parts, filter, place);
  let from = jump?.after ?? (read === null ? null : { number: Number(read[0]), ordinal: Number(read[1]) });
  const ask = asking(filter);
  const loose = isLooseFilter(filter);
  const look = new Looks(volumes, filter);
  const items: StatementRow[] = [];
  for (const { volume, id } of parts) {
    const question = ask(volume);
    // Numbers go on from volume to volume; a statement that went on in the next is in that alone.
    for (;;) {
      const wanted = loose ? LOOSE_AT_ONCE : limit + 1 - items.length;
      const listed = volume.run(() => listOfSession(volume, question, id, from, wanted));
      for (const { id: statement } of listed) {
        const row = volume.run(() => volume.statements.row(statement));
        if (row === null) continue;
        if (loose && !look.isMatch({ volume: volume.name, id: statement }, row)) continue;
        items.push(row);
      }
      const last = listed.at(-1);
      if (last !== undefined) from = { number: last.number, ordinal: last.ordinal };
      if (listed.length < wanted || items.length > limit) break;
    }
    if (items.length > limit) break;
  }
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const isAll = isEverything(filter);
  return {
    items: page,
    next: items.length > limit && last ? writeCursor('of session', [last.statement, last.ordinal]) : null,
    total: isAll ? (joinedRow(parts)?.statements ?? null) : null,
    ...(jump === null ? {} : { offset: jump.offset }),
  };
}
