import { expect, test } from 'vitest';
import { messageRuns } from './message-runs.ts';

const message = (type: string, body: number): number[] => [
  type.charCodeAt(0),
  0,
  0,
  0,
  4 + body,
  ...Array.from({ length: body }, () => 0),
];

test('runs of the same message are taken together, and what is left over is counted', () => {
  const bytes = new Uint8Array([
    ...message('T', 6),
    ...message('D', 2),
    ...message('D', 3),
    ...message('E', 1),
    68,
    0,
  ]);
  expect(messageRuns(bytes)).toEqual({
    runs: [
      { type: 'T', name: 'RowDescription', count: 1, at: 0, bytes: 11 },
      { type: 'D', name: 'DataRow', count: 2, at: 11, bytes: 15 },
      { type: 'E', name: 'ErrorResponse', count: 1, at: 26, bytes: 6 },
    ],
    rest: 2,
  });
});

test('a text is not taken for messages', () => {
  expect(messageRuns(new TextEncoder().encode('SELECT 1')).runs).toEqual([]);
});
