/** The events of bundles as their bytes, so that they can be kept as they lie. */
import { setImmediate } from 'node:timers/promises';
import { REDACTED, withheldPayloads } from '../../../shared/recording/record.ts';
import { placesOf, type BundleSegment } from '../../../shared/remote/bundle.ts';
import type { ShippedBundle } from '../../../shared/remote/manifest.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { sha256 } from '../../archive/ed25519.ts';
import { rawEvents, type RawEvent } from '../../archive/sqlite/raw-events.ts';
import { fetchBundle, fetchDirectory } from '../bundles.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { ObjectStore } from '../object-store.ts';
import { openDirectory, openSegment, type OpenDirectory } from '../open-bundle.ts';

/** Where bundles are fetched from, and what opens them. */
export interface BundleSource {
  readonly store: ObjectStore;
  readonly keys: KeySource;
}

/** All events of a bundle. Rejects with ArchiveError. */
export async function wholeBundle({ store, keys }: BundleSource, bundle: ShippedBundle): Promise<RawEvent[]> {
  const bytes = await fetchBundle(store, bundle);
  const name = store.named(bundle.key);
  const directory = openDirectory(bytes, name, keys);
  const found: RawEvent[] = [];
  for (const { segment, from, to } of placesOf(directory, directory.headBytes)) {
    await setImmediate(); // who asks how it goes is answered
    const events = await eventsIn(segment, bytes.subarray(from, to), { directory, name, keys });
    for (const raw of events) found.push(raw);
  }
  return found;
}

/** Of a bundle what some sessions (hex) have in it, or the log itself (null), fetched without the rest. Rejects with ArchiveError. */
export async function partOfBundle(
  { store, keys }: BundleSource,
  bundle: ShippedBundle,
  isWanted: (session: string | null) => boolean,
): Promise<RawEvent[]> {
  const directory = await fetchDirectory(store, bundle, keys);
  const name = store.named(bundle.key);
  const found: RawEvent[] = [];
  for (const { segment, from, to } of placesOf(directory, directory.headBytes)) {
    if (!isWanted(segment.session)) continue;
    const frames = await store.range(bundle.key, from, to);
    if (sha256(frames).toString('base64') !== segment.sha256)
      throw new ArchiveError(
        'DAMAGED',
        `${name} holds other bytes from ${from} to ${to} than were put; keep it as evidence`,
      );
    for (const raw of await eventsIn(segment, frames, { directory, name, keys })) found.push(raw);
  }
  return found;
}

async function eventsIn(
  segment: BundleSegment,
  frames: Uint8Array,
  {
    directory,
    name,
    keys,
  }: { readonly directory: OpenDirectory; readonly name: string; readonly keys: KeySource },
): Promise<RawEvent[]> {
  const { events, payloads, unread } = await openSegment(frames, segment, { ...directory, name }, keys);
  try {
    // Values that nobody here can read are kept as those that were taken out.
    const kept = unread === null ? payloads : withheldPayloads(events, GONE);
    return [...rawEvents(Buffer.from(events), Buffer.from(kept))];
  } catch (cause) {
    throw new ArchiveError('DAMAGED', `${name} holds what is no segment of events; keep it as evidence`, {
      cause,
    });
  }
}

const GONE = Buffer.alloc(4);
GONE.writeUInt32BE(REDACTED);
