/** Makes volumes that can be shown from those that somebody sent: of their events what verified, and nothing else of them. */
import type { FactsOf } from '../../archive.ts';
import type { Finding } from '../../../../shared/recording/verdict.ts';
import { HASH_BYTES, subtreesOf } from '../../../../shared/recording/tree.ts';
import { eventsInOrder } from '../events-in-order.ts';
import type { RawEvent } from '../raw-events.ts';
import { redactionsIn } from '../redaction-rows.ts';
import { checkpointsIn, RemadeVolume } from '../remade-volume.ts';
import type { VolumeFile } from '../verify/volume-file.ts';
import { readableCarried, readableEvents } from './verified-events.ts';
import { WholeSessions } from './whole-sessions.ts';

export interface RemakeOptions {
  /** What a verification of this volume, or of all of its archive, found. */
  readonly findings: readonly Finding[];
  readonly factsOf: FactsOf;
  /** Is told how many more events were taken. */
  readonly onEvents: (events: number) => void;
  /** Whether another volume of its log follows, where what is open goes on. */
  readonly followed: boolean;
}

/**
 * Makes the volume at `path` from one that was verified; returns how many events were left out: those that are missing or are not
 * what was signed, and what comes behind one of these in its session. Throws {@link ArchiveError} and what SQLite throws.
 */
export function remakeVolume(
  file: VolumeFile,
  path: string,
  { findings, factsOf, onEvents, followed }: RemakeOptions,
): number {
  const { db, row } = file;
  const damage = findings.filter(
    ({ verdict, volume }) => verdict === 'CORRUPT' && (volume ?? file.name) === file.name,
  );
  const isBad = inRuns(damage, row.log.toString('hex'));
  // The first event and all that came before it stand, or fall, with the same root.
  const carried = isBad(row.first) ? [] : readableCarried(file, isBad);
  const sessions = new WholeSessions(
    isBad,
    carried.map(({ event }) => hexOf(event.session)),
  );
  const frontier = damage.length === 0 ? row.frontier : noFrontier(row.first);
  const volume = new RemadeVolume(
    path,
    { row: { ...row, frontier }, carried, redactions: redactionsIn(db) },
    { factsOf, onEvents },
  );
  try {
    let taken = 0;
    const events: Iterable<RawEvent> =
      damage.length === 0 ? eventsInOrder(db, row.first, row.next) : readableEvents(file);
    for (const raw of events) {
      if (!sessions.takes(raw.event)) continue;
      volume.take(raw);
      taken++;
    }
    volume.finish({ over: !followed });
    if (damage.length === 0 && taken === row.next - row.first) volume.sign(checkpointsIn(db));
    else volume.unsign();
    return row.next - row.first - taken;
  } finally {
    volume.close();
  }
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

function hexOf(session: Uint8Array | null): string {
  return Buffer.from(session ?? []).toString('hex');
}
