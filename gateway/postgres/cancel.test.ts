import { expect, test } from 'vitest';
import { CancelKeys } from './cancel.ts';

test('a session is found by its own key alone', () => {
  const keys = new CancelKeys<string>();
  const first = keys.issue('first', '3.0');
  const second = keys.issue('second', '3.2');
  const flipped = Buffer.from(first.key);
  flipped.writeUInt8(flipped.readUInt8(3) ^ 1, 3);
  expect([
    keys.find(first.processId, Buffer.from(first.key)),
    keys.find(second.processId, Buffer.from(second.key)),
    keys.find(first.processId, flipped),
    keys.find(first.processId, second.key),
    keys.find(second.processId, second.key.subarray(0, 4)),
    keys.find(second.processId, Buffer.alloc(0)),
    keys.find(first.processId + 1, first.key),
  ]).toEqual(['first', 'second', null, null, null, null, null]);
});

test('keys are as long as the protocol says and process ids fit an int32', () => {
  const keys = new CancelKeys<number>();
  const issued = Array.from({ length: 1_000 }, (_, at) => keys.issue(at, at % 2 === 0 ? '3.0' : '3.2'));
  expect(issued.map(({ key }) => key.length)).toEqual(issued.map((_, at) => (at % 2 === 0 ? 4 : 32)));
  expect(issued.every(({ processId }) => processId > 0 && processId < 2 ** 31)).toBe(true);
  expect(new Set(issued.map(({ processId }) => processId)).size).toBe(issued.length);
});

test('a key that was revoked cancels nothing', () => {
  const keys = new CancelKeys<string>();
  const key = keys.issue('session', '3.0');
  keys.revoke(key);
  expect(keys.find(key.processId, key.key)).toBeNull();
});
