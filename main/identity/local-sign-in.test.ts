import { expect, test } from 'vitest';
import { createLocalSignIn } from './local-sign-in.ts';

test('tokens have 256 bits and never repeat', () => {
  const signIn = createLocalSignIn();
  const tokens = Array.from({ length: 50 }, () => signIn.issue());
  expect(new Set(tokens).size).toBe(50);
  expect(tokens.map((token) => Buffer.from(token, 'base64url').length)).toEqual(Array(50).fill(32));
});

test('each token is exchanged once, in any order; others never are', () => {
  const signIn = createLocalSignIn();
  const [first, second] = [signIn.issue(), signIn.issue()];
  const bearer = signIn.exchange(second);
  expect([second, first, first, '', 'guess', bearer ?? ''].map((token) => signIn.exchange(token))).toEqual([
    null,
    bearer,
    null,
    null,
    null,
    null,
  ]);
});

test('only the whole bearer, of this host, is held', () => {
  const [own, other] = [createLocalSignIn(), createLocalSignIn()];
  const bearer = own.exchange(own.issue());
  const foreign = other.exchange(other.issue());
  const headers = [
    `Bearer ${bearer}`,
    `Bearer ${foreign}`,
    `Bearer ${bearer}x`,
    `Bearer `,
    `${bearer}`,
    '',
    null,
  ];
  expect(headers.map((header) => own.holds(header))).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});
