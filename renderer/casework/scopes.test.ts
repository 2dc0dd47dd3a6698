import { expect, test } from 'vitest';
import { SessionId } from '../../shared/api/session.ts';
import { scopesOf } from './scopes.ts';

const session = SessionId.parse('00112233445566778899aabbccddeeff');
const statement = { statement: 3, ordinal: 1, sequence: 10, outcomeSequence: 14 };
const none = { session, last: null, statement: null, cell: null };

test('a moment is noted as frame, statement or session, the frame first', () => {
  expect(scopesOf({ session, sequence: 12, statement })).toEqual([
    { name: 'frame', place: { ...none, sequence: 12 } },
    { name: 'statement', place: { ...none, sequence: 10, last: 14, statement: { number: 3, ordinal: 1 } } },
    { name: 'session', place: { ...none, sequence: null } },
  ]);
});

test('a range runs from its first event to its last, whichever was marked first', () => {
  const range = (from: number, sequence: number) =>
    scopesOf({ session, sequence, statement: null, from })
      .filter(({ name }) => name === 'range')
      .map(({ place }) => [place.sequence, place.last]);
  expect([range(4, 9), range(9, 4), range(4, 4)]).toEqual([[[4, 9]], [[4, 9]], []]);
});

test('a cell comes before all else, and stands on the event that holds it', () => {
  const cell = { statement: 3, ordinal: 1, row: 0, column: 2, name: 'email' };
  expect(
    scopesOf({ session, sequence: 11, statement: null, from: 2, cell }).map(({ name, place }) => [
      name,
      place.cell,
    ]),
  ).toEqual([
    ['cell', cell],
    ['range', null],
    ['frame', null],
    ['session', null],
  ]);
});

test('without a step only the session can be meant', () => {
  expect(scopesOf({ session, sequence: null, statement: null, from: 3 }).map(({ name }) => name)).toEqual([
    'session',
  ]);
});
