/**
 * The one place where bundles are opened, whoever reads them: heads and segments, as they were packed and as far as a key opens what is
 * sealed.
 */
import { zstdDecompressSync } from 'node:zlib';
import { readToldSegment, withheldPayloads, type StoredEvent } from '../../shared/recording/record.ts';
import { writeTold } from '../../shared/recording/told-redaction.ts';
import { headIn, parseDirectory, type BundleDirectory, type Envelope } from '../../shared/remote/bundle.ts';
import { ArchiveError } from '../archive/archive.ts';
import { ABOUT_DATA_KEY, ABOUT_DIRECTORY, aboutEvents, aboutPayloads } from './keys/abouts.ts';
import type { KeySource, Unread } from './keys/key-source.ts';
import { unseal } from './keys/seal.ts';

/** A directory is some kilobytes; what a hostile store blows up beyond this is none. */
const MAX_DIRECTORY_BYTES = 64 << 20;

/** A segment is a quarter of a megabyte, or one event of at most 80 MiB. */
const MAX_PART_BYTES = 81 << 20;

/** The directory of a bundle, and what opens the rest. */
export interface OpenDirectory extends BundleDirectory {
  /** null: events are not sealed. */
  readonly envelope: Envelope | null;
  /** Where frames begin. */
  readonly headBytes: number;
}

/** What of a segment's place is needed to open its frames. */
export interface SealedSegment {
  /** Hex; null: of the log itself. */
  readonly session: string | null;
  readonly firstIndex: number;
  readonly eventsPacked: number;
  /** Id of the session's key that its payloads are sealed with. */
  readonly key?: string;
}

/** A segment's two parts. */
export interface OpenSegment {
  readonly events: Uint8Array;
  /** In the place of those that cannot be read stands why (shared/recording/told-redaction.ts). */
  readonly payloads: Uint8Array;
  /** Why no payload can be read; null where all can, or there are none. */
  readonly unread: Unread | null;
}

/**
 * The directory at the start of a bundle. Throws ArchiveError: DAMAGED where it is none, REFUSED where the tenant's key that opens it is
 * not here. `name` is how a person calls the bundle.
 */
export function openDirectory(bytes: Uint8Array, name: string, keys: KeySource): OpenDirectory {
  const head = headIn(bytes);
  let directory: BundleDirectory | null = null;
  if (head !== null) {
    const { envelope } = head;
    const packed =
      envelope === null
        ? head.directory
        : unseal(dataKeyOf(envelope, name, keys), ABOUT_DIRECTORY, head.directory);
    try {
      const text =
        packed && zstdDecompressSync(packed, { maxOutputLength: MAX_DIRECTORY_BYTES }).toString('utf8');
      directory = text === null ? null : parseDirectory(text);
    } catch {
      // said below
    }
  }
  if (head === null || directory === null)
    throw new ArchiveError('DAMAGED', `${name} is no bundle of this version`);
  return { ...directory, envelope: head.envelope, headBytes: head.bytes };
}

/**
 * A segment's parts from its two frames. Rejects with ArchiveError: DAMAGED where they are none, REFUSED where the tenant's key is not
 * here, and as the key store does. Values whose key is not to be had are no damage.
 */
export async function openSegment(
  frames: Uint8Array,
  segment: SealedSegment,
  place: { readonly log: string; readonly envelope: Envelope | null; readonly name: string },
  keys: KeySource,
): Promise<OpenSegment> {
  const { log, envelope, name } = place;
  const { session, firstIndex, eventsPacked, key } = segment;
  const dataKey = envelope === null ? null : dataKeyOf(envelope, name, keys);
  const open = (frame: Uint8Array, by: Uint8Array | null, about: string): Uint8Array => {
    const packed = by === null || frame.length === 0 ? frame : unseal(by, about, frame);
    if (packed === null) throw damagedSegment(name, 'a frame is not what was sealed');
    return unpack(packed, name);
  };
  const events = open(frames.subarray(0, eventsPacked), dataKey, aboutEvents(log, session, firstIndex));
  const frame = frames.subarray(eventsPacked);
  const about = aboutPayloads(log, session, firstIndex);
  if (key === undefined || frame.length === 0)
    return { events, payloads: open(frame, dataKey, about), unread: null };
  const found = await keys.sessionKey(log, session, key);
  if (found instanceof Uint8Array) return { events, payloads: open(frame, found, about), unread: null };
  try {
    return { events, payloads: withheldPayloads(events, wordsOf(found)), unread: found };
  } catch (cause) {
    throw damagedSegment(name, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

/** The events of a segment in order; those whose payloads cannot be read say why. Throws ArchiveError DAMAGED. */
export function readOpened({ events, payloads }: OpenSegment, name: string): StoredEvent[] {
  try {
    return [...readToldSegment(events, payloads)];
  } catch (cause) {
    throw damagedSegment(name, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

function dataKeyOf({ key, wrapped }: Envelope, name: string, keys: KeySource): Uint8Array {
  const tenant = keys.tenantKey(key);
  if (tenant === null)
    throw new ArchiveError(
      'REFUSED',
      `${name} is sealed with the tenant’s key ${key}, which is not here: name its file with --tenant-key, or as archive.remote.encryption of --config`,
    );
  const dataKey = unseal(tenant, ABOUT_DATA_KEY, wrapped);
  if (dataKey === null)
    throw new ArchiveError('DAMAGED', `${name} has a data key that its tenant’s does not open`);
  return dataKey;
}

function wordsOf(unread: Unread): Uint8Array {
  if (unread.why !== 'destroyed')
    return writeTold({ time: 0, by: '', reason: unread.message, sealed: 'unavailable' }, null);
  const { time, by, reason } = unread;
  return writeTold({ time, by, reason, sealed: 'destroyed' }, null);
}

function unpack(frame: Uint8Array, name: string): Uint8Array {
  if (frame.length === 0) return frame;
  try {
    return zstdDecompressSync(frame, { maxOutputLength: MAX_PART_BYTES });
  } catch (cause) {
    throw damagedSegment(name, 'a frame cannot be unpacked', cause);
  }
}

function damagedSegment(name: string, what: string, cause?: unknown): ArchiveError {
  return new ArchiveError(
    'DAMAGED',
    `${name} holds what is no segment of events: ${what}; keep it as evidence`,
    { cause },
  );
}
