import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { DETECTORS, type MaskStyle } from '../../shared/policy/mask-rule.ts';
import { finderOf } from './detectors/finder.ts';
import type { Span } from './detectors/span.ts';
import { type DetectedCell, maskDetected } from './mask-detected.ts';
import type { TypeShape } from './type-shape.ts';

const KEY = Buffer.alloc(32, 7);
const FINDER = finderOf(DETECTORS);

const RECORD = 2249;
const PERSON = 50_000;
const EMAIL = 50_001;
const PEOPLE = 50_002;
const CITEXT = 50_003;
const TYPES: Readonly<Record<number, TypeShape>> = {
  [PERSON]: { kind: 'composite', fields: [23, 25, EMAIL] },
  [EMAIL]: { kind: 'domain', base: 25 },
  [PEOPLE]: { kind: 'array', element: PERSON },
  [CITEXT]: { kind: 'other' },
};
const types = (oid: number) => TYPES[oid] ?? null;

function mask(
  value: Buffer | string,
  type: number,
  cell: Partial<DetectedCell> = {},
  found?: (span: Span) => void,
): Buffer | null {
  const whole = { type, format: 0, style: 'redact', key: KEY, ...cell } as const;
  return maskDetected(Buffer.from(value), whole, FINDER, types, found);
}

function texts(
  values: readonly (readonly [string, number])[],
  style: MaskStyle = 'redact',
): (string | undefined)[] {
  return values.map(([value, type]) => mask(value, type, { style })?.toString());
}

function hash(text: string): string {
  return `h:${createHmac('sha256', KEY).update(text).digest('hex').slice(0, 16)}`;
}

test('within a text only what was found is replaced', () => {
  const text = 'Zoë <ada@example.com>, 4111 1111 1111 1111, 481-28-8601 ☃';
  const styles = ['redact', 'partial', 'hash', 'null'] as const;
  expect(styles.map((style) => mask(text, 25, { style })?.toString())).toEqual([
    'Zoë <[masked]>, [masked], [masked] ☃',
    'Zoë <a***@example.com>, ***1111, ***01 ☃',
    `Zoë <${hash('ada@example.com')}>, ${hash('4111 1111 1111 1111')}, ${hash('481-28-8601')} ☃`,
    undefined,
  ]);
});

test('what has nothing in it is the same object', () => {
  const values = [
    [Buffer.from('Ada Lovelace'), 25],
    [Buffer.from('{Ada,"L, ovelace",NULL}'), 1009],
    [Buffer.from('{"a": [1, "b", null]}'), 3802],
    [Buffer.from('(1,Ada,)'), PERSON],
    [Buffer.from('12345'), 20],
    [Buffer.from('1.50'), 1700],
    [Buffer.from('2024-01-01'), 1082],
    [Buffer.from('\\x0001'), 17],
  ] as const;
  const same = values.map(([value, type]) => {
    const cell = { type, format: 0, style: 'redact', key: KEY } as const;
    return maskDetected(value, cell, FINDER, types) === value;
  });
  expect(same).toEqual(values.map(() => true));
});

test('of arrays the element, of rows the field, of json the leaf or key is masked', () => {
  expect(
    texts([
      ['{Ada,ada@example.com,NULL}', 1009],
      ['(7,"Ada ada@example.com",ada@example.com)', PERSON],
      ['{"(7,Ada,ada@example.com)","(8,Bob,)"}', PEOPLE],
      ['{"mail": "ada@example.com", "n": 4111111111111111, "a": ["x"]}', 3802],
      [String.raw`{"ada@example.com": 1, "b": "ada\u0040example.com"}`, 114],
      ['{"ssn": "481288601", "phone": 5551234567, "total": 5551234567}', 3802],
      ['ada@example.com', EMAIL],
    ]),
  ).toEqual([
    '{Ada,[masked],NULL}',
    '(7,"Ada [masked]",[masked])',
    '{"(7,Ada,[masked])","(8,Bob,)"}',
    '{"mail": "[masked]", "n": 0, "a": ["x"]}',
    '{"[masked]": 1, "b": "[masked]"}',
    '{"ssn": "[masked]", "phone": 0, "total": 5551234567}',
    '[masked]',
  ]);
});

test('numbers, bytes, and what is of an unknown type are masked whole', () => {
  const int8 = Buffer.alloc(8);
  int8.writeBigInt64BE(4111111111111111n);
  const float8 = Buffer.alloc(8);
  float8.writeDoubleBE(4111111111111111);
  expect([
    ...texts([
      ['4111111111111111', 20],
      ['4111111111111111.00', 1700],
      ['4111111111111111', 701],
      [`\\x${Buffer.from('to ada@example.com').toString('hex')}`, 17],
      ['ada@example.com', CITEXT],
      ["'ada@example.com':1", 3614],
    ]),
    mask(int8, 20, { format: 1 })?.toString('hex'),
    mask(float8, 701, { format: 1 })?.toString('hex'),
    mask(Buffer.from('ada@example.com'), CITEXT, { format: 1 }),
  ]).toEqual(['0', '0', '0', '\\x5b6d61736b65645d', undefined, '', '0'.repeat(16), '0'.repeat(16), null]);
});

test('jsonb in binary keeps its version', () => {
  const value = Buffer.from('\u0001{"mail": "ada@example.com"}');
  expect(mask(value, 3802, { format: 1 })?.toString()).toBe('\u0001{"mail": "[masked]"}');
});

test('a name makes an integer a number of a person', () => {
  const value = Buffer.from([0x1c, 0xaf, 0xda, 0xa9]); // 481287849
  expect([mask(value, 23, { format: 1 }), mask(value, 23, { format: 1, label: 'ssn' })]).toEqual([
    value,
    Buffer.alloc(4),
  ]);
});

test('each find is told', () => {
  const told: string[] = [];
  mask('{ada@example.com,"4111111111111111 481-28-8601"}', 1009, {}, ({ detector }) => told.push(detector));
  expect(told).toEqual(['email', 'card', 'national-id']);
});

test('what cannot be read stays when nothing is found in it, and is NULL else', () => {
  const unread = [
    ['{"ada@example.com', 1009],
    ['{"Ada', 1009],
    ['(1,ada@example.com', PERSON],
    ['(1,Ada,x,y)', PERSON],
    ['{"a": "ada@example.com', 3802],
    ['(1,ada@example.com)', RECORD],
    ['(1,Ada)', RECORD],
  ] as const;
  expect(texts(unread)).toEqual([
    undefined,
    '{"Ada',
    undefined,
    '(1,Ada,x,y)',
    undefined,
    undefined,
    '(1,Ada)',
  ]);
});
