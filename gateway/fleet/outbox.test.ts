/** What a gateway has yet to say: how things stand, in pieces that a server takes. */
import { expect, test } from 'vitest';
import type { RequestRow } from '../../shared/approvals/request.ts';
import {
  type FleetSession,
  MAX_ANSWER_LENGTH,
  MAX_REQUEST_LENGTH,
  Said,
} from '../../shared/fleet/messages.ts';
import { Outbox } from './outbox.ts';

const SESSION: FleetSession = {
  id: 'a'.repeat(32),
  worker: 0,
  connection: 'shop',
  subject: 'agent',
  clientId: null,
  issuer: 'https://idp.example',
  job: null,
  address: '10.0.0.1',
  since: 1,
  statements: 1,
  inFlight: null,
  transaction: 'I',
};

function request(id: string, more: Partial<RequestRow> = {}): RequestRow {
  return {
    id,
    worker: 0,
    state: 'pending',
    session: SESSION.id,
    statement: 1,
    connection: 'shop',
    asker: {
      issuer: '',
      subject: 'agent',
      clientId: null,
      address: '',
      job: null,
      attested: false,
      actor: null,
    },
    verbs: ['DELETE'],
    tables: ['orders'],
    rules: ['every row'],
    severity: 'high',
    message: null,
    preview: 'delete from orders',
    previewCut: false,
    opened: 1,
    deadline: 2,
    ended: null,
    outcome: null,
    approvers: [],
    quorum: 1,
    votes: [],
    ...more,
  };
}

test('of what changed often only how it stands is said, once', () => {
  const outbox = new Outbox();
  for (let statements = 1; statements <= 1_000; statements++) outbox.session({ ...SESSION, statements });
  outbox.session({ ...SESSION, id: 'b'.repeat(32) });
  outbox.gone('b'.repeat(32));
  outbox.request(request('1'));
  outbox.request(request('1', { state: 'approved' }));
  outbox.answer({ kind: 'answer', ok: true, number: 7, value: 1 });
  expect([outbox.take(), outbox.take()]).toEqual([
    [
      { kind: 'sessions', changed: [{ ...SESSION, statements: 1_000 }], gone: ['b'.repeat(32)] },
      { kind: 'request', request: request('1', { state: 'approved' }) },
      { kind: 'answer', ok: true, number: 7, value: 1 },
    ],
    [],
  ]);
});

test('a request that names more than a list shows is told in part, and taken', () => {
  const outbox = new Outbox();
  const many = Array.from({ length: 5_000 }, (_, index) => `table_${index}`.padEnd(2_000, 'x'));
  outbox.request(request('1', { verbs: many, tables: many, rules: many, message: 'm'.repeat(1e6) }));
  const [said] = outbox.take();
  expect([
    Said.safeParse(said).success,
    JSON.stringify(said).length < MAX_REQUEST_LENGTH,
    Said.safeParse({ kind: 'request', request: request('1', { tables: many }) }).success,
  ]).toEqual([true, true, false]);
});

test('answers that are too much for one request follow in the next, and one that is too long is refused', () => {
  const outbox = new Outbox();
  const value = 'x'.repeat(MAX_ANSWER_LENGTH / 2);
  for (let number = 1; number <= 6; number++) outbox.answer({ kind: 'answer', ok: true, number, value });
  outbox.answer({ kind: 'answer', ok: true, number: 7, value: value + value });
  const numbers = () => outbox.take().map((said) => (said.kind === 'answer' ? [said.number, said.ok] : []));
  expect([numbers(), numbers(), numbers()]).toEqual([
    [1, 2, 3].map((number) => [number, true]),
    [...[4, 5, 6].map((number) => [number, true]), [7, false]],
    [],
  ]);
});
