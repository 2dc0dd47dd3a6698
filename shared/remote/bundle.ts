/**
 * How a bundle lies in bytes: a run of one log's events as it is put into a remote store (docs/remote.md).
 *
 *   bundle   "AUDBNDL1" (8) ‖ u32 bytes of the directory ‖ directory ‖ frames
 *
 * The directory is one zstd frame of JSON; frames follow in its order, of each segment that of its events and that of its payloads
 * (shared/recording/record.ts), the second only where there are any. A reader of one session needs the directory and its frames alone.
 */

const MAGIC = new TextEncoder().encode('AUDBNDL1');
const HEAD_BYTES = MAGIC.length + 4;

/** What lies where: one run of a session's events, or of the log's own. */
export interface BundleSegment {
  /** 32 hex digits; null for events of the log itself. */
  readonly session: string | null;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly count: number;
  /** Bytes of both parts, raw and as their frames. */
  readonly eventsBytes: number;
  readonly payloadsBytes: number;
  readonly eventsPacked: number;
  readonly payloadsPacked: number;
  /** SHA-256 of the two frames, one after the other, base64. */
  readonly sha256: string;
}

/** The directory of a bundle: events `first` up to, without, `next` of a log. */
export interface BundleDirectory {
  readonly version: 1;
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

/** Joins a packed directory and the frames of its segments. */
export function joinBundle(directory: Uint8Array, frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = frames.reduce((sum, frame) => sum + frame.length, HEAD_BYTES + directory.length);
  const bundle = new Uint8Array(length);
  bundle.set(MAGIC);
  new DataView(bundle.buffer).setUint32(MAGIC.length, directory.length);
  bundle.set(directory, HEAD_BYTES);
  let at = HEAD_BYTES + directory.length;
  for (const frame of frames) {
    bundle.set(frame, at);
    at += frame.length;
  }
  return bundle;
}

/** How many bytes from its start the directory ends: what a manifest calls the head. */
export function headBytesOf(directory: Uint8Array): number {
  return HEAD_BYTES + directory.length;
}

/** The packed directory of a bundle, or of its head; null when the bytes are none. */
export function packedDirectoryIn(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < HEAD_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length);
  return HEAD_BYTES + length <= bytes.length ? bytes.subarray(HEAD_BYTES, HEAD_BYTES + length) : null;
}

/** Reads the text of a directory; null when it is none of this version, or does not add up. */
export function parseDirectory(text: string): BundleDirectory | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(read) || read['version'] !== 1 || !isId(read['log'])) return null;
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
    typeof read['sha256'] === 'string'
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
