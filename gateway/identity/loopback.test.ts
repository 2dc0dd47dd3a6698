import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';

test('loopback addresses, localhost and Unix sockets can be reached from this machine only', () => {
  const local = [
    '127.0.0.1',
    '127.1.2.3:6432',
    'localhost',
    'LOCALHOST:1',
    '::1',
    '[::1]:6432',
    '::ffff:127.0.0.1',
    '/run/a.sock',
  ];
  expect(local.filter((listener) => !isLoopback(listener))).toEqual([]);
});

test('every other address can be reached by others', () => {
  const open = [
    '0.0.0.0',
    '0.0.0.0:6432',
    '::',
    '[::]:6432',
    '10.0.0.1',
    '192.168.1.1:80',
    '128.0.0.1',
    'db.example',
    '',
    ':6432',
    '*:6432',
  ];
  expect(
    [...open, 'localhost.example:1', '127.0.0.1.example', '::ffff:10.0.0.1', '[fe80::1]:1'].filter(
      isLoopback,
    ),
  ).toEqual([]);
});
