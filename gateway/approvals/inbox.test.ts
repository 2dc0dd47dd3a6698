import { expect, test } from 'vitest';
import { Inbox } from './inbox.ts';
import { HeldRequest } from './request.ts';
import { held } from './testing/held.ts';

/** The request as its worker tells of it, opened at `now`. */
function request(id: string, worker = 0, now = 1_000): HeldRequest {
  return new HeldRequest(id, worker, held(), now, () => {});
}

test('the inbox has the requests of all workers, the newest first, then what ended', () => {
  const inbox = new Inbox(() => 5_000);
  const [first, second, third] = [request('1'), request('1w1', 1, 2_000), request('2', 0, 3_000)];
  for (const each of [first, second, third]) inbox.take(each.row(), 'opened');
  first.end('approved', 'approved by ada', 4_000);
  inbox.take(first.row(), 'ended');
  expect(inbox.list().map(({ id, state }) => `${id} ${state}`)).toEqual([
    '2 pending',
    '1w1 pending',
    '1 approved',
  ]);
});

test('what a worker held that died is given up', () => {
  const inbox = new Inbox(() => 5_000);
  for (const each of [request('1'), request('1w1', 1)]) inbox.take(each.row(), 'opened');
  const told: string[] = [];
  inbox.listen(({ id }, what) => told.push(`${id} ${what}`));
  inbox.lost(1);
  expect([told, inbox.list().map(({ id, state, ended, outcome }) => [id, state, ended, outcome])]).toEqual([
    ['1w1 ended'],
    [
      ['1', 'pending', null, null],
      ['1w1', 'abandoned', 5_000, 'its session ended with the worker that held it'],
    ],
  ]);
});

test('a hundred that ended are remembered', () => {
  const inbox = new Inbox(() => 5_000);
  for (let id = 1; id <= 103; id++) {
    const one = request(String(id));
    inbox.take(one.row(), 'opened');
    one.end('timeout', 'no decision in time', 2_000);
    inbox.take(one.row(), 'ended');
  }
  const ids = inbox.list().map(({ id }) => id);
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([100, '103', '4']);
});

test('who stopped listening is told nothing', () => {
  const inbox = new Inbox(() => 5_000);
  const told: string[] = [];
  const stop = inbox.listen(({ id }) => told.push(id));
  inbox.take(request('1').row(), 'opened');
  stop();
  inbox.take(request('2').row(), 'opened');
  expect(told).toEqual(['1']);
});
