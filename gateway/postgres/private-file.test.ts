import { expect, test } from 'vitest';
import { isOpen } from './private-file.ts';

test('a secret is its owner’s alone, or root’s who lends it to a group for reading', () => {
  const modes = [0o400, 0o600, 0o440, 0o640, 0o660, 0o444, 0o604];
  const open = (owner: number, user: number) =>
    modes.filter((mode) => isOpen({ mode, owner, user })).map((mode) => mode.toString(8));
  expect({ own: open(1000, 1000), lent: open(0, 1000), roots: open(0, 0) }).toEqual({
    own: ['440', '640', '660', '444', '604'],
    lent: ['660', '444', '604'],
    roots: ['440', '640', '660', '444', '604'],
  });
});
