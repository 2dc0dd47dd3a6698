/** The last events of a log whose disk failed, as records for a file of their own (journal.ts). */
import { crc32 } from 'node:zlib';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import { RECORD_HEAD_BYTES } from '../../shared/recording/record.ts';
import type { Clock } from './clock.ts';
import type { SpoolError } from './spool-file.ts';

/** A session that has not ended. */
export interface OpenSession {
  readonly id: Uint8Array;
  /** Index that the log had come to when the session was opened. */
  readonly opened: number;
  /** Sequence of its next event. */
  sequence: number;
}

export interface Ending {
  readonly log: Uint8Array;
  readonly clock: Clock;
  /** Index of the first of these events: all before it are on disk. */
  readonly firstIndex: number;
  /** Index of the next event when the log failed. */
  readonly nextIndex: number;
  readonly failure: SpoolError;
  readonly sessions: Iterable<OpenSession>;
}

/** `recordingFailed`, a `sessionClosed` for every open session that is on disk, `logClosed`. */
export function encodeEnding({ log, clock, firstIndex, nextIndex, failure, sessions }: Ending): Uint8Array {
  const writer = new CborWriter();
  const records: Buffer[] = [];
  const add = <K extends EventKind>(kind: K, fields: EventInput<K>, session: OpenSession | null) => {
    clock.read();
    const header = {
      log,
      index: firstIndex + records.length,
      session: session?.id ?? null,
      sequence: session?.sequence ?? 0,
      time: clock.wall,
      monotonic: clock.monotonic,
    };
    writer.reset();
    encodeEvent(writer, header, kind, fields, noPayload);
    records.push(recordOf(writer.written()));
  };
  const { code, message: reason, sqlstate } = failure;
  add('recordingFailed', { code, reason, durable: firstIndex, dropped: nextIndex - firstIndex }, null);
  let left = 0;
  for (const session of sessions) {
    // What an archive never heard of cannot be closed in it.
    if (session.opened < firstIndex) add('sessionClosed', { outcome: 'failed', sqlstate, reason }, session);
    else left++;
  }
  add('logClosed', { sessions: left }, null);
  return Buffer.concat(records);
}

function recordOf(event: Uint8Array): Buffer {
  const record = Buffer.alloc(RECORD_HEAD_BYTES + 4 + event.length);
  record.writeUInt32BE(4 + event.length, 0);
  record.writeUInt32BE(event.length, RECORD_HEAD_BYTES);
  record.set(event, RECORD_HEAD_BYTES + 4);
  record.writeUInt32BE(crc32(record.subarray(RECORD_HEAD_BYTES)), 4);
  return record;
}

function noPayload(): never {
  throw new Error('the events that end a log have no payloads');
}
