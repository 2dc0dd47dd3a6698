import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { DETECTORS } from '../../shared/policy/mask-rule.ts';
import {
  detectedLiterals,
  detectedParameters,
  maskAllLiterals,
  maskLiterals,
  maskParameters,
} from './constants.ts';
import { finderOf } from './detectors/finder.ts';

beforeAll(() => loadModule());

const FINDER = finderOf(DETECTORS);

/** A text in which constants stand between `«` and `»`, and where they stand in bytes. */
function given(marked: string): [text: Buffer, spans: { start: number; end: number }[]] {
  const text = marked.replaceAll(/[«»]/g, '');
  const spans = [...marked.matchAll(/«([^»]*)»/g)].map(({ 1: inner = '', index }) => {
    const start = Buffer.byteLength(marked.slice(0, index).replaceAll(/[«»]/g, ''));
    return { start, end: start + Buffer.byteLength(inner) };
  });
  return [Buffer.from(text), spans];
}

const CONSTANTS: readonly (readonly [given: string, masked: string])[] = [
  ["SELECT * FROM p WHERE a = «'x'» AND b = 'y'", "SELECT * FROM p WHERE a = '[masked]' AND b = 'y'"],
  ["SELECT «'it''s ☃'», «12.5e3», «-7», 'ü', «'z'»", "SELECT '[masked]', 0, 0, 'ü', '[masked]'"],
  [
    "SELECT «E'a\\'b'», «U&'\\0061'», «N'x'», «$q$ a 'b' $q$»",
    "SELECT '[masked]', '[masked]', '[masked]', '[masked]'",
  ],
  ["SELECT «B'101'», «X'1F'», «0x1F»", "SELECT B'0', X'0', 0"],
  ["SELECT «'a'\n  'b'», 1", "SELECT '[masked]', 1"],
  ["SELECT date «'2024-01-01'», «.5»", "SELECT date '[masked]', 0"],
  ['SELECT «true»', "SELECT '[masked]'"],
];

test.each(CONSTANTS)('%s', (text, masked) => {
  const shown = maskLiterals(...given(text)).toString();
  expect([shown, parses(shown)]).toEqual([masked, true]);
});

function parses(sql: string): boolean {
  return (parseSync(sql).stmts ?? []).length > 0;
}

test('a constant is masked to its end, though less of it is named', () => {
  const text = Buffer.from("SELECT 'secret'\n 'secret'");
  expect(maskLiterals(text, [{ start: 7, end: 9 }]).toString()).toBe("SELECT '[masked]'");
});

test('a text without constants to mask is the same object', () => {
  const text = Buffer.from("SELECT 'x'");
  expect(maskLiterals(text, [])).toBe(text);
});

test('of a text that nobody could read every value is masked', () => {
  const text = `SELEC 'a', E'b\\'c', $$d$$, 4111, "ada@x.de", "name", $1 /* e */ FROM t -- f\nWHERE x = 'g`;
  expect(maskAllLiterals(Buffer.from(text)).toString()).toBe(
    `SELEC '[masked]', '[masked]', '[masked]', 0, "[masked]", "name", $1 /* [masked] */ FROM t -- [masked]\nWHERE x = '[masked]`,
  );
});

test('a text too long to be read is cut at its first constant', () => {
  const text = `SELECT a FROM t WHERE b = 'secret' ${'x'.repeat(2 << 20)}`;
  expect(maskAllLiterals(Buffer.from(text)).toString()).toBe('SELECT a FROM t WHERE b = [masked]');
});

test('constants in which something is found are named by index', () => {
  const [text, spans] = given(
    "SELECT «'x'», «'ada@example.com'», «4111111111111111», «U&'\\0061da@example.com'», «E'a\\u0040b.de'», «12»",
  );
  expect(detectedLiterals(text, spans, FINDER)).toEqual([1, 2, 3, 4]);
});

/** Parameters of a Bind: null for NULL. */
function bound(...values: readonly (string | Buffer | null)[]): Buffer {
  const head = Buffer.alloc(2);
  head.writeInt16BE(values.length);
  return Buffer.concat([
    head,
    ...values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(value === null ? -1 : Buffer.byteLength(value));
      return [length, Buffer.from(value ?? '')];
    }),
  ]);
}

test('parameters are masked by number: text as text, binary by its type, of an unknown type as NULL', () => {
  const int4 = Buffer.from([0, 0, 18, 103]);
  const formats = [0, 1, 1, 0, 0];
  const types = [25, 23, 0, 25, 25];
  const masked = maskParameters(bound('secret', int4, int4, null, 'kept'), [1, 2, 3, 4], { formats, types });
  expect(masked).toEqual(bound('[masked]', Buffer.alloc(4), null, null, 'kept'));
});

test('parameters of which none has a value are the same object', () => {
  const parameters = bound('kept', null);
  expect(maskParameters(parameters, [2], { formats: [] })).toBe(parameters);
});

test('parameters in which something is found are named by number, binary ones by their type', () => {
  const card = Buffer.alloc(8);
  card.writeBigInt64BE(4111111111111111n);
  const formats = [0, 0, 0, 0, 1, 1];
  const types = [25, 25, 25, 0, 20, 0];
  const parameters = bound('x', 'ada@example.com', null, '4111111111111111', card, 'ada@example.com');
  expect(detectedParameters(parameters, FINDER, { formats, types })).toEqual([2, 4, 5, 6]);
});
