import { expect, test } from 'vitest';
import { SessionId } from '../../shared/api/session.ts';
import type { RedactionTarget } from '../asking.ts';
import { askedOf, isComplete, scopesOf, type Filled } from './scopes.ts';

const session = SessionId.parse('00112233445566778899aabbccddeeff');
const CELL: RedactionTarget = { session, sequence: 7, field: 'answer', value: '4111' };
const FILLED: Filled = { scope: 'value', value: '4111 1111', keepRest: true, reason: ' a card number ' };

test('only what was pointed at can be chosen', () => {
  expect([scopesOf(CELL), scopesOf({ ...CELL, field: null }), scopesOf({ ...CELL, sequence: null })]).toEqual(
    [
      ['field', 'event', 'value', 'whole'],
      ['event', 'value', 'whole'],
      ['value', 'whole'],
    ],
  );
});

test('each scope names what it means and nothing else', () => {
  const asked = {
    session,
    sequence: null,
    field: null,
    value: null,
    keepRest: false,
    reason: 'a card number',
  };
  expect(
    (['field', 'event', 'value', 'whole'] as const).map((scope) => askedOf(CELL, { ...FILLED, scope }, true)),
  ).toEqual([
    { ...asked, sequence: 7, field: 'answer', apply: true },
    { ...asked, sequence: 7, apply: true },
    { ...asked, value: '4111 1111', keepRest: true, apply: true },
    { ...asked, apply: true },
  ]);
});

test('a reason is needed, and a value that is not in everything', () => {
  expect([
    isComplete(FILLED),
    isComplete({ ...FILLED, reason: ' ' }),
    isComplete({ ...FILLED, value: '411' }),
    isComplete({ ...FILLED, value: 'éé' }),
    isComplete({ ...FILLED, scope: 'whole', value: '' }),
  ]).toEqual([true, false, false, true, true]);
});
