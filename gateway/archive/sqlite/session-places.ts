/**
 * Places by number in a list of sessions: what a scroll bar asks for. The sessions that match are gathered in the list's order,
 * volume by volume, and kept until the volume changes: there are a hundred times fewer than statements.
 */
import type { SessionSort } from '../../../shared/api/routes.ts';
import { ArchiveError } from '../archive.ts';
import type { Ask } from './asking.ts';
import { isNever } from '../conditions.ts';
import type { OpenVolume } from './open-volumes.ts';
import type { Question } from './question.ts';
import { comparePlaces, orderedSql, wholeMatch, type SessionPlace } from './session-query.ts';

/** How long sessions are gathered, ms; beyond, the list goes by its pages alone. */
const LONGEST = 1_000;

/** Sessions between two looks at the clock. */
const LOOK_AT_CLOCK = 1_000;

/** Lists kept for each volume: that which is scrolled, and what one comes back to. */
const KEPT = 4;

interface Gathered {
  /** What the volume held then. */
  readonly stamp: string;
  readonly places: readonly SessionPlace[];
}

const kept = new WeakMap<OpenVolume, Map<string, Gathered>>();

interface ListOf {
  /** What tells this list from others. */
  readonly key: string;
  readonly sort: SessionSort;
  readonly volumes: readonly OpenVolume[];
  readonly ask: Ask;
  /** Places of sessions in parts, in the list's order. */
  readonly inParts: readonly SessionPlace[];
}

/** The place that `at` sessions stand before, null at the start and at the end, and how many there are. */
export function sessionAt(
  { key, sort, volumes, ask, inParts }: ListOf,
  at: number,
): { readonly place: SessionPlace | null; readonly total: number } {
  const until = performance.now() + LONGEST;
  const lists = [inParts, ...volumes.map((volume) => gathered(volume, ask, key, sort, until))];
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  return { place: at === 0 || at >= total ? null : nth(lists, at - 1, sort), total };
}

function gathered(
  volume: OpenVolume,
  ask: Ask,
  key: string,
  sort: SessionSort,
  until: number,
): readonly SessionPlace[] {
  const lists = kept.get(volume) ?? new Map<string, Gathered>();
  kept.set(volume, lists);
  const stamp = stampOf(volume);
  const known = lists.get(key);
  const found = known?.stamp === stamp ? known : { stamp, places: gather(volume, ask(volume), sort, until) };
  lists.delete(key);
  lists.set(key, found);
  for (const old of lists.keys()) if (lists.size > KEPT) lists.delete(old);
  return found.places;
}

function stampOf(volume: OpenVolume): string {
  const events = volume.run(() => volume.db.prepare<[], number>('SELECT events FROM total').pluck().get());
  return `${events} ${volume.later}`;
}

function gather(volume: OpenVolume, question: Question, sort: SessionSort, until: number): SessionPlace[] {
  const condition = wholeMatch(question);
  if (isNever(condition)) return [];
  return volume.run(() => {
    const places: SessionPlace[] = [];
    const rows = volume.db
      .prepare<unknown[], { value: number | null; id: number }>(orderedSql(sort, condition.sql))
      .iterate(...condition.values);
    for (const { value, id } of rows) {
      if (places.length % LOOK_AT_CLOCK === 0 && performance.now() > until)
        throw new ArchiveError(
          'BAD_CURSOR',
          'these sessions are too many to be counted in time, so there is no place by number among them: go by pages',
        );
      places.push({ value, id, volume: volume.name });
    }
    return places;
  });
}

/** The nth of several lists that are each in order, found by halving. */
function nth(lists: readonly (readonly SessionPlace[])[], n: number, sort: SessionSort): SessionPlace | null {
  const low = lists.map(() => 0);
  const high = lists.map((list) => list.length);
  for (;;) {
    let widest = 0;
    for (const i of lists.keys())
      if ((high[i] ?? 0) - (low[i] ?? 0) > (high[widest] ?? 0) - (low[widest] ?? 0)) widest = i;
    const [from, to] = [low[widest] ?? 0, high[widest] ?? 0];
    if (from >= to) return null;
    const pivot = lists[widest]?.[Math.floor((from + to) / 2)];
    if (pivot === undefined) return null;
    const before = lists.map((list) => countBefore(list, pivot, sort));
    const count = before.reduce((sum, one) => sum + one, 0);
    if (count === n) return pivot;
    for (const [i, one] of before.entries()) {
      if (count > n) high[i] = Math.min(high[i] ?? 0, one);
      else low[i] = Math.max(low[i] ?? 0, i === widest ? one + 1 : one);
    }
  }
}

function countBefore(list: readonly SessionPlace[], place: SessionPlace, sort: SessionSort): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = list[middle];
    if (found !== undefined && comparePlaces(sort, found, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
