import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partOf } from './part.ts';
import { partOfAddress, writePartOfAddress } from './plain-address.ts';

test('what is masked without a closer look is masked as with one', () => {
  const pieces = fc.constantFrom(
    'a',
    'Z',
    '7',
    '.',
    '-',
    '_',
    '+',
    '@',
    'é',
    ' ',
    '=',
    '"',
    '2x',
    'com',
    'org',
    'mount',
  );
  const plain = fc.constantFrom('a', 'Z', 'b7', 'c.d', 'e-f');
  const text = (piece: fc.Arbitrary<string>) =>
    fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  const addressOf = (piece: fc.Arbitrary<string>) =>
    fc
      .tuple(text(piece), text(piece), fc.constantFrom('de', 'com', 'info', 'mount', 'png'))
      .map(([local, domain, last]) => `${local}@${domain}.${last}`);
  let quick = 0;
  fc.assert(
    fc.property(fc.oneof(text(pieces), addressOf(pieces), addressOf(plain)), (value) => {
      const part = partOfAddress(Buffer.from(value));
      if (part === null) return;
      quick++;
      expect(part.toString()).toBe(partOf(value));
    }),
    { numRuns: 20_000 },
  );
  expect(quick).toBeGreaterThan(200);
});

test('addresses as they mostly are need no closer look', () => {
  const shown = ['ada.lovelace+x@mail.example.com', 'a@b.de', 'customer-17@example.com'].map((text) =>
    partOfAddress(Buffer.from(text))?.toString(),
  );
  expect(shown).toEqual(['a***@mail.example.com', '***@b.de', 'c***@example.com']);
});

test('an address masked where it lies, or moved towards the start, is masked as in a buffer of its own', () => {
  const texts = [
    'customer-17@example.com',
    'ada@b.de',
    'adal@b.de',
    'a@b.de',
    '@b.de',
    'no address',
    '',
    'a b@c.de',
  ];
  const written = texts.map((text) =>
    [0, 3].map((gap) => {
      const buffer = Buffer.from(`<<<${text}>>>`);
      const length = writePartOfAddress(buffer, 3, buffer.length - 3, buffer, 3 - gap);
      return length < 0 ? null : buffer.toString('utf8', 3 - gap, 3 - gap + length);
    }),
  );
  const both = (text: string) => [text, text];
  const neither = [null, null];
  expect(written).toEqual([
    both('c***@example.com'),
    neither,
    both('a***@b.de'),
    neither,
    neither,
    neither,
    neither,
    neither,
  ]);
});
