/** Makes volumes that can be shown from those that somebody sent: of their events what verified, and nothing else of them. */
import type { CutSession } from '../../../../shared/api/foreign.ts';
import type { FactsOf } from '../../archive.ts';
import type { Finding } from '../../../../shared/recording/verdict.ts';
import { HASH_BYTES, subtreesOf } from '../../../../shared/recording/tree.ts';
import { carriedEvents, type CarriedEvent } from '../carried-rows.ts';
import { eventsInOrder } from '../events-in-order.ts';
import type { RawEvent } from '../raw-events.ts';
import { redactionsIn } from '../redaction-rows.ts';
import { checkpointsIn, RemadeVolume } from '../remade-volume.ts';
import type { VolumeFile } from '../verify/volume-file.ts';
import { readableEvents } from './verified-events.ts';
import { WholeSessions } from './whole-sessions.ts';

export interface RemakeOptions {
  /** What a verification of this volume, or of all of its archive, found. */
  readonly findings: readonly Finding[];
  readonly factsOf: FactsOf;
  /** Is told how many more events were taken. */
  readonly onEvents: (events: number) => void;
  /** What the volume before it gave for it to repeat; null: there is none, or not all of it is known. */
  readonly before: readonly CarriedEvent[] | null;
  /** Whether another volume of its log follows, where what is open goes on. */
  readonly followed: boolean;
}

export interface Remade {
  /** Events that were left out: missing, not what was signed, or behind one of these in their session. */
  readonly leftOut: number;
  /** Sessions of which a part can be shown. */
  readonly cut: readonly CutSession[];
  /** What the volume behind it repeats; null where not all of it is known. */
  readonly carried: readonly CarriedEvent[] | null;
}

/** Makes the volume at `path` from one that was verified. Throws {@link ArchiveError} and what SQLite throws. */
export function remakeVolume(
  file: VolumeFile,
  path: string,
  { findings, factsOf, onEvents, before, followed }: RemakeOptions,
): Remade {
  const { db, row } = file;
  const damage = findings.filter(
    ({ verdict, volume }) => verdict === 'CORRUPT' && (volume ?? file.name) === file.name,
  );
  const isBad = inRuns(damage, row.log.toString('hex'));
  const carried = before ?? carriedIn(file, isBad);
  const sessions = new WholeSessions(isBad, {
    carried: carried.map(({ event }) => Buffer.from(event.session ?? []).toString('hex')),
    mayGoOn: row.first > 0 && damage.length === 0,
  });
  const frontier = damage.length === 0 ? row.frontier : noFrontier(row.first);
  const start = { row: { ...row, frontier }, carried, redactions: redactionsIn(db) };
  const volume = new RemadeVolume(path, start, { factsOf, onEvents });
  try {
    let taken = 0;
    const events: Iterable<RawEvent> =
      damage.length === 0 ? eventsInOrder(db, row.first, row.next) : readableEvents(file);
    for (const raw of events) {
      if (!sessions.takes(raw.event)) continue;
      volume.take(raw);
      taken++;
    }
    const whole = damage.length === 0 && taken === row.next - row.first;
    const next = volume.finish({ over: !followed, followed: followed && whole });
    if (whole) volume.sign(checkpointsIn(db));
    else volume.unsign();
    const cut = sessions.cut(row.log.toString('hex'), lastOf(damage));
    return { leftOut: row.next - row.first - taken, cut, carried: followed && whole ? next : null };
  } finally {
    volume.close();
  }
}

/**
 * What the volume says that it repeats: all, or nothing where a part is not in the tree before it, with which the first event stands
 * or falls. Of half of what a session was nobody is served.
 */
function carriedIn(file: VolumeFile, isBad: (index: number) => boolean): CarriedEvent[] {
  const { db, row } = file;
  const indexes = db.prepare<[], number>('SELECT idx FROM carried').pluck().all();
  return isBad(row.first) || indexes.some(isBad) ? [] : [...carriedEvents(db)];
}

/** The last event that one of the findings names; -1 where none does. */
export function lastOf(findings: readonly Finding[]): number {
  return findings.reduce((last, { event = -1, lastEvent = event }) => Math.max(last, lastEvent), -1);
}

/** Whether findings name an event of the log (hex). */
export function inRuns(findings: readonly Finding[], log: string): (index: number) => boolean {
  const runs = findings
    .flatMap(({ log: of, event, lastEvent = event }) =>
      of !== log || event === undefined || lastEvent === undefined ? [] : [{ event, lastEvent }],
    )
    .toSorted((a, b) => a.event - b.event);
  // A finding may lie within another: what counts is how far those before it reach.
  let reach = -1;
  const ends = runs.map(({ lastEvent }) => (reach = Math.max(reach, lastEvent)));
  return (index) => {
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle]?.event ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (ends[low - 1] ?? -1) >= index;
  };
}

function noFrontier(first: number): Buffer {
  return Buffer.alloc(subtreesOf(0, first).length * HASH_BYTES);
}
