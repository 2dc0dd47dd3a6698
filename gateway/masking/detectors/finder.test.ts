import { expect, test } from 'vitest';
import { type Detector, DETECTORS } from '../../../shared/policy/mask-rule.ts';
import { customProblem } from './custom.ts';
import { detect, finderOf } from './finder.ts';
import { HARMLESS } from './fixtures/harmless.ts';
import { PERSONAL } from './fixtures/personal.ts';

/** What detectors find in a text, marked as in the fixtures. */
function marked(text: string, detectors: readonly Detector[], label = ''): string {
  const bytes = Buffer.from(text);
  let out = '';
  let from = 0;
  for (const { start, end } of detect(bytes, detectors, label)) {
    out += `${bytes.toString('utf8', from, start)}«${bytes.toString('utf8', start, end)}»`;
    from = end;
  }
  return out + bytes.toString('utf8', from);
}

function unmarked(text: string): string {
  return text.replaceAll(/[«»]/g, '');
}

test.each(DETECTORS)('%s: everything in the table is found, exactly', (detector) => {
  const table = PERSONAL[detector];
  expect(table.map((text) => marked(unmarked(text), [detector]))).toEqual(table);
});

test('nothing is missed when all detectors look at once', () => {
  const missed = Object.values(PERSONAL)
    .flat()
    .filter((text) => marked(unmarked(text), DETECTORS).split('«').length < text.split('«').length);
  expect(missed).toEqual([]);
});

test('nothing is found where nothing is', () => {
  expect(HARMLESS.map((text) => marked(text, DETECTORS))).toEqual(HARMLESS);
});

test('the tables are large enough to say something', () => {
  const sizes = [new Set(Object.values(PERSONAL).flat()).size, new Set(HARMLESS).size];
  expect(sizes.map((size) => size >= 150)).toEqual([true, true]);
});

test('what a column is called makes plain digits a number of that kind', () => {
  const rows = [
    ['5551234567', 'customer_phone'],
    ['5551234567', 'order_id'],
    ['481288601', 'ssn'],
    ['481288601', 'amount'],
    ['532539072', 'BSN'],
    ['9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d', 'api_key'],
    ['9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d', 'checksum'],
  ] as const;
  expect(rows.map(([text, label]) => marked(text, DETECTORS, label))).toEqual([
    '«5551234567»',
    '5551234567',
    '«481288601»',
    '481288601',
    '«532539072»',
    '«9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d»',
    '9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d',
  ]);
});

test("a policy's own expression is found by characters, its spans are of bytes", () => {
  const finder = finderOf([{ name: 'staff', pattern: String.raw`EMP-\d{4}|Zoë` }]);
  expect(finder.find(Buffer.from('☃ EMP-1234, Zoë'))).toEqual([
    { start: 4, end: 12, detector: 'staff' },
    { start: 14, end: 18, detector: 'staff' },
  ]);
});

test('an expression that would never end on other engines takes its time in proportion to the text', () => {
  const finder = finderOf([{ name: 'bomb', pattern: '(x+x+)+y' }], () => 0);
  expect(finder.find(Buffer.from('x'.repeat(20_000)))).toEqual([]);
});

test('a value that takes longer than its budget counts as found, and so does every value of what cannot be run', () => {
  let clock = 0;
  const slow = finderOf([{ name: 'slow', pattern: 'never' }], () => (clock += 40));
  const text = Buffer.alloc(200_000, 'x');
  const impossible = finderOf([{ name: 'ahead', pattern: '(?=x)x' }]);
  expect([slow.find(text), slow.find(Buffer.from('x')), impossible.find(Buffer.from('any'))]).toEqual([
    [{ start: 0, end: 200_000, detector: 'slow', overBudget: true }],
    [],
    [{ start: 0, end: 3, detector: 'ahead', overBudget: true }],
  ]);
});

test('what is wrong with an expression is told', () => {
  const wrong = [String.raw`EMP-\d{4,60}`, '(?=x)x', String.raw`(a)\1`, '(?i:a)', '(a{400}){400}', '('];
  expect(wrong.map(customProblem)).toEqual([
    null,
    ...Array.from({ length: 4 }, () => expect.stringContaining('linear time')),
    expect.stringContaining('Invalid regular expression'),
  ]);
});

test.each([
  String.raw`(?<kind>EMP|ID)-(\d{2,3}[a-f]?){1,20}`,
  'c.{6}D',
  String.raw`\u{1F600}{2}|é{2,}`,
  '😀+',
  '[^a-z ]{3,5}?',
  String.raw`\bx{0,2}y\b`,
])('%s finds what it finds under flag u', (pattern) => {
  const text = Buffer.from('EMP-12a345 ID-99f Zoë Ärzte éé. 😀😀😀! abcDEF0123456789xyz xxy y 12345');
  const found = finderOf([{ name: 'own', pattern }]).find(text);
  const expected = [...text.toString().matchAll(new RegExp(pattern, 'gu'))].map(([match]) => match);
  expect(found.map(({ start, end }) => text.toString('utf8', start, end))).toEqual(expected);
});

test('of properties at least what they mean is found', () => {
  const text = Buffer.from('Zoë, 12 Ärzte 34 ÄRZTE');
  const found = [String.raw`\p{Lu}[\p{Ll}\d]{2,30}`, String.raw`[^\p{L}\s]{2}`, String.raw`\P{L}\d`].map(
    (pattern) =>
      finderOf([{ name: 'own', pattern }])
        .find(text)
        .map(({ start, end }) => text.toString('utf8', start, end)),
  );
  expect(found).toEqual([
    ['Zoë', 'Ärzte'],
    ['ë,', '12', '34'],
    [' 1', ' 3'],
  ]);
});

test('a character that an expression cuts in two is taken whole', () => {
  const text = Buffer.from('a😀b 😀 EMP-1234');
  const found = finderOf([{ name: 'own', pattern: 'a.|EMP' }]).find(text);
  expect(found.map(({ start, end }) => text.toString('utf8', start, end))).toEqual(['a😀', 'EMP']);
});

test('a match across the border of two pieces is found once', () => {
  const finder = finderOf([{ name: 'staff', pattern: String.raw`EMP-\d{4}` }]);
  const text = `${'x'.repeat((2 << 10) - 4)}EMP-1234 and EMP-5678`;
  const at = (2 << 10) - 4;
  expect(finder.find(Buffer.from(text))).toEqual([
    { start: at, end: at + 8, detector: 'staff' },
    { start: at + 13, end: at + 21, detector: 'staff' },
  ]);
});

test('long texts of candidates are read in time that grows with them alone', () => {
  const hostile = [
    '1 ',
    '1-',
    '+1',
    'a@',
    'a.',
    '(0',
    '0/',
    'AB12 ',
    'eyJ',
    'sk-',
    'token ',
    '5 ',
    '-----BEGIN ',
  ];
  const finder = finderOf(DETECTORS);
  const slow = hostile.filter((part) => {
    const began = performance.now();
    finder.find(Buffer.from(part.repeat(100_000 / part.length)));
    return performance.now() - began > 500;
  });
  expect(slow).toEqual([]);
});
