/** Values of every shape: nothing of one is left in its mask but what `partial` is said to keep, and its structure stays. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { DETECTORS, MASK_STYLES, type MaskStyle } from '../../shared/policy/mask-rule.ts';
import { finderOf } from './detectors/finder.ts';
import { type Cell, constantOf, maskCell } from './mask-cell.ts';
import { maskDetected } from './mask-detected.ts';
import { codeOf } from './pseudonym.ts';
import { SCALARS } from './scalars/table.ts';
import type { TypeShape } from './type-shape.ts';

const PERSON = 50_000;
const PEOPLE = 50_001;
const MAIL = 50_002;
const SHAPES: Readonly<Record<number, TypeShape>> = {
  [PERSON]: { kind: 'composite', fields: [25, 1009] },
  [PEOPLE]: { kind: 'array', element: PERSON },
  [MAIL]: { kind: 'domain', base: 25 },
};
const types = (oid: number) => SHAPES[oid] ?? null;
const ALL_TYPES = [
  ...SCALARS.keys(),
  114,
  3802,
  1007,
  1009,
  1231,
  2249,
  2277,
  2287,
  1020,
  PERSON,
  PEOPLE,
  MAIL,
  99_999,
];

const KEY = Buffer.alloc(32, 7);
const style = fc.constantFrom<MaskStyle[]>(...MASK_STYLES);
const format = fc.constantFrom<(0 | 1)[]>(0, 1);

/** In every part of a secret, and in no mask: no two neighbours of it are without. */
const MARK = 'qz';
const secret = fc
  .array(fc.constantFrom(...`a7'"\\{}(),;@-+: é☃`.split('')), { maxLength: 12 })
  .map((characters) => `${MARK}${characters.map((character) => character + MARK).join('')}`);

function text(value: string, cell: Partial<Cell>): string | null {
  const whole = { type: 25, format: 0, style: 'redact', key: KEY, ...cell } as const;
  return maskCell(Buffer.from(value), whole, types)?.toString() ?? null;
}

test('whatever bytes come, of whatever type: no mask throws, and it is the same each time', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc
      .string({ unit: fc.constantFrom(...'{}()[]",\\ :-+0123456789.eNULqz@'.split('')), maxLength: 60 })
      .map((characters) => Buffer.from(characters)),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(...ALL_TYPES), format, style, (value, type, of, as) => {
      const cell = { type, format: of, style: as, key: KEY };
      const once = maskCell(Buffer.from(value), cell, types);
      const twice = maskCell(Buffer.from(value), cell, types);
      const constant = constantOf(cell, types);
      expect(twice).toEqual(once);
      if (constant !== undefined) expect(once).toEqual(constant);
      maskDetected(Buffer.from(value), cell, finderOf(DETECTORS), types);
    }),
    { numRuns: 4000 },
  );
});

test('nothing of a text is in its mask; partial shows its first character, or what is named', () => {
  fc.assert(
    fc.property(secret, style, (value, as) => {
      const masked = text(value, { style: as }) ?? '';
      expect(masked).not.toContain(MARK);
      if (as === 'partial') expect(masked).toBe(value.length < 4 ? '***' : 'q***');
    }),
  );
});

test('a code is that of HMAC-SHA-256', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 64 }), (value, key) => {
      expect(codeOf(Buffer.from(key), Buffer.from(value))).toEqual(
        createHmac('sha256', key).update(value).digest(),
      );
    }),
  );
});

test('hashes are equal for equal values under one key, and say nothing under another', () => {
  fc.assert(
    fc.property(secret, secret, (one, other) => {
      const hash = (value: string, key = KEY) => text(value, { style: 'hash', key });
      expect(hash(one) === hash(other)).toBe(one === other);
      expect(hash(one, Buffer.alloc(32, 8))).not.toBe(hash(one));
    }),
  );
});

/** Arrays of some depth, NULLs in them, each level of one length as PostgreSQL wants it. */
const array = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.array(fc.option(secret), { minLength: 12, maxLength: 12 }))
  .map(([dimensions, leaves]) => {
    const level = (depth: number, at: number): unknown =>
      depth === 0 ? leaves[at % leaves.length] : [level(depth - 1, at * 2), level(depth - 1, at * 2 + 1)];
    return level(dimensions, 1) as Nested[];
  });
