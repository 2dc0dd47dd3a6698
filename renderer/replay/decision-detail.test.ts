import { expect, test } from 'vitest';
import { decisionsRecording } from '../../shared/replay/fixtures/decisions.ts';
import { listOf } from '../../shared/replay/fixtures/step-list.ts';
import { newTimelineState, stepOf } from '../../shared/replay/timeline.ts';
import { heldOf, loadDecision, maskWords } from './decision-detail.ts';
import { segmentHost } from '../player/fixtures/segment-host.ts';
import { Segments } from '../player/segments.ts';
import { answersTo, statementAt } from './statement-at.ts';

const { events } = decisionsRecording();
const segments = new Segments('s', segmentHost(events, { each: 5, bytes: 1000, fetched: [] }));
const state = newTimelineState();
const steps = events.flatMap((stored) => stepOf(stored, state) ?? []);
const list = listOf(steps);

async function detailOf(statement: number) {
  const at = steps.findIndex((step) => step.statement === statement);
  const current = statementAt(list, at);
  if (current === null) throw new Error(`no statement ${statement}`);
  return loadDecision(answersTo(list, current), (sequence) => segments.event(sequence));
}

test('a held statement tells who held it, who decided what and when, and how it ended', async () => {
  const { decision, hold, votes, ended, heldAt, endedAt } = await detailOf(2);
  expect({
    rules: decision?.rules,
    request: hold?.request,
    votes: votes.map(({ fields }) => [fields.name, fields.verdict, fields.reason]),
    ended: ended?.outcome,
    took: (endedAt ?? 0) - (heldAt ?? 0),
  }).toEqual({
    rules: ['delete-without-where'],
    request: '12',
    votes: [['Ada', 'reject', 'no WHERE']],
    ended: 'rejected',
    took: 60_001_000,
  });
});

test('a statement that no rule matched has masks and no decision', async () => {
  const { decision, columns, detected, parameters } = await detailOf(4);
  expect({ decision, columns, detectors: detected.flatMap((found) => found.detectors), parameters }).toEqual({
    decision: null,
    columns: [
      { position: 1, column: 'public.customers.email', rule: 'people', style: 'partial', level: 'gateway' },
    ],
    detectors: ['card'],
    parameters: new Set(),
  });
  expect([maskWords(columns[0]), maskWords(undefined)]).toEqual([
    'masked (partial): public.customers.email by rule people · B: the gateway masks it by where it comes from',
    null,
  ]);
});

test('the time that a statement was held is told where what it took counts it', async () => {
  const [denied, held] = await Promise.all([detailOf(1), detailOf(3)]);
  expect([
    heldOf(30_002_000, held),
    heldOf(1_230, held),
    heldOf(30_002_000, denied),
    heldOf(30_002_000, undefined),
  ]).toEqual([30_002_000, null, null, null]);
});
