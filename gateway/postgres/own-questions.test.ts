import { expect, test } from 'vitest';
import { Exchange } from './exchange.ts';
import { isForAgent, takeOwn } from './own-questions.ts';
import { complete, message, ready } from './testing/messages.ts';

const notice = message('N', Buffer.from('SDEBUG\0VDEBUG\0C00000\0Mparse <unnamed>: SELECT mine\0\0'));
const notification = message('A', 7, 'news', 'hello');

test('notices about a question of the gateway are read with its answer, what comes from others is not', () => {
  const exchange = new Exchange();
  const taken: string[] = [];
  exchange.expectOwn({
    take: (bytes) => {
      taken.push(String.fromCharCode(bytes[0] as number));
      return bytes[0] === ready('I')[0];
    },
  });
  const before = Buffer.concat([notice, complete('SELECT 1')]);
  const buffer = Buffer.concat([before, notification, notice, ready('I'), notice]);
  expect(takeOwn(exchange, buffer, 0)).toBe(before.length);
  const behind = buffer.length - notice.length;
  expect(takeOwn(exchange, buffer, before.length + notification.length)).toBe(behind);
  expect(taken.join('')).toBe('NCNZ');
  expect(exchange.expected).toEqual([]);
});

test('only notices are kept from the agent: parameters and notifications are its own', () => {
  expect(['N', 'A', 'S', 'C', 'Z'].filter((type) => isForAgent(type.charCodeAt(0)))).toEqual(['A', 'S']);
});
