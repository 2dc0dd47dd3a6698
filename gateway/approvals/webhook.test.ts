import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestRow } from '../../shared/approvals/request.ts';
import { HeldRequest } from './request.ts';
import { held } from './testing/held.ts';
import { Webhook, type WebhookConfig } from './webhook.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let received: Received[];
/** What the next requests are answered with; 204 once there are none. */
let statuses: number[];
let config: WebhookConfig | null;
let now: number;
let slept: number[];
let failures: string[];
/** While it is there nobody's wait ends by itself. */
let asleep: PromiseWithResolvers<void> | null;
let webhook: Webhook;

beforeEach(async () => {
  [received, statuses, slept, failures, now, asleep] = [[], [], [], [], Date.UTC(2026, 10, 22), null];
  // What a test leaves under way ends with it, and is none of the next one's.
  const own = { received, statuses, slept };
  server = createServer((request, response) => {
    void text(request).then((body) => {
      own.received.push({ headers: request.headers, body });
      return response.writeHead(own.statuses.shift() ?? 204, { location: '/elsewhere' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  config = {
    url: `http://127.0.0.1:${port}/hook?key=1`,
    secret: 'shared secret',
    includeText: false,
    link: null,
  };
  webhook = new Webhook({
    config: () => (slept === own.slept ? config : null),
    now: () => now,
    async sleep(ms, signal) {
      own.slept.push(ms);
      const woken = once(signal, 'abort');
      if (asleep !== null && !signal.aborted) await Promise.race([asleep.promise, woken]);
      now += ms;
    },
    fetch,
    failed: (request, why) => failures.push(`${request}: ${why}`),
  });
});
afterEach(async () => {
  asleep?.resolve();
  await webhook.close();
  server.closeAllConnections();
  server.close();
});

/** A request as it stands when it is opened, or after it was rejected. */
function row(state: 'opened' | 'rejected' = 'opened', id = '12'): RequestRow {
  const request = new HeldRequest(
    id,
    0,
    held({ text: `DELETE FROM orders -- ${'x'.repeat(500)}` }),
    now,
    () => {},
  );
  if (state === 'rejected') {
    const { issuer, subject } = held().asker;
    const by = { issuer, subject: 'ada', userId: null, name: 'Ada L.', groups: [], fingerprint: subject };
    request.votes.push({ verdict: 'reject', by, reason: 'no WHERE', at: now });
    request.end('rejected', 'rejected by Ada L.: no WHERE', now);
  }
  return request.row();
}

function sent(): { type: string; data: Record<string, unknown> }[] {
  return received.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
}

async function arrived(count: number): Promise<void> {
  await expect.poll(() => received.length, { timeout: 5_000 }).toBe(count);
}

test('a receiver is told what is held, and nothing of its values', async () => {
  webhook.tell(row(), 'opened');
  await arrived(1);
  expect(sent()).toEqual([
    {
      type: 'approval.opened',
      timestamp: '2026-11-22T00:00:00.000Z',
      data: {
        id: '12',
        state: 'pending',
        session: '00'.repeat(16),
        statement: 3,
        connection: 'shop',
        agent: {
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
        approvers: ['dba'],
        quorum: 1,
        deadline: '2026-11-22T00:01:00.000Z',
        outcome: null,
        votes: [],
        link: null,
        command: 'auditorium approvals show 12',
      },
    },
  ]);
});

test('and how it was decided, with the text and a link where that is configured', async () => {
  config = {
    ...(config as WebhookConfig),
    includeText: true,
    link: 'https://audit.example/#/approvals/{id}',
  };
  webhook.tell(row('rejected'), 'ended');
  await arrived(1);
  expect(sent()[0]).toMatchObject({
    type: 'approval.ended',
    data: {
      state: 'rejected',
      outcome: 'rejected by Ada L.: no WHERE',
      votes: [{ verdict: 'reject', by: 'Ada L.', reason: 'no WHERE' }],
      link: 'https://audit.example/#/approvals/12',
      text: expect.stringMatching(/^DELETE FROM orders -- x+$/) as string,
      textCut: true,
    },
  });
});

test.each([
  ['shared secret', Buffer.from('shared secret')],
  [`whsec_${Buffer.from('0123456789abcdef').toString('base64')}`, Buffer.from('0123456789abcdef')],
])('a message is signed with %s', async (secret, key) => {
  config = { ...(config as WebhookConfig), secret: { password: async () => secret } };
  webhook.tell(row(), 'opened');
  await arrived(1);
  const [{ headers, body }] = received as [Received];
  const signed = `${headers['webhook-id']?.toString()}.${headers['webhook-timestamp']?.toString()}.${body}`;
  expect([headers['webhook-signature'], headers['webhook-timestamp']]).toEqual([
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    String(Date.UTC(2026, 10, 22) / 1000),
  ]);
});

test('a receiver that fails twice is told a third time, the same message at a later time', async () => {
  statuses.push(500, 503);
  webhook.tell(row(), 'opened');
  await arrived(3);
  const ids = received.map(({ headers }) => headers['webhook-id']);
  const times = received.map(
    ({ headers }) => Number(headers['webhook-timestamp']) * 1000 - Date.UTC(2026, 10, 22),
  );
  expect([new Set(ids).size, new Set(received.map(({ body }) => body)).size, times, slept, failures]).toEqual(
    [1, 1, [0, 1_000, 3_000], [1_000, 2_000], []],
  );
});

test('a receiver that fails for as long as the statement is held is told no more', async () => {
  statuses.push(...Array.from({ length: 20 }, () => 500));
  webhook.tell(row(), 'opened');
  const { port } = server.address() as { port: number };
  await expect.poll(() => failures).toEqual([`12: 127.0.0.1:${port} answered 500`]);
  expect(slept).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
});

test('a redirect is not followed', async () => {
  statuses.push(307);
  webhook.tell(row(), 'opened');
  await arrived(2);
  expect([slept, received.map(({ headers }) => headers.host).length]).toEqual([[1_000], 2]);
});

test('a receiver that is not there is tried again, and what is logged holds no part of its URL but the host', async () => {
  const { port } = server.address() as { port: number };
  server.close();
  webhook.tell(row(), 'opened');
  await expect.poll(() => failures).toEqual([`12: 127.0.0.1:${port} does not answer: ECONNREFUSED`]);
});

test('once a request was decided nobody is told any more that it is open', async () => {
  asleep = Promise.withResolvers();
  statuses.push(500);
  webhook.tell(row(), 'opened');
  await expect.poll(() => slept).toEqual([1_000]);
  webhook.tell(row('rejected'), 'ended');
  await arrived(2);
  expect(sent().map(({ type }) => type)).toEqual(['approval.opened', 'approval.ended']);
});

test('votes short of the quorum are not told, nor anything without a webhook', async () => {
  webhook.tell(row(), 'voted');
  config = null;
  webhook.tell(row(), 'opened');
  await webhook.close();
  expect(received).toEqual([]);
});

test('no more than 200 requests are under way', () => {
  const never = new Promise<string>(() => {});
  config = { ...(config as WebhookConfig), secret: { password: () => never } };
  for (let id = 1; id <= 202; id++) webhook.tell(row('opened', String(id)), 'opened');
  expect(failures).toEqual([
    '201: 200 messages are under way already',
    '202: 200 messages are under way already',
  ]);
});

test('a gateway that ends tries a last time', async () => {
  asleep = Promise.withResolvers();
  statuses.push(500);
  webhook.tell(row(), 'opened');
  await expect.poll(() => slept).toEqual([1_000]);
  await webhook.close();
  expect([received.length, failures]).toEqual([2, []]);
});
