/** What is done to events and to what they are packed in, by people who know the format: signed by nobody, a stranger, the key itself. */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { generateSigner } from '../../main/exports/testing/signer.ts';
import { CborReader } from '../../shared/recording/cbor-reader.ts';
import type { Signer } from '../../shared/recording/note.ts';
import { eventsIn, resign } from './forge.ts';
import { flip, type Mutated, type Mutation, someRow, sql } from './mutated.ts';
import { pick, weirdEvent } from './weird-events.ts';
import { bombs } from './zstd-bombs.ts';

const STRANGER = generateSigner();

export const EVENTS: readonly Mutation[] = [
  {
    name: 'a frame that holds other than it says',
    mutate: (m) =>
      sql(m, (db) => {
        const { frame, size } = pick(m.dice, bombs());
        const part = pick(m.dice, ['events', 'payloads'] as const);
        db.prepare(
          `UPDATE segment SET ${part} = ?, ${part}_bytes = ? WHERE id IN (${someRow('segment')})`,
        ).run(frame, size);
      }),
  },
  { name: 'events changed', mutate: (m) => events(m, null) },
  { name: 'events changed and signed by a stranger', mutate: (m) => events(m, STRANGER) },
  { name: 'events changed and signed by the key', trusted: true, mutate: (m) => events(m, TEST_SIGNER) },
  { name: 'events of no gateway, signed by a stranger', mutate: (m) => weird(m, STRANGER) },
  { name: 'events of no gateway, signed by the key', trusted: true, mutate: (m) => weird(m, TEST_SIGNER) },
];

interface SegmentRow {
  readonly id: number;
  readonly events: Buffer;
}

/** Changes bytes of events, lengths and all, and signs what comes of it. */
function events(m: Mutated, signer: Signer | null): void {
  sql(m, (db) => {
    const row = db
      .prepare<[], SegmentRow>(`SELECT id, events FROM segment WHERE id IN (${someRow('segment')})`)
      .get();
    if (row === undefined) return;
    const raw = zstdDecompressSync(row.events);
    flip(raw, m.dice, 1 + m.dice.below(6));
    if (m.dice.below(8) === 0) raw.writeUInt32BE(0xffffffff, 0);
    db.prepare('UPDATE segment SET events = ? WHERE id = ?').run(zstdCompressSync(raw), row.id);
    if (signer !== null) resign(db, signer, indexOf);
  });
}

/** A session of events that no gateway writes, in the place of all that was there. */
function weird(m: Mutated, signer: Signer): void {
  const { dice } = m;
  sql(m, (db) => {
    const log = db.prepare<[], Buffer>('SELECT log FROM volume').pluck().get() ?? Buffer.alloc(16);
    const session = Buffer.alloc(16, 1 + dice.below(255));
    const header = (index: number, own: boolean) => ({
      log,
      index,
      session: own ? session : null,
      sequence: own ? index - 1 : 0,
      time: pick(dice, [0, 1_700_000_000_000_000 + index, -1, Number.MAX_SAFE_INTEGER]),
      monotonic: index,
    });
    const bodies = [
      weirdEvent(dice, header(0, false), 'logOpened'),
      weirdEvent(dice, header(1, true), 'sessionOpened'),
    ];
    const count = 2 + dice.below(30);
    while (bodies.length < count) bodies.push(weirdEvent(dice, header(bodies.length, true)));
    db.exec('DELETE FROM segment; DELETE FROM carried; DELETE FROM tile');
    store(db, bodies.slice(0, 1), 0);
    store(db, bodies.slice(1), 1);
    db.prepare(
      'UPDATE volume SET first = 0, number = 0, next = ?, last_time = ?, frontier = ?, opening = NULL, sealed = NULL',
    ).run(bodies.length, timeOf(bodies.at(-1) as Uint8Array), Buffer.alloc(0));
    resign(db, signer, indexOf);
  });
}

function store(db: Database.Database, bodies: readonly Uint8Array[], session: 0 | 1): void {
  const parts = bodies.map((body) => {
    const whole = Buffer.from(body);
    const end = 4 + whole.readUInt32BE();
    return { event: whole.subarray(0, end), payloads: whole.subarray(end) };
  });
  const raw = Buffer.concat(parts.map(({ event }) => event));
  const payloads = Buffer.concat(parts.map((part) => part.payloads));
  db.prepare(
    'INSERT INTO segment (session_id, number, first_sequence, last_sequence, first_index, last_index, count, events_bytes, payloads_bytes, events, payloads) VALUES (?, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    session,
    bodies.length - 1,
    session,
    session + bodies.length - 1,
    bodies.length,
    raw.length,
    payloads.length,
    zstdCompressSync(raw),
    zstdCompressSync(payloads),
  );
}

function timeOf(body: Uint8Array): number {
  const reader = new CborReader(eventsIn(Buffer.from(body))[0] ?? Buffer.alloc(0));
  reader.array();
  for (const skip of [
    () => reader.integer(),
    () => reader.bytes(),
    () => reader.integer(),
    () => reader.bytes(),
  ])
    skip();
  reader.integer();
  reader.integer();
  return reader.integer();
}

/** The index that an event's bytes name; null where they cannot be read so far. */
function indexOf(event: Buffer): number | null {
  try {
    const reader = new CborReader(event);
    reader.array();
    reader.integer();
    reader.bytes();
    const index = reader.integer();
    return index >= 0 && index < 1000 ? index : null;
  } catch {
    return null;
  }
}
