import { expect, test } from 'vitest';
import { decisionsRecording } from '../../shared/replay/fixtures/decisions.ts';
import {
  concat,
  dataRow,
  errorResponse,
  rowDescription,
  SessionRecording,
} from '../../shared/replay/fixtures/recording.ts';
import { newPainterState } from '../../shared/replay/painter-state.ts';
import { newTimelineState, stepOf } from '../../shared/replay/timeline.ts';
import { paintFrame, type FrameRange } from './frame-text.ts';
import { styledLines } from './styled-lines.ts';

/** Events 0–6: opened, a SELECT with a notice and rows, a Query of two statements of which the second fails. */
function story(): SessionRecording {
  const session = new SessionRecording().opened().simple(1, 'SELECT id FROM orders');
  session.add('notice', {
    severity: 'NOTICE',
    sqlstate: '00000',
    message: errorResponse('N', { S: 'NOTICE', V: 'NOTICE', M: 'slow today' }),
  });
  session.outcome(1, {
    tag: 'SELECT 1',
    rows: 1,
    answer: concat(rowDescription(['id', 23]), dataRow('7')),
  });
  session.simple(2, 'DELETE FROM orders; DROP TABLE x');
  session.outcome(2, { tag: 'DELETE 3', transaction: null });
  session.outcome(2, {
    ordinal: 1,
    status: 'failed',
    sqlstate: '42P01',
    answer: errorResponse('E', { S: 'ERROR', V: 'ERROR', C: '42P01', M: 'there is no x' }),
  });
  return session;
}

function painted(
  first: number,
  last: number,
  ordinal: number | null = null,
  { events } = story(),
): Record<string, string[]> {
  const range: FrameRange = { first, last, ordinal };
  const frame = paintFrame(events, range, newPainterState());
  const lines = (text: string) => styledLines(text).map((line) => line.map((run) => run.text).join(''));
  return { before: lines(frame.before), own: lines(frame.own), after: lines(frame.after) };
}

test('an event that belongs to no statement stands alone', () => {
  expect(painted(0, 0)).toEqual({
    before: [],
    own: ['-- Session opened to shop by agent from 127.0.0.1:50000 as psql'],
    after: [],
  });
});

test('a whole statement begins at its prompt and ends before the next one', () => {
  expect(painted(1, 3)).toEqual({
    before: [],
    own: ['shop=> SELECT id FROM orders', 'NOTICE:  slow today', ' id ', '----', '  7', '(1 row) · 1.23 ms'],
    after: [],
  });
});

test('around a part of a statement stands the rest of it, and nothing of the one before', () => {
  expect([painted(2, 2), painted(4, 4, 0)]).toEqual([
    {
      before: ['shop=> SELECT id FROM orders'],
      own: ['NOTICE:  slow today'],
      after: [' id ', '----', '  7', '(1 row) · 1.23 ms'],
    },
    {
      before: [],
      own: ['shop=> DELETE FROM orders; DROP TABLE x'],
      after: ['DELETE 3 · 1.23 ms'],
    },
  ]);
});

test('what a statement came to is shown with what was asked before it', () => {
  expect(painted(6, 6)).toEqual({
    before: ['shop=> DELETE FROM orders; DROP TABLE x', 'DELETE 3 · 1.23 ms'],
    own: ['ERROR:  there is no x [42P01]'],
    after: [],
  });
});

/** Frames of a session with a policy: what each step of it is called, and what its frame shows. */
function decided() {
  const recording = decisionsRecording();
  const state = newTimelineState();
  return recording.events.flatMap((stored) => {
    const step = stepOf(stored, state);
    if (step === null) return [];
    return [{ step, frame: painted(step.sequence, step.sequence, null, recording) }];
  });
}

test('each step of a session with a policy has lines of its own', () => {
  const silent = decided().filter(({ frame }) => frame['own']?.length === 0);
  expect(silent.map(({ step }) => step.label)).toEqual([]);
});

test('the end of a hold is told by the vote that ended it, and what came of the statement stands after it', () => {
  const ended = decided().filter(({ step }) => step.kind === 'holdEnded');
  const held = [
    '-- Held by delete-without-where: a DELETE without WHERE needs a second pair of eyes',
    'NOTICE:  held for approval (#12)',
    '-- Waits for dba, until 09:29:00 UTC',
  ];
  expect(ended.map(({ frame }) => frame)).toEqual([
    {
      before: ['shop=> DELETE FROM orders', ...held],
      own: ['-- Ada rejected #12: no WHERE'],
      after: ['ERROR:  rejected by Ada: no WHERE [42501]'],
    },
    {
      before: [
        "shop=> DELETE FROM orders WHERE status = '[masked]'",
        ...held.map((line) => line.replace('#12', '#13')),
        '-- 1 literal masked in the record by people',
      ],
      own: ['-- Ada approved #13'],
      after: ['DELETE 57 · 1.23 ms'],
    },
  ]);
});

test('an end that no vote told has lines of its own', () => {
  const recording = new SessionRecording().opened().simple(1, 'DELETE FROM orders');
  recording.add('holdEnded', { statement: 1, request: '12', outcome: 'timeout', reason: 'nobody came' });
  expect(painted(2, 2, null, recording)).toEqual({
    before: ['shop=> DELETE FROM orders'],
    own: ['-- Request #12 timed out: nobody came'],
    after: [],
  });
});

test('what the terminal does not show has no lines, and stands between what it showed', () => {
  const recording = new SessionRecording().opened().simple(1, 'SELECT 1');
  recording.add('sync', {});
  recording.outcome(1, { tag: 'SELECT 1', rows: 1 });
  expect(painted(2, 2, null, recording)).toEqual({
    before: ['shop=> SELECT 1'],
    own: [],
    after: ['SELECT 1 · 1.23 ms'],
  });
});
