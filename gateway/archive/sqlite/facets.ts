/** Facets of an archive: those of its volumes together, each session counted once, also where it lies in several. */
import type { FacetField, Facets, FacetValue } from '../../../shared/api/session.ts';
import type { Ask } from './asking.ts';
import {
  bucketsOf,
  COUNTED_FIELDS,
  countsOf,
  spanOf,
  TAKEN,
  TOLD_FIELDS,
  topCounts,
  valuesOfSessions,
  type Count,
  type Counted,
} from './facet-query.ts';
import { all, isNever } from '../conditions.ts';
import type { OpenVolume } from './open-volumes.ts';
import type { Question } from './question.ts';
import { endOf, matchingParts, type Part, type Parts } from './session-parts.ts';
import { IN_PARTS, matchSession } from './session-query.ts';

/** Values of one field that facets show. */
const VALUES = 50;

/** Bars of the histogram: one every dozen pixels of a wide window. */
const BUCKETS = 60;

/** Sessions that are looked at in one go, and how long that may go on, ms: beyond, counts say "at least". */
const LOOKED_AT = 2_000;
const LONGEST = 250;

/** The volumes of an archive and its sessions in parts. */
export interface Archived {
  readonly volumes: readonly OpenVolume[];
  readonly inParts: readonly Parts[];
}

/** Over everything: without a look at any session that lies in one volume. */
export function facetsOfAll({ volumes, inParts }: Archived): Facets {
  return facetsOf({ volumes, inParts }, 'all', true);
}

/** How the sessions that match are gathered. */
export interface Gathering {
  readonly ask: Ask;
  /** A clock in ms. */
  readonly now: () => number;
  /** Looks at a session where indexes lead to more than the filter means; null where they do not. */
  readonly isMeant: ((parts: readonly Part[]) => boolean) | null;
}

/** Over the sessions that match. */
export function facetsOfMatching(archived: Archived, { ask, now, isMeant }: Gathering): Facets {
  const until = now() + LONGEST;
  let whole = true;
  // Newest first: where not all can be looked at, those are.
  for (const volume of archived.volumes.toReversed()) {
    volume.run(() => volume.db.exec('DELETE FROM temp.matching'));
    whole = gather(volume, ask(volume), () => now() < until) && whole;
    if (isMeant !== null) whole = lookAt(volume, isMeant, () => now() < until) && whole;
  }
  const matching = matchingParts(archived.inParts, ask);
  const inParts = isMeant === null ? matching : matching.filter(({ parts }) => isMeant(parts));
  return facetsOf({ volumes: archived.volumes, inParts }, 'matching', whole);
}

/** Gathers the sessions of one volume that match; false when there was no time for all. */
function gather(volume: OpenVolume, question: Question, goOn: () => boolean): boolean {
  const condition = all([{ sql: `NOT (${IN_PARTS})`, values: [] }, matchSession(question)]);
  if (isNever(condition)) return true;
  return volume.run(() => {
    const { db } = volume;
    const add = db.prepare(
      `INSERT INTO temp.matching SELECT s.id FROM session s WHERE s.id > ? AND s.id <= ? AND ${condition.sql}`,
    );
    const last = db.prepare<[], number | null>('SELECT max(id) FROM session').pluck().get() ?? 0;
    for (let high = last; high > 0; high -= LOOKED_AT) {
      if (!goOn()) return false;
      add.run(high - LOOKED_AT, high, ...condition.values);
    }
    return true;
  });
}

/** Leaves those that are meant; false when there was no time to look at all. */
function lookAt(
  volume: OpenVolume,
  isMeant: (parts: readonly Part[]) => boolean,
  goOn: () => boolean,
): boolean {
  const ids = volume.run(() =>
    volume.db.prepare<[], number>('SELECT id FROM temp.matching ORDER BY id DESC').pluck().all(),
  );
  const meant: number[] = [];
  let whole = true;
  for (const id of ids) {
    if (goOn()) {
      if (isMeant([{ volume, id }])) meant.push(id);
    } else whole = false;
  }
  volume.run(() => {
    volume.db.exec('DELETE FROM temp.matching');
    volume.db.prepare('INSERT INTO temp.matching SELECT value FROM json_each(?)').run(JSON.stringify(meant));
  });
  return whole;
}

