/**
 * Makes a volume anew from the events of another: what a verifier compares its projections with, and what is left
 * when values are taken out of it.
 */
import type Database from 'better-sqlite3';
import { carriedEvents } from './carried-rows.ts';
import { eventsInOrder } from './events-in-order.ts';
import type { RawEvent } from './raw-events.ts';
import { redactionsIn, type RedactionRow } from './redaction-rows.ts';
import { checkpointsIn, type RemadeOptions, RemadeVolume } from './remade-volume.ts';
import { readVolumeRow } from './volume-row.ts';

export interface RebuildOptions extends RemadeOptions {
  /** What becomes of each event, repeated ones included; its own bytes must stay. */
  readonly edit?: (raw: RawEvent) => RawEvent;
  /** Notes of redactions beside those that are there, or in their place. */
  readonly notes?: readonly RedactionRow[];
}

/**
 * Makes the volume at `path`, where no file is, from the one that `source` has open: its events, the same checkpoints, tiles and
 * redactions, and projections of its own. Throws {@link ArchiveError}, and what reading events throws.
 */
export function rebuild(
  source: Database.Database,
  path: string,
  { edit = asItIs, notes = [], ...options }: RebuildOptions,
): void {
  const row = readVolumeRow(source);
  const carried = Array.from(carriedEvents(source), (event) => ({ ...event, ...edit(event) }));
  const redactions = [...redactionsIn(source), ...notes];
  const volume = new RemadeVolume(path, { row, carried, redactions }, options);
  try {
    for (const raw of eventsInOrder(source, row.first, row.next)) volume.take(edit(raw));
    volume.finish();
    volume.sign(checkpointsIn(source));
  } finally {
    volume.close();
  }
}

function asItIs(raw: RawEvent): RawEvent {
  return raw;
}
