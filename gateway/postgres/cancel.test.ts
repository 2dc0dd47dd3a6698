import { expect, test } from 'vitest';
import { CancelKeys } from './cancel.ts';

test('a session is found by its own key alone', () => {
  const keys = new CancelKeys<string>();
  const first = keys.issue('first', 11, '3.0');
  const second = keys.issue('second', 12, '3.2');
  const flipped = Buffer.from(first.key);
  flipped.writeUInt8(flipped.readUInt8(3) ^ 1, 3);
  expect([
    keys.find(11, Buffer.from(first.key)),
    keys.find(12, Buffer.from(second.key)),
    keys.find(11, flipped),
    keys.find(11, second.key),
    keys.find(12, second.key.subarray(0, 4)),
    keys.find(12, Buffer.alloc(0)),
    keys.find(12, first.key),
  ]).toEqual(['first', 'second', null, null, null, null, null]);
});

test('keys are as long as the protocol says, and all different', () => {
  const keys = new CancelKeys<number>();
  const issued = Array.from({ length: 100 }, (_, at) => keys.issue(at, 7, at % 2 === 0 ? '3.0' : '3.2'));
  expect(issued.map(({ key }) => key.length)).toEqual(issued.map((_, at) => (at % 2 === 0 ? 4 : 32)));
  expect(new Set(issued.map(({ key }) => key.toString('hex'))).size).toBe(issued.length);
});

test('a key that was revoked cancels nothing, and sessions with the same process id of other servers stay', () => {
  const keys = new CancelKeys<string>();
  const [one, other] = [keys.issue('one', 7, '3.0'), keys.issue('other', 7, '3.2')];
  keys.revoke(one);
  expect([keys.find(7, one.key), keys.find(7, other.key)]).toEqual([null, 'other']);
  keys.revoke(other);
  expect(keys.find(7, other.key)).toBeNull();
});