type Nested = string | null | readonly Nested[];

function literal(value: Nested): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `{${value.map(literal).join(',')}}`;
}

function replaced(value: Nested, as: (leaf: string) => string | null): Nested {
  if (value === null) return null;
  return typeof value === 'string' ? as(value) : value.map((part) => replaced(part, as));
}

/** text[], as the driver of Node reads it. */
const parseArray = pg.types.getTypeParser(1009 as never, 'text') as (text: string) => Nested[];

test('an array keeps its dimensions and NULLs, and each element is masked as it would be alone', () => {
  fc.assert(
    fc.property(array, fc.constantFrom<MaskStyle[]>('redact', 'partial', 'hash'), (value, as) => {
      const masked = text(literal(value), { type: 1009, style: as }) ?? '';
      expect(parseArray(masked)).toEqual(replaced(value, (leaf) => text(leaf, { style: as })));
    }),
  );
});

test('a row keeps its fields and NULLs, arrays within it as well', () => {
  fc.assert(
    fc.property(fc.option(secret), array, style, (name, tags, as) => {
      const quote = (field: string) => `"${field.replaceAll(/["\\]/g, '$&$&')}"`;
      const row = `(${name === null ? '' : quote(name)},${quote(literal(tags))})`;
      const masked = text(row, { type: PERSON, style: as });
      const people = text(literal([row, null]), { type: PEOPLE, style: as });
      expect([masked, people].join('')).not.toContain(MARK);
      if (as === 'null') return;
      expect([masked?.startsWith('(,'), parseArray(people ?? '')]).toEqual([name === null, [masked, null]]);
    }),
  );
});

/** Documents with secrets for leaves, and keys that only data could be. */
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    secret,
    fc.constantFrom(null, true, 471.1),
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('name', 'e_mail'),
        secret.map((key) => `${key} 0`),
      ),
      tie('document'),
      { maxKeys: 3 },
    ),
  ),
}));

test('a document stays one, of the same shape under partial and hash, and nothing is left of its values', () => {
  fc.assert(
    fc.property(document, style, format, fc.constantFrom(114, 3802), (value, as, of, type) => {
      const versioned = type === 3802 && of === 1;
      const bytes = Buffer.from(`${versioned ? '\u0001' : ''}${JSON.stringify(value)}`);
      const masked = maskCell(bytes, { type, format: of, style: as, key: KEY }, types)?.toString() ?? '';
      expect(masked).not.toContain(MARK);
      if (as === 'null') return;
      const read = JSON.parse(versioned ? masked.slice(1) : masked) as unknown;
      if (as !== 'redact') expect(shape(read)).toEqual(shape(value));
      expect(JSON.stringify(read)).not.toContain('471.1');
    }),
  );
});

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  // Keys of data may become the same one.
  if (typeof value === 'object' && value !== null) return 'object';
  return value === null ? null : typeof value;
}

test('what a detector finds goes wherever it stands, and what is around it stays', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abc é☃"\\{}(),'.split('')), maxLength: 10 });
  const planted = fc.constantFrom(
    'ada@example.com',
    '4111 1111 1111 1111',
    'DE89370400440532013000',
    '481-28-8601',
  );
  const finder = finderOf(DETECTORS);
  const detected = (value: string, type: number): string | undefined =>
    maskDetected(
      Buffer.from(value),
      { type, format: 0, style: 'redact', key: KEY },
      finder,
      types,
    )?.toString();
  fc.assert(
    fc.property(word, word, planted, (before, after, found) => {
      const value = `${before} ${found} ${after}`;
      const masked = `${before} [masked] ${after}`;
      expect([
        detected(value, 25),
        parseArray(detected(literal([value, null]), 1009) ?? ''),
        JSON.parse(detected(JSON.stringify({ a: [value] }), 3802) ?? ''),
      ]).toEqual([masked, [masked, null], { a: [masked] }]);
    }),
  );
});
