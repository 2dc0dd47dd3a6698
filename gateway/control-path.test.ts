import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { defaultControlPath, MAX_SOCKET_PATH_BYTES } from './control-path.ts';

test('the socket lies in the spool’s folder where its path can be that long', () => {
  expect(defaultControlPath('/var/lib/auditorium/spool', 'linux')).toBe(
    '/var/lib/auditorium/spool/control.sock',
  );
});

test('a longer path goes to the temporary folder, each spool to a folder of its own', () => {
  const paths = ['a', 'b', 'ä'].map((name) => defaultControlPath(`/${name.repeat(80)}`, 'linux'));
  expect(paths.map((path) => path.startsWith(tmpdir()))).toEqual([false, false, true]);
  const long = ['a', 'b', 'ä'].map((name) => defaultControlPath(`/${name.repeat(200)}`, 'linux'));
  expect([
    new Set(long).size,
    long.every((path) => Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES),
  ]).toEqual([3, true]);
});

test('on Windows it is a named pipe', () => {
  expect(defaultControlPath('C:\\spool', 'win32')).toMatch(/^\\\\\.\\pipe\\auditorium-[0-9a-f]{16}$/);
});
