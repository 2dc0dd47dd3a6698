/** Lists of statements over all volumes of an archive. */
import type { Page } from '../../../shared/api/page.ts';
import type { StatementRow } from '../../../shared/api/session.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import { ArchiveError, type PageRequest } from '../archive.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { isLooseFilter, Looks } from './looks.ts';
import type { OpenVolume } from './open-volumes.ts';
import { questionOf, type Question } from './question.ts';
import { joinedRow, type Part } from './session-parts.ts';
import {
  compareStatements,
  countStatements,
  listOfSession,
  listStatements,
  LOOSE_LOOKS,
  statementAt,
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

/**
 * The place that `at` statements stand before, and how many do for sure: where volumes of several logs were written at the same
 * time, the nearest place between their statements is taken.
 */
function placeAt(
  volumes: readonly OpenVolume[],
  ask: Ask,
  at: number,
  total: number | null,
): { readonly place: StatementPlace | null; readonly offset: number } {
  if (total === null)
    throw new ArchiveError(
      'BAD_CURSOR',
      'this list is not counted, so there is no place by number in it: go by its pages, or say before: when',
    );
  if (at >= total) return { place: null, offset: total };
  const spans = volumes
    .map((volume) => ({
      volume,
      count: volume.run(() => countStatements(volume, ask(volume))) ?? 0,
      ...volume.run(() => timesOf(volume)),
    }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.newest - a.newest);
  let skipped = 0;
  for (let i = 0; i < spans.length;) {
    const group = overlapping(spans, i);
    const count = group.reduce((sum, span) => sum + span.count, 0);
    if (skipped + count >= at) return within(group, ask, at - skipped, skipped);
    skipped += count;
    i += group.length;
  }
  return { place: null, offset: total };
}

interface SpanOfVolume {
  readonly volume: OpenVolume;
  readonly count: number;
  readonly oldest: number;
  readonly newest: number;
}

/** The volumes from one on whose times overlap. */
function overlapping(spans: readonly SpanOfVolume[], from: number): SpanOfVolume[] {
  const group: SpanOfVolume[] = [];
  let oldest = Infinity;
  for (const span of spans.slice(from)) {
    if (group.length > 0 && span.newest < oldest) break;
    group.push(span);
    oldest = Math.min(oldest, span.oldest);
  }
  return group;
}

/** A place among volumes of the same time: in the share of one of them, as many of each as its share of all. */
function within(
  group: readonly SpanOfVolume[],
  ask: Ask,
  skip: number,
  before: number,
): { readonly place: StatementPlace | null; readonly offset: number } {
  const count = group.reduce((sum, span) => sum + span.count, 0);
  const largest = group.reduce((most, span) => (span.count > most.count ? span : most));
  const own = group.length === 1 ? skip : Math.floor((skip * largest.count) / count);
  const { volume } = largest;
  // The place is that of the statement before: a page begins behind its cursor.
  const place = own === 0 ? null : volume.run(() => statementAt(volume, ask(volume), own - 1));
  if (place === null) return { place: beginningOf(group), offset: before };
  const others = group.filter((span) => span.volume !== volume);
  const offset = others.reduce(
    (sum, other) => sum + other.volume.run(() => countBefore(other, ask, place)),
    before + own,
  );
  return { place, offset };
}

/** Right before the newest of some volumes. */
function beginningOf(group: readonly SpanOfVolume[]): StatementPlace {
  const newest = group.reduce((latest, span) => Math.max(latest, span.newest), -Infinity);
  return { time: newest + 1, volume: '', id: 0 };
}

/** How many statements of a volume that match stand before a place of another: found by halving. */
function countBefore({ volume, count }: SpanOfVolume, ask: Ask, place: StatementPlace): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = statementAt(volume, ask(volume), middle);
    if (found !== null && compareStatements(found, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timesOf({ db }: OpenVolume): { readonly oldest: number; readonly newest: number } {
  const row = db
    .prepare<[], { oldest: number | null; newest: number | null }>('SELECT oldest, newest FROM total')
    .get();
  return { oldest: row?.oldest ?? Infinity, newest: row?.newest ?? -Infinity };
}

/** Statements of a session that are fetched at once to be looked at. */
const LOOSE_AT_ONCE = 100;

/** Statements of one session, oldest first, through all volumes it lies in. */
export function statementsOfSession(
  volumes: readonly OpenVolume[],
  parts: readonly Part[],
  { filter, after, limit }: PageRequest,
): Page<StatementRow> {
  const read = readCursor('of session', ['number', 'number'], after);
  let from = read === null ? null : { number: Number(read[0]), ordinal: Number(read[1]) };
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
      for (const place of listed) {
        const row = volume.run(() => volume.statements.row(place.id));
        if (row === null) continue;
        if (loose && !look.isMatch({ volume: volume.name, id: place.id }, row)) continue;
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
  const isAll = filter.root.kind === 'and' && filter.root.of.length === 0;
  return {
    items: page,
    next: items.length > limit && last ? writeCursor('of session', [last.statement, last.ordinal]) : null,
    total: isAll ? (joinedRow(parts)?.statements ?? null) : null,
  };
}
