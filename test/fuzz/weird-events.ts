/** Events that fit their layouts and that no gateway writes: what somebody makes who knows the format and wants to be shown otherwise. */
import { encodeBody } from '../../gateway/archive/event-body.ts';
import { EVENTS, type EventHeader, type EventKind, type FieldType } from '../../shared/recording/event.ts';
import type { Dice } from '../torture/dice.ts';

const KINDS = Object.keys(EVENTS) as EventKind[];

const INTEGERS = [
  0,
  1,
  2,
  3,
  7,
  -1,
  255,
  65_536,
  2 ** 31,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];

const TEXTS = [
  '',
  'completed',
  'failed',
  'simple',
  'extended',
  'I',
  'enforce',
  'deny',
  'hold',
  'text',
  'x'.repeat(70_000),
  "'; drop table segment; --",
  '\u0000\u001b]0;title\u0007\u202e',
  '{"a":',
  'nul\u0000',
  '\ud83d\ude00'.repeat(500),
  'select * from a where b = 1; delete from c',
  '('.repeat(20_000),
];

/** Rows, errors and notices as the wire carries them, and what looks like them. */
const PAYLOADS = [
  Buffer.alloc(0),
  Buffer.from('select 1'),
  Buffer.from('select 1;'.repeat(5_000)),
  Buffer.from([0x44, 0, 0, 0, 4, 0xff, 0xff]),
  Buffer.from([0x44, 0, 0, 0, 10, 0, 1, 0x7f, 0xff, 0xff, 0xff]),
  Buffer.from([0x54, 0, 0, 0, 6, 0xff, 0xff]),
  Buffer.from([0x45, 0, 0, 0, 200, 0x4d]),
  Buffer.alloc(3_000, 0xff),
];

/** An event of any kind with any values, as the body of a spool record. */
export function weirdEvent(dice: Dice, header: EventHeader, kind = pick(dice, KINDS)): Uint8Array {
  const fields = Object.entries(EVENTS[kind].fields).map(([name, type]) => [name, valueOf(dice, type)]);
  return encodeBody(kind, Object.fromEntries(fields) as never, header);
}

function valueOf(dice: Dice, type: FieldType): unknown {
  if (type.endsWith('?') && dice.below(3) === 0) return null;
  switch (type) {
    case 'integer':
    case 'integer?':
      return pick(dice, INTEGERS);
    case 'text':
    case 'text?':
      return pick(dice, TEXTS);
    case 'bytes':
    case 'bytes?':
      return Buffer.alloc(pick(dice, [0, 1, 16, 32, 500]), dice.below(256));
    case 'boolean':
      return dice.below(2) === 0;
    case 'integers':
      return Array.from({ length: dice.below(5) }, () => pick(dice, INTEGERS));
    case 'texts':
      return Array.from({ length: dice.below(5) }, () => pick(dice, TEXTS));
    case 'payload':
    case 'payload?':
      return pick(dice, PAYLOADS);
  }
}

/** One of them. */
export function pick<T>(dice: Dice, items: readonly T[]): T {
  return items[dice.below(items.length)] as T;
}
