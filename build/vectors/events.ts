/** Vectors of events: one of every kind with each of its fields set, one with those null that may be, and bytes that are no event. */
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { decodeEvent, encodeEvent } from '../../shared/recording/codec.ts';
import { commit, SALT_BYTES } from '../../shared/recording/commitment.ts';
import { EVENTS, type EventInput, type EventKind, type FieldType } from '../../shared/recording/event.ts';
import { bytesOf, hex, LOG, TIME } from './seeded.ts';

/** Around each length that a head can have, and both ends of what is safe. */
const INTEGERS = [
  0,
  23,
  24,
  255,
  256,
  65_535,
  65_536,
  4_294_967_295,
  4_294_967_296,
  2 ** 53 - 1,
  -1,
  -24,
  -25,
];

const writer = new CborWriter();
let turn = 0;

/** All vectors of events. */
export function eventVectors() {
  turn = 0;
  const kinds = Object.keys(EVENTS) as EventKind[];
  const whole = kinds.map((kind) => eventVector(kind, false));
  const bare = kinds.filter(hasNullable).map((kind) => eventVector(kind, true));
  return {
    about:
      'event: the bytes; items: what they say, byte strings as {hex}, payloads as {length, commitment}; payloads: what lies beside ' +
      'the event (format.md §1). malformed: bytes that no verifier may take for an event of this layout.',
    events: [...whole, ...bare],
    malformed: malformed(Buffer.from(eventBytes('heartbeat', { sessions: 1 }))),
  };
}

function hasNullable(kind: EventKind): boolean {
  return Object.values<FieldType>(EVENTS[kind].fields).some((type) => type.endsWith('?'));
}

function eventVector<K extends EventKind>(kind: K, bare: boolean) {
  const fields = Object.entries<FieldType>(EVENTS[kind].fields);
  const input = Object.fromEntries(fields.map(([name, type]) => [name, valueOf(kind, name, type, bare)]));
  const payloads: Uint8Array[] = [];
  const bytes = eventBytes(kind, input as unknown as EventInput<K>, payloads);
  const event = decodeEvent(bytes);
  const values = event.fields as Readonly<Record<string, unknown>>;
  const { index, session, sequence, time, monotonic } = event;
  const header = [4, told(event.log), index, told(session), sequence, EVENTS[kind].code, time, monotonic];
  return {
    kind,
    event: hex(bytes),
    items: [...header, ...fields.map(([name]) => told(values[name]))],
    payloads: hex(Buffer.concat(payloads)),
  };
}

function eventBytes<K extends EventKind>(
  kind: K,
  input: EventInput<K>,
  payloads: Uint8Array[] = [],
): Uint8Array {
  const ofLog = EVENTS[kind].code < 10 || EVENTS[kind].code > 60;
  const header = {
    log: LOG,
    index: ++turn * 1000,
    session: ofLog ? null : bytesOf('session', 16),
    sequence: ofLog ? 0 : turn,
    time: TIME + turn,
    monotonic: turn * 1_000_000_000,
  };
  writer.reset();
  encodeEvent(writer, header, kind, input, (value) => {
    const salt = bytesOf(`salt ${payloads.length}`, SALT_BYTES);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    payloads.push(Buffer.concat([length, salt, value]));
    return commit(sha256, salt, value);
  });
  return writer.written().slice();
}

function valueOf(kind: EventKind, name: string, type: FieldType, bare: boolean): unknown {
  if (type.endsWith('?') && bare) return null;
  switch (type.replace('?', '')) {
    case 'integer':
      return INTEGERS[turn++ % INTEGERS.length];
    case 'text':
      return `${name} of ${kind}: é\u{1f512}`;
    case 'bytes':
      return bytesOf(name, 32);
    case 'boolean':
      return name.length % 2 === 0;
    case 'integers':
      return bare ? [] : INTEGERS;
    case 'texts':
      return bare ? [] : [name, '', 'ü'.repeat(20)];
    default:
      return Buffer.from(`value of ${name}\0\xff`, 'latin1');
  }
}

/** A value as JSON can say it. */
function told(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: hex(value) };
  if (typeof value === 'object' && value !== null && 'commitment' in value && 'length' in value)
    return { length: value.length, commitment: hex(value.commitment as Uint8Array) };
  return value;
}

/** What is wrong with each: all of them are changes of one good event, whose last byte is the number 1. */
function malformed(good: Buffer): { readonly why: string; readonly event: string }[] {
  const head = good.subarray(0, -1);
  const ending = (...bytes: number[]) => hex(Buffer.concat([head, Buffer.from(bytes)]));
  const version = good.indexOf(4, 1);
  const changed = (at: number, byte: number) => hex(Buffer.from(good).fill(byte, at, at + 1));
  return [
    { why: 'cut short', event: hex(head) },
    { why: 'bytes behind its end', event: ending(1, 0) },
    { why: 'a number in more bytes than it needs', event: ending(0x18, 1) },
    { why: 'a number beyond 2^53 - 1', event: ending(0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0) },
    { why: 'a float', event: ending(0xf9, 0x3c, 0) },
    { why: 'undefined', event: ending(0xf7) },
    { why: 'a tag', event: ending(0xc0, 1) },
    { why: 'a map', event: ending(0xa0) },
    { why: 'a text where an integer is due', event: ending(0x61, 0x31) },
    { why: 'text that is not UTF-8', event: ending(0x61, 0xff) },
    { why: 'a text of a lone surrogate', event: ending(0x63, 0xed, 0xa0, 0x80) },
    { why: 'an array of arrays', event: ending(0x81, 0x81, 0x01) },
    { why: 'null where null may not be', event: ending(0xf6) },
    {
      why: 'an indefinite array',
      event: hex(Buffer.concat([Buffer.from([0x9f]), good.subarray(1), Buffer.from([0xff])])),
    },
    {
      why: 'an item too few',
      event: hex(Buffer.concat([Buffer.from([(good[0] as number) - 1]), head.subarray(1)])),
    },
    { why: 'an older layout', event: changed(version, 3) },
    { why: 'a newer layout', event: changed(version, 5) },
    { why: 'nothing', event: '' },
  ];
}
