import { expect, test } from 'vitest';
import { listOf } from '../../shared/replay/fixtures/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { answersTo, statementAt, stepOfStatement } from './statement-at.ts';

let sequence = 0;
const step = (kind: string, statement: number | null, ordinal: number | null = null): Point => ({
  sequence: sequence++,
  time: 0,
  kind,
  statement,
  ordinal,
  status: null,
  rows: 0,
  sqlstate: null,
  decision: null,
});

/** Two statements sent in one pipeline, the second a Query of two SQL statements. */
const steps = [
  step('sessionOpened', null),
  step('statement', 1),
  step('statement', 2),
  step('rows', 1, 0),
  step('outcome', 1, 0),
  step('notice', null),
  step('outcome', 2, 0),
  step('rows', 2, 1),
  step('outcome', 2, 1),
  step('sessionClosed', null),
];

test('a step without a statement belongs to the one before it', () => {
  expect(steps.map((_, index) => statementAt(listOf(steps), index))).toEqual([
    null,
    { number: 1, ordinal: 0, intent: 1 },
    { number: 2, ordinal: 0, intent: 2 },
    { number: 1, ordinal: 0, intent: 1 },
    { number: 1, ordinal: 0, intent: 1 },
    { number: 1, ordinal: 0, intent: 1 },
    { number: 2, ordinal: 0, intent: 2 },
    { number: 2, ordinal: 1, intent: 2 },
    { number: 2, ordinal: 1, intent: 2 },
    { number: 2, ordinal: 1, intent: 2 },
  ]);
});

test('answers are those of the statement and of its ordinal, up to the outcome', () => {
  const answers = [
    { number: 1, ordinal: 0, intent: 1 },
    { number: 2, ordinal: 0, intent: 2 },
    { number: 2, ordinal: 1, intent: 2 },
  ].map((statement) => answersTo(listOf(steps), statement).map((answer) => answer.sequence));
  expect(answers).toEqual([[3, 4], [6], [7, 8]]);
});

test('a statement is found by its number, and by that of one of its parts', () => {
  const list = listOf(steps);
  const found = [
    stepOfStatement(list, 2, null),
    stepOfStatement(list, 2, 1),
    stepOfStatement(list, 2, 7),
    stepOfStatement(list, 3, null),
  ];
  expect(found).toEqual([2, 7, -1, -1]);
});
