/**
 * How a bundle lies in bytes: a run of one log's events as it is put into a remote store (docs/remote.md).
 *
 *   bundle   "AUDBNDL1" (8) ‖ u32 bytes of the head ‖ head ‖ frames
 *   sealed   "AUDBNDL2" (8) ‖ u32 bytes of the head ‖ head ‖ frames
 *
 * The head of the first is the directory: one zstd frame of JSON. That of the second is the id of a tenant's key (8), the bundle's data key
 * wrapped with it (60), and the directory sealed with the data key. Frames follow in the directory's order, of each segment that of its
 * events and that of its payloads (shared/recording/record.ts), the second only where there are any; each may be sealed. A reader of one
 * session needs the head and its frames alone.
 */
import { fromHex, toHex } from '../findings/hex.ts';

const PLAIN = new TextEncoder().encode('AUDBNDL1');
const SEALED = new TextEncoder().encode('AUDBNDL2');
const HEAD_BYTES = PLAIN.length + 4;
const KEY_ID_BYTES = 8;
const WRAPPED_BYTES = 60;

/** What opens a bundle whose directory and events are sealed. */
export interface Envelope {
  /** Id of the tenant's key, 16 hex digits. */
  readonly key: string;
  /** The bundle's data key, sealed with it: 60 bytes. */
  readonly wrapped: Uint8Array;
}

/** The beginning of a bundle, as far as it can be read without a key. */
export interface BundleHead {
  /** Packed; and sealed where there is an envelope. */
  readonly directory: Uint8Array;
  readonly envelope: Envelope | null;
  /** How many bytes from its start it ends: what a manifest calls the head. */
  readonly bytes: number;
}

/** What lies where: one run of a session's events, or of the log's own. */
export interface BundleSegment {
  /** 32 hex digits; null for events of the log itself. */
  readonly session: string | null;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly count: number;
  /** Bytes of both parts, raw and as their frames are stored. */
  readonly eventsBytes: number;
  readonly payloadsBytes: number;
  readonly eventsPacked: number;
  readonly payloadsPacked: number;
  /** SHA-256 of the two frames as they are stored, one after the other, base64. */
  readonly sha256: string;
  /** Id of the session's key that the frame of payloads is sealed with, 16 hex digits; left out where it is not. */
  readonly key?: string;
}

/** The directory of a bundle: events `first` up to, without, `next` of a log. */
export interface BundleDirectory {
  /** 1: nothing in it is sealed. */
  readonly version: 1 | 2;
  /** 32 hex digits. */
  readonly log: string;
  readonly first: number;
  readonly next: number;
  readonly segments: readonly BundleSegment[];
}

/** A bundle's text of its directory. */
export function printDirectory(directory: BundleDirectory): string {
  return JSON.stringify(directory);
}

/** Joins a packed directory, sealed where there is an envelope, and the frames of its segments. */
export function joinBundle(
  directory: Uint8Array,
  frames: readonly Uint8Array[],
  envelope: Envelope | null = null,
): Uint8Array<ArrayBuffer> {
  const head = headBytesOf(directory, envelope);
  const bundle = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, head));
  bundle.set(envelope === null ? PLAIN : SEALED);
  new DataView(bundle.buffer).setUint32(PLAIN.length, head - HEAD_BYTES);
  let at = HEAD_BYTES;
  const parts = envelope === null ? [] : [fromHex(envelope.key), envelope.wrapped];
  for (const part of [...parts, directory, ...frames]) {
    bundle.set(part, at);
    at += part.length;
  }
  return bundle;
}

/** How many bytes from its start the head of such a bundle ends. */
export function headBytesOf(directory: Uint8Array, envelope: Envelope | null = null): number {
  return HEAD_BYTES + directory.length + (envelope === null ? 0 : KEY_ID_BYTES + WRAPPED_BYTES);
}

/** The head of a bundle, whole or cut off behind it; null when the bytes are none. */
export function headIn(bytes: Uint8Array): BundleHead | null {
  const isSealed = beginsWith(bytes, SEALED);
  if (bytes.length < HEAD_BYTES || (!isSealed && !beginsWith(bytes, PLAIN))) return null;
  const end = HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(PLAIN.length);
  if (end > bytes.length) return null;
  const head = bytes.subarray(HEAD_BYTES, end);
  if (!isSealed) return { directory: head, envelope: null, bytes: end };
  const [id, wrapped] = [
    head.subarray(0, KEY_ID_BYTES),
    head.subarray(KEY_ID_BYTES, KEY_ID_BYTES + WRAPPED_BYTES),
  ];
  if (wrapped.length < WRAPPED_BYTES) return null;
  const directory = head.subarray(KEY_ID_BYTES + WRAPPED_BYTES);
  return { directory, envelope: { key: toHex(id), wrapped }, bytes: end };
}

function beginsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Reads the text of a directory; null when it is none of this version, or does not add up. */
export function parseDirectory(text: string): BundleDirectory | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(read) || !VERSIONS.has(read['version']) || !isId(read['log'])) return null;
  if (!isCount(read['first']) || !isCount(read['next']) || !Array.isArray(read['segments'])) return null;
  if (!read['segments'].every(isSegment)) return null;
  const directory = read as unknown as BundleDirectory;
  const events = directory.segments.reduce((sum, { count }) => sum + count, 0);
  return events === directory.next - directory.first ? directory : null;
}

/** Where each segment's frames lie in a bundle whose head has so many bytes, in order. */
export function* placesOf(
  directory: BundleDirectory,
  headBytes: number,
): Generator<{ readonly segment: BundleSegment; readonly from: number; readonly to: number }> {
  let from = headBytes;
  for (const segment of directory.segments) {
    const to = from + segment.eventsPacked + segment.payloadsPacked;
    yield { segment, from, to };
    from = to;
  }
}

/** Of directories that are read here. */
const VERSIONS: ReadonlySet<unknown> = new Set([1, 2]);

const COUNTS = [
  'firstSequence',
  'lastSequence',
  'firstIndex',
  'lastIndex',
  'count',
  'eventsBytes',
  'payloadsBytes',
  'eventsPacked',
  'payloadsPacked',
] as const;

function isSegment(read: unknown): boolean {
  return (
    isRecord(read) &&
    (read['session'] === null || isId(read['session'])) &&
    COUNTS.every((field) => isCount(read[field])) &&
    typeof read['sha256'] === 'string' &&
    (read['key'] === undefined || isKeyId(read['key']))
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
}

function isKeyId(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
