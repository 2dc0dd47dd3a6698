import { expect, test } from 'vitest';
import { partOf } from './part.ts';

test('partial keeps what it is said to keep', () => {
  const parts = [
    ['ada@example.com', 'a***@example.com'],
    ['a@example.com', '***@example.com'],
    ['ada@localhost', 'a***'], // no address: the rest may be a secret
    ['4111 1111 1111 1111', '***1111'],
    ['378282246310005', '***0005'],
    ['DE89 3704 0044 0532 0130 00', 'DE***3000'],
    ['+49 171 1234567', '***67'],
    ['481-28-8601', '***01'],
    ['Ada Lovelace', 'A***'],
    ['☃☃☃☃', '☃***'],
    ['😀 smile', '😀***'],
    ['Ada', '***'],
    [`${'x'.repeat(400)}@example.com`, 'x***'],
    ['', '***'],
  ];
  expect(parts.map(([text = '']) => [text, partOf(text)])).toEqual(parts);
});
