import { expect, test } from 'vitest';
import type { HeldStatement } from './hold.ts';
import { HeldRequest } from './request.ts';
import { held } from './testing/held.ts';

/** A request that was opened a second after 1970 began. */
function request(other: Partial<HeldStatement> = {}): HeldRequest {
  return new HeldRequest('12', 0, held(other), 1_000, () => {});
}

test('says of a request what those who decide need', () => {
  expect(request().detail()).toEqual({
    id: '12',
    worker: 0,
    state: 'pending',
    session: '00'.repeat(16),
    statement: 3,
    connection: 'shop',
    asker: {
      issuer: 'https://idp',
      subject: 'deployer',
      clientId: 'deploy-bot',
      address: '127.0.0.1',
      job: null,
      attested: false,
      actor: null,
    },
    verbs: ['DELETE'],
    tables: ['public.orders'],
    rules: ['no-where'],
    severity: 'high',
    message: 'say which rows',
    preview: 'DELETE FROM orders',
    previewCut: false,
    opened: 1_000,
    deadline: 61_000,
    ended: null,
    outcome: null,
    approvers: ['dba'],
    quorum: 1,
    votes: [],
    text: 'DELETE FROM orders',
    textCut: false,
    parameters: ['7', null],
    because: ['missing where'],
    facts: held().facts,
    groups: ['ci-agents'],
    hash: 'ab'.repeat(32),
    resolved: true,
    estimate: null,
  });
});

test('a request is whole while it is pending; of what is long a part is kept once it has ended', () => {
  const long = 'x'.repeat(20_000);
  const one = request({ text: long, parameters: [long, null], facts: held().facts, estimate: long });
  const pending = one.detail();
  one.end('rejected', 'rejected by ada: no', 2_000);
  const { text, textCut, parameters, facts, estimate, state, ended, outcome } = one.detail();
  expect([pending.text, pending.textCut, pending.parameters, pending.estimate]).toEqual([
    long,
    false,
    [long, null],
    long,
  ]);
  expect([text.length, textCut, parameters, facts, estimate, state, ended, outcome]).toEqual([
    16 * 1024,
    true,
    [],
    held().facts,
    null,
    'rejected',
    2_000,
    'rejected by ada: no',
  ]);
});

test('a preview is cut where the text is long, and says so', () => {
  const { preview, previewCut } = request({ text: 'x'.repeat(401) }).row();
  expect([preview.length, previewCut]).toEqual([400, true]);
});
