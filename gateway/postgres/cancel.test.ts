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

test('of several workers each knows which one gave out a process id', () => {
  const places = Array.from({ length: 5 }, (_, worker) => ({ worker, workers: 5 }));
  const keys = places.map((place) => new CancelKeys<number>(place));
  const ids = keys.flatMap((own) =>
    Array.from({ length: 100 }, (_, session) => own.issue(session, '3.2').processId),
  );
  expect(ids.every((id) => id > 0 && id < 2 ** 31)).toBe(true);
  const told = keys.map((own) => ids.map((id) => own.elsewhere(id)));
  expect(told).toEqual(
    places.map(({ worker }) =>
      ids.map((_, at) => (Math.floor(at / 100) === worker ? null : Math.floor(at / 100))),
    ),
  );
});

test('a process id that no worker can have given out is judged where it arrives', () => {
  const keys = new CancelKeys<number>({ worker: 1, workers: 3 });
  expect([-1, -(2 ** 31), 2 ** 31 - 1].map((id) => keys.elsewhere(id))).toEqual([null, null, null]);
});
