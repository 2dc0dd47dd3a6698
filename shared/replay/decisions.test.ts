import { expect, test } from 'vitest';
import { decisionsRecording } from './fixtures/decisions.ts';
import { SessionRecording } from './fixtures/recording.ts';
import { undressed } from './fixtures/undressed.ts';
import { paintStep } from './paint.ts';
import { newPainterState } from './painter-state.ts';
import { isDecision, isMasking } from './step-source.ts';
import { newTimelineState, stepOf } from './timeline.ts';

function stepsOf() {
  const state = newTimelineState();
  return decisionsRecording().events.flatMap((stored) => stepOf(stored, state) ?? []);
}

test('decisions, holds, votes and masks are steps of their own; the gateway’s own questions are none', () => {
  expect(stepsOf().map(({ kind, statement, label }) => [statement, kind, label])).toEqual([
    [null, 'sessionOpened', 'Session opened to shop by agent from 127.0.0.1:50000 as psql'],
    [null, 'identity', 'Token of ci-deployer verified, issued by https://issuer.example'],
    [null, 'ciContext', 'CI job github/4711/3, attested'],
    [null, 'policyApplied', 'Policy a1c6eb10 in force, mode enforce'],
    [
      null,
      'assurance',
      '3 columns masked: public.customers.email by the gateway, public.customers.phone by the gateway, public.staff.salary by the database',
    ],
    [1, 'statement', 'DROP TABLE orders'],
    [1, 'decision', 'Denied by no-drop: tables are dropped by migrations only'],
    [1, 'outcome', 'ERROR 42501: denied by policy: tables are dropped by migrations only'],
    [2, 'statement', 'DELETE FROM orders'],
    [2, 'decision', 'Held by delete-without-where: a DELETE without WHERE needs a second pair of eyes'],
    [2, 'hold', 'Held for approval #12 by dba'],
    [2, 'vote', 'Ada rejected #12: no WHERE'],
    [2, 'holdEnded', 'Request #12 rejected by Ada: no WHERE'],
    [2, 'outcome', 'ERROR 42501: rejected by Ada: no WHERE'],
    [3, 'statement', "DELETE FROM orders WHERE status = '[masked]'"],
    [3, 'decision', 'Held by delete-without-where: a DELETE without WHERE needs a second pair of eyes'],
    [3, 'hold', 'Held for approval #13 by dba'],
    [3, 'valuesMasked', '1 literal masked in the record by people'],
    [3, 'vote', 'Ada approved #13'],
    [3, 'holdEnded', 'Request #13 approved by Ada'],
    [3, 'outcome', 'DELETE 57 in 1.23 ms'],
    [4, 'statement', 'SELECT id, email, note FROM customers'],
    [4, 'columnsMasked', 'Masked: public.customers.email by people (partial)'],
    [4, 'detected', 'Found and masked in rows: card 1×'],
    [4, 'outcome', 'SELECT 2 in 1.23 ms'],
    [null, 'sessionClosed', 'Session completed'],
  ]);
});

test('steps say what was decided, so that one can go from one decision to the next', () => {
  const steps = stepsOf();
  expect(steps.filter(isDecision).map(({ statement, decision }) => [statement, decision])).toEqual([
    [1, 'denied'],
    [2, 'held'],
    [2, 'rejected'],
    [3, 'held'],
    [3, 'approved'],
  ]);
  expect(steps.filter(isMasking).map(({ kind }) => kind)).toEqual([
    'valuesMasked',
    'columnsMasked',
    'detected',
  ]);
});

test('the terminal shows the agent’s notice, who decided and how it ended, each once', () => {
  const state = newPainterState();
  const text = decisionsRecording()
    .events.map((stored) => paintStep(stored, state))
    .join('');
  expect(undressed(text.replaceAll('\r\n', '\n')).split('\n').slice(5)).toEqual([
    'shop=> DROP TABLE orders',
    '-- Denied by no-drop: tables are dropped by migrations only',
    'ERROR:  denied by policy: tables are dropped by migrations only [42501]',
    'shop=> DELETE FROM orders',
    '-- Held by delete-without-where: a DELETE without WHERE needs a second pair of eyes',
    'NOTICE:  held for approval (#12)',
    '-- Waits for dba, until 09:29:00 UTC',
    '-- Ada rejected #12: no WHERE',
    'ERROR:  rejected by Ada: no WHERE [42501]',
    "shop=> DELETE FROM orders WHERE status = '[masked]'",
    '-- Held by delete-without-where: a DELETE without WHERE needs a second pair of eyes',
    'NOTICE:  held for approval (#13)',
    '-- Waits for dba, until 09:29:00 UTC',
    '-- 1 literal masked in the record by people',
    '-- Ada approved #13',
    'DELETE 57 · 1.23 ms',
    'shop=> SELECT id, email, note FROM customers',
    '-- Masked: public.customers.email by people (partial)',
    '-- Found and masked in rows: card 1×',
    ' id |      email      |        note        ',
    '----+-----------------+--------------------',
    '  1 | a**@e******.com | paid with [masked]',
    '  2 | NULL            | ',
    '(2 rows) · 1.23 ms',
    '',
    'shop=> ',
    '-- Session completed',
    '',
  ]);
});

test('cells of a masked column are in the colour of what is masked, their neighbours are not', () => {
  const state = newPainterState();
  const text = decisionsRecording()
    .events.map((stored) => paintStep(stored, state))
    .join('');
  expect(text).toContain('\x1b[36ma**@e******.com\x1b[39m');
  expect(text).toContain(' paid with [masked]');
  expect(text).not.toContain('\x1b[36mpaid');
});

/** What the terminal shows of events of their own. */
function shownOf(recording: SessionRecording): string {
  const state = newPainterState();
  return undressed(
    recording.events
      .map((stored) => paintStep(stored, state))
      .join('')
      .replaceAll('\r\n', '\n'),
  );
}

const INSTEAD = { reason: 'calls by OID are refused', message: new Uint8Array() };

test('a refusal that no decision tells of is told where it is carried out', () => {
  const recording = new SessionRecording();
  recording.add('functionCall', { statement: 1, function: 2026, message: new Uint8Array() });
  recording.add('gatewayStatement', { statement: 1, ...INSTEAD });
  expect(shownOf(recording)).toContain(
    '-- Refused: calls by OID are refused; the gateway made the server fail in its place\n',
  );
  const state = newTimelineState();
  expect(recording.events.map((stored) => stepOf(stored, state)?.kind)).toEqual([
    'functionCall',
    'gatewayStatement',
  ]);
});

test('a hold that ended without a vote, or otherwise than voted, says how', () => {
  const timeout = new SessionRecording();
  timeout.add('holdEnded', {
    statement: 1,
    request: '4',
    outcome: 'timeout',
    reason: 'nobody decided in time',
  });
  timeout.add('gatewayStatement', { statement: 1, ...INSTEAD });
  expect(shownOf(timeout)).toBe('-- Request #4 timed out: nobody decided in time\n');
  const changed = new SessionRecording();
  const by = { issuer: 'i', subject: 'ada', name: null, fingerprint: new Uint8Array(32) };
  changed.add('vote', { statement: 1, request: '4', verdict: 'approve', ...by, reason: '' });
  changed.add('holdEnded', { statement: 1, request: '4', outcome: 'changed', reason: 'changed: orders' });
  expect(shownOf(changed)).toBe('-- ada approved #4\n-- Request #4 changed: orders\n');
});
