/**
 * Makes a bundle of packed segments: values under keys of their sessions where these are kept apart, all the rest under a data key where there
 * is a tenant's. The same segments and keys give the same bytes, so that a bundle may be put again.
 */
import {
  headBytesOf,
  joinBundle,
  printDirectory,
  type BundleDirectory,
  type BundleSegment,
  type Envelope,
} from '../../shared/remote/bundle.ts';
import { bundleKey, type ShippedBundle } from '../../shared/remote/manifest.ts';
import { inTurn } from '../archive/bucket/parts.ts';
import { sha256 } from '../archive/ed25519.ts';
import { oneFrame } from '../archive/sqlite/one-frame.ts';
import type { PackedBundle, PackedSegment } from './bundle-builder.ts';
import { ABOUT_DATA_KEY, ABOUT_DIRECTORY, aboutEvents, aboutPayloads } from './keys/abouts.ts';
import type { SessionKey } from './keys/key-record.ts';
import type { KeyStore } from './keys/key-store.ts';
import { derivedKey, seal } from './keys/seal.ts';
import type { TenantKeys } from './keys/tenant-keys.ts';

/** What bundles and manifests are sealed with; each may be missing. */
export interface Sealing {
  /** Where sessions have their keys. */
  readonly keys: KeyStore | null;
  readonly tenant: TenantKeys | null;
}

/** For a store that reads everything. */
export const NOT_SEALED: Sealing = { keys: null, tenant: null };

/** A bundle that is ready to be put. */
export interface SealedBundle {
  readonly about: Omit<ShippedBundle, 'lock'>;
  readonly bytes: Uint8Array;
}

/** A segment as it is stored. */
interface StoredSegment {
  readonly told: BundleSegment;
  readonly frames: Uint8Array;
}

/** Rejects with ArchiveError where a key cannot be had, or cannot be kept: then nothing is put that needs it. */
export async function sealBundle(packed: PackedBundle, { keys, tenant }: Sealing): Promise<SealedBundle> {
  const { log, about } = packed;
  const sessionKeys = keys === null ? null : await keysOf(packed, keys);
  const values = packed.segments.map((segment) => withValues(log, segment, sessionKeys));
  const { first, next } = about;
  const version = sessionKeys === null && tenant === null ? 1 : 2;
  const directoryOf = (segments: readonly StoredSegment[]): BundleDirectory => ({
    version,
    log,
    first,
    next,
    segments: segments.map(({ told }) => told),
  });
  const plain = directoryOf(values);
  const [envelope, dataKey] = tenant === null ? [null, null] : envelopeOf(printDirectory(plain), tenant);
  const segments = dataKey === null ? values : values.map((segment) => inEnvelope(log, segment, dataKey));
  const directory = oneFrame(Buffer.from(printDirectory(dataKey === null ? plain : directoryOf(segments))));
  const head = dataKey === null ? directory : seal(dataKey, ABOUT_DIRECTORY, directory);
  const frames = segments.map((segment) => segment.frames);
  return named(log, about, joinBundle(head, frames, envelope), headBytesOf(head, envelope));
}

function named(
  log: string,
  about: PackedBundle['about'],
  bytes: Uint8Array,
  headBytes: number,
): SealedBundle {
  const digest = sha256(bytes);
  return {
    bytes,
    about: {
      key: bundleKey(log, about.first, digest.toString('hex')),
      bytes: bytes.length,
      sha256: digest.toString('base64'),
      head: { bytes: headBytes, sha256: sha256(bytes.subarray(0, headBytes)).toString('base64') },
      ...about,
    },
  };
}

/** One key a session that has values in the bundle; null stands for the log itself. */
async function keysOf(
  { log, segments }: PackedBundle,
  keys: KeyStore,
): Promise<Map<string | null, SessionKey>> {
  const found = new Map<string | null, SessionKey>();
  const withPayloads = segments.filter(({ payloads }) => payloads.length > 0);
  const sessions = [...new Set(withPayloads.map(({ about }) => about.session))];
  await inTurn(sessions, async (session) => {
    found.set(session, await keys.keyFor({ log, session }));
  });
  return found;
}

function withValues(
  log: string,
  { about, events, payloads }: PackedSegment,
  keys: ReadonlyMap<string | null, SessionKey> | null,
): StoredSegment {
  const { session, firstIndex } = about;
  const key = payloads.length === 0 ? undefined : keys?.get(session);
  const frame =
    key === undefined ? payloads : seal(key.key, aboutPayloads(log, session, firstIndex), payloads);
  return stored(about, [events, frame], key?.id);
}

/** What no session's key seals is sealed with that of the bundle. */
function inEnvelope(log: string, { told, frames }: StoredSegment, dataKey: Uint8Array): StoredSegment {
  const { session, firstIndex, eventsPacked, key } = told;
  const [events, payloads] = [frames.subarray(0, eventsPacked), frames.subarray(eventsPacked)];
  const sealed = seal(dataKey, aboutEvents(log, session, firstIndex), events);
  const frame =
    key !== undefined || payloads.length === 0
      ? payloads
      : seal(dataKey, aboutPayloads(log, session, firstIndex), payloads);
  return stored(told, [sealed, frame], key);
}

function stored(
  about: PackedSegment['about'],
  [events, payloads]: readonly [Uint8Array, Uint8Array],
  key: string | undefined,
): StoredSegment {
  const { session, firstSequence, lastSequence, firstIndex, lastIndex, count, eventsBytes, payloadsBytes } =
    about;
  const frames = Buffer.concat([events, payloads]);
  const told = {
    session,
    count,
    firstSequence,
    firstIndex,
    lastSequence,
    lastIndex,
    eventsBytes,
    payloadsBytes,
    eventsPacked: events.length,
    payloadsPacked: payloads.length,
    sha256: sha256(frames).toString('base64'),
    ...(key !== undefined && { key }),
  };
  return { told, frames };
}

/** A key for one bundle alone, made of what it holds, so that it comes out the same again. */
function envelopeOf(directory: string, { current }: TenantKeys): readonly [Envelope, Uint8Array] {
  const dataKey = derivedKey(current.key, `bundle/${sha256(Buffer.from(directory)).toString('hex')}`);
  return [{ key: current.id, wrapped: seal(current.key, ABOUT_DATA_KEY, dataKey) }, dataKey];
}
