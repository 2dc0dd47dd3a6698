/** Runs a client twice, direct and through the gateway, and fetches what both witnesses say of the second run. */
import type { ArchiveReader } from '../../archive/archive.ts';
import type { SessionId } from '../../../shared/api/session.ts';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { readPackedSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import { transcriptOf } from './recorded.ts';
import { transcribe } from './spoken.ts';
import type { Transcript } from './transcript.ts';
import { startWiretap } from './wiretap.ts';

/** Where a client connects. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** How long the archive may take to show a session's end. */
const PATIENCE_MS = 30_000;

/** A recorder may have read its clock for the events before; a port is not used again that soon. */
const CLOCK_LAG_MS = 500;

/** What a client got, and both transcripts of each of its connections, oldest first. */
export interface WatchedRun<T> {
  readonly result: T;
  readonly spoken: readonly Transcript[];
  readonly recorded: readonly Transcript[];
}

/** Runs `client` through a tap in front of the gateway. */
export async function watch<T>(
  gateway: Address,
  archive: ArchiveReader,
  client: (address: Address) => Promise<T>,
): Promise<WatchedRun<T>> {
  const tap = await startWiretap(gateway.port);
  try {
    const result = await client({ ...gateway, port: tap.port });
    await tap.idle();
    const spoken: Transcript[] = [];
    const recorded: Transcript[] = [];
    for (const { port, since, chunks } of tap.connections) {
      const transcript = transcribe(chunks);
      if (transcript === null) continue; // a CancelRequest
      spoken.push(transcript);
      recorded.push(transcriptOf(await eventsOf(archive, port, since)));
    }
    return { result, spoken, recorded };
  } finally {
    await tap.close();
  }
}

/** All events of the session whose agent came from `port` after `since`, once its end is in the archive. */
async function eventsOf(archive: ArchiveReader, port: number, since: number): Promise<StoredEvent[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 });
    for (const { id, outcome, started } of items) {
      if (started / 1000 < since - CLOCK_LAG_MS) break; // the rest is older
      if (outcome !== 'live' && (await clientPort(archive, id)) === port) return readEvents(archive, id);
    }
    if (Date.now() > deadline) throw new Error(`the archive shows no ended session of port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The agent's port, as the first event of the session's first segment tells it. */
async function clientPort(archive: ArchiveReader, id: SessionId): Promise<number | null> {
  const [first] = await readSegment(archive, id, (await archive.segments(id))[0]?.number ?? 0);
  return first?.event.kind === 'sessionOpened' ? first.event.fields.clientPort : null;
}

/** All events of a session in order. */
export async function readEvents(archive: ArchiveReader, id: SessionId): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (const { number } of await archive.segments(id)) {
    for (const stored of await readSegment(archive, id, number)) events.push(stored);
  }
  return events;
}

async function readSegment(archive: ArchiveReader, id: SessionId, number: number): Promise<StoredEvent[]> {
  const packed = await archive.segment(id, number);
  if (packed === null) throw new Error(`the archive has no segment ${number} of session ${id}`);
  return [...readPackedSegment(packed)];
}