function facetsOf(archived: Archived, counted: Counted, whole: boolean): Facets {
  const { volumes, inParts } = archived;
  const spans = volumes.map((volume) => volume.run(() => spanOf(volume, counted)));
  const starts = inParts.flatMap(({ parts }) => parts[0]?.started ?? []);
  const times = [...spans.flatMap(({ first, last }) => [first ?? [], last ?? []].flat()), ...starts];
  const first = times.length === 0 ? null : least(times);
  const width = Math.max(1, Math.ceil((-least(times.map((time) => -time)) - (first ?? 0) + 1) / BUCKETS));
  const fields = COUNTED_FIELDS.map((field) => [field, valuesOf(archived, field, counted)] as const);
  return {
    fields: Object.fromEntries(fields) as Record<FacetField, FacetValue[]>,
    histogram: {
      from: first ?? 0,
      bucket: first === null ? 1 : width,
      counts: first === null ? [] : histogram(volumes, counted, starts, first, width),
    },
    total: spans.reduce((sum, span) => sum + span.total, 0) + inParts.length,
    whole,
  };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((low, number) => Math.min(low, number), Infinity);
}

function histogram(
  volumes: readonly OpenVolume[],
  counted: Counted,
  starts: readonly number[],
  from: number,
  width: number,
): number[] {
  const counts = Array.from({ length: BUCKETS }, () => 0);
  const add = (bucket: number, n: number) => {
    counts[bucket] = (counts[bucket] ?? 0) + n;
  };
  for (const volume of volumes)
    for (const { bucket, n } of volume.run(() => bucketsOf(volume, counted, from, width))) add(bucket, n);
  for (const start of starts) add(Math.floor((start - from) / width), 1);
  return counts;
}

/** Counts of several volumes as one. */
class Sums {
  readonly #counts = new Map<string, Count>();

  add({ value, provenance, count }: Count, by = count): void {
    const key = `${provenance ?? ''} ${value}`;
    const sum = by + (this.#counts.get(key)?.count ?? 0);
    this.#counts.set(key, { value, provenance, count: sum });
  }

  /** The most frequent. */
  top(): Count[] {
    return [...this.#counts.values()]
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, VALUES);
  }
}

function valuesOf({ volumes, inParts }: Archived, field: FacetField, counted: Counted): FacetValue[] {
  const lists = volumes.map((volume) => ({
    volume,
    counts: volume.run(() => topCounts(volume, field, counted)),
  }));
  const rough = new Sums();
  for (const { counts } of lists) for (const count of counts) rough.add(count);
  // Of a volume with more values than were taken, those that are among the most frequent of all are asked for.
  const wanted = rough.top().map(({ value }) => value);
  const sums = new Sums();
  for (const { volume, counts } of lists) {
    const exact = counts.length < TAKEN ? counts : volume.run(() => countsOf(volume, field, counted, wanted));
    for (const count of exact) sums.add(count);
  }
  const ofPart = valuesOfParts(inParts, field);
  for (const session of inParts) addParts(sums, session, ofPart, field, counted);
  return sums
    .top()
    .map(({ value, provenance, count }) =>
      provenance === null ? { value, count } : { value, count, provenance },
    );
}

/** A session in parts has the values of all its parts, each once; counters have counted the part that it began with. */
function addParts(
  sums: Sums,
  session: Parts,
  ofPart: ReadonlyMap<Part, readonly Count[]>,
  field: FacetField,
  counted: Counted,
): void {
  const values = new Map<string, Count>();
  for (const part of session.parts) {
    const own = field === 'outcome' ? [outcomeOf(session)] : (ofPart.get(part) ?? []);
    for (const count of own) values.set(`${count.provenance ?? ''} ${count.value}`, count);
    if (counted === 'all' && TOLD_FIELDS.has(field) && !part.carried)
      for (const count of own) sums.add(count, -1);
  }
  for (const count of values.values()) sums.add(count, 1);
}

/** The values of each part of some sessions. */
function valuesOfParts(sessions: readonly Parts[], field: FacetField): ReadonlyMap<Part, readonly Count[]> {
  const found = new Map<Part, readonly Count[]>();
  for (const [volume, parts] of Map.groupBy(
    sessions.flatMap((session) => session.parts),
    (part) => part.volume,
  )) {
    const ids = parts.map(({ id }) => id);
    const values = volume.run(() => valuesOfSessions(volume, field, ids));
    for (const part of parts) found.set(part, values.get(part.id) ?? []);
  }
  return found;
}

function outcomeOf(session: Parts): Count {
  return { value: endOf(session).outcome, provenance: null, count: 1 };
}
