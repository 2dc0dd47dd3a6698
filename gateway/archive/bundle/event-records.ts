/** Reads evidence/events.bin of a bundle: `u32 body length ‖ body` of one event after the other (docs/format.md §10). */
import { CborReader } from '../../../shared/recording/cbor-reader.ts';
import { BundleError } from './zip-reader.ts';

export interface EventRecord {
  /** The log that the event says it is of, 16 bytes. */
  readonly log: Buffer;
  /** `u32 event length ‖ event`, in memory of its own. */
  readonly event: Buffer;
  readonly payloads: Buffer;
}

/** An event and its payloads: a message of 64 MiB and what may stand beside it. */
const MOST_BYTES = 256 * 1024 * 1024;
const LOG_BYTES = 16;

/** The records. Throws {@link BundleError} where they do not fit. */
export async function* recordsIn(
  blocks: AsyncIterable<Uint8Array>,
): AsyncGenerator<EventRecord, void, undefined> {
  let rest = Buffer.alloc(0);
  let waiting: Uint8Array[] = [];
  let have = 0;
  let needed = 4;
  for await (const block of blocks) {
    waiting.push(block);
    have += block.length;
    if (have < needed) continue;
    rest = Buffer.concat(waiting);
    let at = 0;
    for (;;) {
      needed = 4 + (rest.length - at < 4 ? 0 : lengthAt(rest, at));
      if (rest.length - at < Math.max(needed, 8)) break;
      yield recordOf(rest.subarray(at + 4, at + needed));
      at += needed;
    }
    rest = rest.subarray(at);
    waiting = [rest];
    have = rest.length;
    needed = Math.max(needed, 8);
  }
  if (have > 0) throw new BundleError('the events of the bundle are cut short');
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at);
  if (length < 4 || length > MOST_BYTES)
    throw new BundleError('an event of the bundle has a length that none has');
  return length;
}

function recordOf(body: Buffer): EventRecord {
  const end = 4 + body.readUInt32BE(0);
  if (end > body.length) throw new BundleError('an event of the bundle is cut short');
  return {
    log: logOf(body.subarray(4, end)),
    event: Buffer.from(body.subarray(0, end)),
    payloads: body.subarray(end),
  };
}

function logOf(event: Uint8Array): Buffer {
  try {
    const reader = new CborReader(event);
    reader.array();
    reader.integer(); // its version
    const log = Buffer.from(reader.bytes());
    if (log.length === LOG_BYTES) return log;
  } catch (cause) {
    throw new BundleError('an event of the bundle cannot be read', { cause });
  }
  throw new BundleError('an event of the bundle is of no log');
}
