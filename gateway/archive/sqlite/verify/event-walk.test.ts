import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CborWriter } from '../../../../shared/recording/cbor.ts';
import { decodeEvent, encodeEvent, payloadsOf } from '../../../../shared/recording/codec.ts';
import {
  EVENTS,
  type EventInput,
  type EventKind,
  type FieldType,
} from '../../../../shared/recording/event.ts';
import { EventWalk } from './event-walk.ts';

const LOG = new Uint8Array(16).fill(3);
const writer = new CborWriter();
const digest = (value: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(value).digest());

/** A value of a field's type that takes part in every form there is. */
const VALUES: Readonly<Record<FieldType, unknown>> = {
  integer: 70_000,
  'integer?': -3,
  text: 'größer',
  'text?': null,
  bytes: new Uint8Array(40).fill(1),
  'bytes?': null,
  boolean: true,
  integers: [1, 24, 256, 65_536, 2 ** 40],
  texts: ['', 'a', 'ü'.repeat(20)],
  payload: Buffer.from('select 1'),
  'payload?': null,
};

function eventOf(kind: EventKind, session: Uint8Array | null): Buffer {
  const entries = Object.entries<FieldType>(EVENTS[kind].fields).map(([name, type]) => [name, VALUES[type]]);
  const header = { log: LOG, index: 300, session, sequence: 7, time: 1_790_000_000_000_000, monotonic: 5 };
  writer.reset();
  // One kind stands for all: the fields are those of the kind's own row in the table.
  const fields = Object.fromEntries(entries) as unknown as EventInput<'statement'>;
  encodeEvent(writer, header, kind as 'statement', fields, digest);
  return Buffer.from(writer.written());
}

const kinds = Object.keys(EVENTS) as EventKind[];

function decodes(bytes: Uint8Array): boolean {
  try {
    decodeEvent(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('walking an event', () => {
  it('tells of every kind what decoding tells', () => {
    const walk = new EventWalk(LOG);
    for (const kind of kinds) {
      const bytes = eventOf(kind, new Uint8Array(16).fill(9));
      const walked = walk.read(bytes, 0, bytes.length);
      const event = decodeEvent(bytes);
      const { index, sequence, time, monotonic } = event;
      expect({
        walked,
        index: walk.index,
        sequence: walk.sequence,
        code: walk.code,
        time: walk.time,
        monotonic: walk.monotonic,
        session: bytes.subarray(walk.sessionAt, walk.sessionAt + 16).every((byte) => byte === 9),
        payloads: walk.lengths.slice(0, walk.payloads).map((length, i) => ({
          length,
          commitment: new Uint8Array(bytes.subarray(walk.commitments[i], (walk.commitments[i] ?? 0) + 32)),
        })),
      }).toEqual({
        walked: 'whole',
        index,
        sequence,
        code: EVENTS[kind].code,
        time,
        monotonic,
        session: true,
        payloads: payloadsOf(event).map(({ ref }) => ({
          length: ref.length,
          commitment: new Uint8Array(ref.commitment),
        })),
      });
    }
  });

  it('takes nothing that decoding refuses', () => {
    const walk = new EventWalk(LOG);
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (kind, place, flip) => {
          const bytes = eventOf(kind, null);
          bytes[place % bytes.length] = (bytes[place % bytes.length] as number) ^ flip;
          const walked = walk.read(bytes, 0, bytes.length);
          // The walk is stricter: ids and commitments have one length, and the log is the one it was told.
          if (walked === 'whole') expect(decodes(bytes)).toBe(true);
          if (!decodes(bytes)) expect(walked).not.toBe('whole');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('refuses an event that ends early, at every place, whatever lies behind it', () => {
    const walk = new EventWalk(LOG);
    const bytes = Buffer.concat([eventOf('statement', new Uint8Array(16)), Buffer.alloc(64, 0x20)]);
    const end = bytes.length - 64;
    const walked = Array.from({ length: end }, (_, to) => walk.read(bytes, 0, to));
    expect(new Set(walked)).toEqual(new Set(['malformed']));
    expect(walk.read(bytes, 0, end)).toBe('whole');
    expect(walk.read(bytes, 0, end + 1)).toBe('malformed');
  });

  it('refuses another log, and tells another version or kind apart', () => {
    const bytes = eventOf('sync', null);
    expect(new EventWalk(new Uint8Array(16).fill(4)).read(bytes, 0, bytes.length)).toBe('malformed');
    const walk = new EventWalk(LOG);
    const newer = Buffer.from(bytes);
    newer[1] = 5;
    expect([walk.read(newer, 0, newer.length), walk.index]).toEqual(['version', 300]);
    const unknown = Buffer.from(bytes);
    unknown[unknown.indexOf(EVENTS.sync.code, 22)] = 99;
    expect(walk.read(unknown, 0, unknown.length)).not.toBe('whole');
  });
});
