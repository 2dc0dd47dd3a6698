/** Changes what lies in a volume, as somebody would who can write the file: no key is needed, and none is used. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { decodeEvent, payloadsOf } from '../../shared/recording/codec.ts';
import type { Event } from '../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES } from '../../shared/recording/record.ts';

/** An event as it lies in its segment. */
export interface Piece {
  readonly event: Event;
  /** The event's own bytes. */
  readonly bytes: Buffer;
  /** Its payloads as stored: length, salt and value each. */
  readonly payloads: Buffer;
}

interface SegmentRow {
  readonly id: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

/** An opened volume; to be closed. */
export class Surgery {
  readonly db: Database.Database;

  constructor(path: string) {
    this.db = new Database(path);
  }

  [Symbol.dispose](): void {
    this.db.pragma('wal_checkpoint(TRUNCATE)');
    this.db.close();
  }

  /** Gives the segment that holds an event other pieces; its row says what is then in it. */
  change(index: number, to: (pieces: readonly Piece[]) => readonly Piece[]): void {
    const row = this.db
      .prepare<[number, number], SegmentRow>(
        'SELECT id, events, payloads FROM segment WHERE first_index <= ? AND last_index >= ?',
      )
      .all(index, index)
      .find((candidate) => piecesOf(candidate).some(({ event }) => event.index === index));
    if (row === undefined) throw new RangeError(`no segment holds event ${index}`);
    this.#put(row.id, to(piecesOf(row)));
  }

  /** Gives one event other bytes. */
  edit(index: number, to: (piece: Piece) => Piece): void {
    this.change(index, (pieces) => pieces.map((piece) => (piece.event.index === index ? to(piece) : piece)));
  }

  /** The index of the first event that fits. */
  find(fits: (event: Event) => boolean): number {
    const rows = this.db.prepare<[], SegmentRow>(
      'SELECT id, events, payloads FROM segment ORDER BY first_index',
    );
    for (const row of rows.all()) {
      const found = piecesOf(row).find(({ event }) => fits(event));
      if (found !== undefined) return found.event.index;
    }
    throw new RangeError('no event is like that');
  }

  #put(id: number, pieces: readonly Piece[]): void {
    const [first, last] = [pieces[0]?.event, pieces.at(-1)?.event];
    if (first === undefined || last === undefined) {
      this.db.prepare('DELETE FROM segment WHERE id = ?').run(id);
      return;
    }
    const sequenceOf = (event: Event) => (event.session === null ? event.index : event.sequence);
    const events = Buffer.concat(pieces.flatMap(({ bytes }) => [uint32(bytes.length), bytes]));
    const payloads = Buffer.concat(pieces.map((piece) => piece.payloads));
    this.db
      .prepare(
        `UPDATE segment SET first_sequence = ?, last_sequence = ?, first_index = ?, last_index = ?, count = ?,
           events_bytes = ?, payloads_bytes = ?, events = ?, payloads = ? WHERE id = ?`,
      )
      .run(
        sequenceOf(first),
        sequenceOf(last),
        first.index,
        last.index,
        pieces.length,
        events.length,
        payloads.length,
        zstdCompressSync(events),
        zstdCompressSync(payloads),
        id,
      );
  }
}

/** The piece with a part of its event's bytes replaced by others of the same length. */
export function withBytes(piece: Piece, from: string, to: string): Piece {
  const at = piece.bytes.indexOf(from);
  if (at < 0 || Buffer.byteLength(from) !== Buffer.byteLength(to))
    throw new RangeError(`no ${from} to be replaced`);
  const bytes = Buffer.from(piece.bytes);
  bytes.write(to, at);
  return { ...piece, bytes };
}

function piecesOf(row: SegmentRow): Piece[] {
  const events = zstdDecompressSync(row.events);
  const payloads = zstdDecompressSync(row.payloads);
  const pieces: Piece[] = [];
  let payloadAt = 0;
  for (let at = 0; at < events.length;) {
    const bytes = events.subarray(at + 4, at + 4 + events.readUInt32BE(at));
    at += 4 + bytes.length;
    const event = decodeEvent(bytes);
    const length = payloadsOf(event).reduce((sum, { ref }) => sum + PAYLOAD_HEAD_BYTES + ref.length, 0);
    pieces.push({ event, bytes, payloads: payloads.subarray(payloadAt, payloadAt + length) });
    payloadAt += length;
  }
  return pieces;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
