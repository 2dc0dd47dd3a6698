/** Places by number in the list of statements of all volumes: what a scroll bar asks for. */
import { ArchiveError } from '../archive.ts';
import type { Ask } from './asking.ts';
import type { OpenVolume } from './open-volumes.ts';
import { countStatements, statementAt } from './statement-count.ts';
import { compareStatements, firstIdAt, lastId, type StatementPlace } from './statement-query.ts';

/** A place in a list, null at its end, and how many stand before it. */
interface Jump {
  readonly place: StatementPlace | null;
  readonly offset: number;
}

/** A volume's part of the list. */
interface Span {
  readonly volume: OpenVolume;
  readonly count: number;
  /** µs */
  readonly oldest: number;
  readonly newest: number;
}

/**
 * The place that `at` statements stand before, of a list of `total`; null: it is not counted. Volumes of one log follow each
 * other. Where those of several logs were written at the same time, a place nearby is taken, and how many stand before it is told.
 */
export function placeAt(volumes: readonly OpenVolume[], ask: Ask, at: number, total: number | null): Jump {
  if (total === null)
    throw new ArchiveError(
      'BAD_CURSOR',
      'this list is not counted, so there is no place by number in it: go by its pages, or say before: when',
    );
  if (at >= total) return { place: null, offset: total };
  const spans = spansOf(volumes, ask).toSorted((a, b) => b.newest - a.newest);
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

/** Those with statements in the list. A volume begins where the one before it in its log ends: few of its statements are older. */
function spansOf(volumes: readonly OpenVolume[], ask: Ask): Span[] {
  const ends = new Map<string, number>();
  return volumes.flatMap((volume) => {
    const { oldest, newest } = volume.run(() => timesOf(volume));
    const log = volume.start.log.toString('hex');
    const before = ends.get(log) ?? -Infinity;
    ends.set(log, newest);
    const count = volume.run(() => countStatements(volume, ask(volume))) ?? 0;
    return count === 0 ? [] : [{ volume, count, oldest: Math.max(oldest, before), newest }];
  });
}

function timesOf({ db }: OpenVolume): { readonly oldest: number; readonly newest: number } {
  const row = db
    .prepare<[], { oldest: number | null; newest: number | null }>('SELECT oldest, newest FROM total')
    .get();
  return { oldest: row?.oldest ?? Infinity, newest: row?.newest ?? -Infinity };
}

/** The spans from one on that overlap in time. */
function overlapping(spans: readonly Span[], from: number): Span[] {
  const group: Span[] = [];
  let oldest = Infinity;
  for (const span of spans.slice(from)) {
    if (group.length > 0 && span.newest <= oldest) break;
    group.push(span);
    oldest = Math.min(oldest, span.oldest);
  }
  return group;
}

/** The place behind `skip` statements of some volumes, before which others stand. */
function within(group: readonly Span[], ask: Ask, skip: number, others: number): Jump {
  const [only] = group;
  if (only !== undefined && group.length === 1) {
    // A page begins behind its cursor: the place is that of the statement before.
    const place = only.volume.run(() => statementAt(only.volume, ask(only.volume), skip - 1));
    return { place, offset: others + skip };
  }
  const time = timeBehind(group, skip);
  const around = group.filter((span) => span.oldest <= time && time <= span.newest);
  const main = (around.length === 0 ? group : around).reduce((a, b) => (b.count > a.count ? b : a));
  const own = Math.max(1, Math.round(newerThan(main, time)));
  const place = main.volume.run(() => statementAt(main.volume, ask(main.volume), own - 1));
  if (place === null) return { place: null, offset: others };
  const offset = group.reduce(
    (sum, span) => (span === main ? sum : sum + countBefore(span, ask, place)),
    others + own,
  );
  return { place, offset };
}

/** About the time that `skip` statements of some volumes are newer than, found by halving. */
function timeBehind(group: readonly Span[], skip: number): number {
  let low = Math.min(...group.map(({ oldest }) => oldest));
  let high = Math.max(...group.map(({ newest }) => newest));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const newer = group.reduce((sum, span) => sum + newerThan(span, middle), 0);
    if (newer > skip) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** About how many statements of a volume in the list are newer than a time: as many of them as of all that it holds. */
function newerThan({ volume, count }: Span, time: number): number {
  return volume.run(() => {
    const last = lastId(volume);
    return last === 0 ? 0 : (count * (last + 1 - firstIdAt(volume, time + 1))) / last;
  });
}

/** How many statements of a volume that match stand before a place of another: found by halving. */
function countBefore({ volume, count, oldest, newest }: Span, ask: Ask, place: StatementPlace): number {
  if (newest < place.time) return 0;
  if (oldest > place.time) return count;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = volume.run(() => statementAt(volume, ask(volume), middle));
    if (found !== null && compareStatements(found, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
