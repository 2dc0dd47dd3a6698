import { expect, test } from 'vitest';
import {
  claimLines,
  claimsOf,
  formOf,
  isWhole,
  listOf,
  NEW_CONNECTION,
  secretOf,
  wordsOf,
} from './connection-form.ts';

test('what was typed is read as lists, claims and words', () => {
  expect([
    listOf(' ci-agents, , sales '),
    claimsOf('repository_owner_id = 42\n\n ref = a, b\nnothing'),
    wordsOf(`vault kv get -field="a b" 'secret/shop x' "y z"`),
    secretOf('command', 'pass show shop'),
  ]).toEqual([
    ['ci-agents', 'sales'],
    { repository_owner_id: ['42'], ref: ['a', 'b'] },
    ['vault', 'kv', 'get', '-field=a b', 'secret/shop x', 'y z'],
    { from: 'command', argv: ['pass', 'show', 'shop'] },
  ]);
});

test('claims that are written are read back', () => {
  const claims = { ref: ['a', 'b'], owner: ['42'] };
  expect(claimsOf(claimLines(claims))).toEqual(claims);
});

test('a connection that is edited keeps its secret where it is', () => {
  const shown = { ...NEW_CONNECTION, others: ['auth'], password: { from: 'text' as const } };
  const none = { ...shown, password: { from: 'none' as const } };
  expect([formOf(shown).password, formOf(none).password]).toEqual([{ from: 'keep' }, { from: 'none' }]);
});

test('a form is whole once nothing is missing that every connection needs', () => {
  const whole = { ...NEW_CONNECTION, name: 'shop', database: 'shop', user: 'agent' };
  expect([
    isWhole(whole),
    isWhole({ ...whole, password: { from: 'env', variable: 'P' } }),
    isWhole({ ...whole, password: { from: 'none' } }),
    isWhole({ ...whole, password: { from: 'command', argv: [] } }),
  ]).toEqual([false, true, true, false]);
});
