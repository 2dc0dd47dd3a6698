import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Inbox, InboxNews } from '../shared/api/approvals.ts';
import { ApprovalDesk, type DeskOptions, type Following } from './approval-desk.ts';
import { ADA_TOKEN, requestOf, ScriptedGateway } from './testing/scripted-gateway.ts';

const ADA = {
  issuer: 'https://issuer.example',
  subject: 'ada',
  name: 'Ada',
  groups: ['dba'],
  expires: 4_000_000_000_000,
  renewable: false,
};

let folder: string;
let gateway: ScriptedGateway;
let signedIn: boolean;
let desks: ApprovalDesk[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-desk-'));
  gateway = new ScriptedGateway(join(folder, 'control.sock'));
  await gateway.listen();
  signedIn = false;
  desks = [];
});
afterEach(async () => {
  for (const desk of desks) desk.close();
  await gateway.close();
  await rm(folder, { recursive: true });
});

const signIn: DeskOptions['signIn'] = {
  current: async () => (signedIn ? ADA : null),
  token: async () => (signedIn ? ADA_TOKEN : null),
  begin: async () => {
    signedIn = true;
    return { url: 'https://issuer.example/go', code: null, done: Promise.resolve(ADA), cancel: () => {} };
  },
  end: async () => ({ was: !(signedIn = false), issuer: null }),
};

function deskOf(options: Partial<DeskOptions> = {}): ApprovalDesk {
  const desk = new ApprovalDesk({ socket: gateway.socket, signIn, ...options });
  desks.push(desk);
  return desk;
}

/** How a window sees the inbox once it has taken in what came. */
class Window {
  readonly news: InboxNews[] = [];
  readonly #following: Following;

  constructor(desk: ApprovalDesk) {
    this.#following = desk.follow();
  }

  get inbox(): Inbox | undefined {
    this.news.push(...this.#following.take());
    return this.news.findLast((news) => news.kind === 'inbox')?.inbox;
  }

  get changed(): string[] {
    this.news.push(...this.#following.take());
    return this.news.flatMap((news) =>
      news.kind === 'request' ? [`${news.request.id} ${news.request.state}`] : [],
    );
  }

  close(): void {
    this.#following.close();
  }
}

test('what is held is told at once and as it changes', async () => {
  gateway.hold(requestOf('7'));
  const window = new Window(deskOf());
  await expect.poll(() => window.inbox?.requests.map(({ id }) => id)).toEqual(['7']);
  expect(window.inbox).toMatchObject({ gateway: 'connected', problem: null, person: null, signIn: true });
  gateway.hold(requestOf('8'));
  gateway.end('7', 'timeout', 'no decision in time');
  await expect.poll(() => window.changed).toEqual(['8 pending', '7 timeout']);
});

test('a window that comes later is told how it stands then', async () => {
  const desk = deskOf();
  const first = new Window(desk);
  await expect.poll(() => first.inbox?.gateway).toBe('connected');
  gateway.hold(requestOf('7'));
  await expect.poll(() => first.changed).toEqual(['7 pending']);
  expect(new Window(desk).inbox?.requests.map(({ id, state }) => [id, state])).toEqual([['7', 'pending']]);
});

test('a gateway that is gone is said to be so, and found again', async () => {
  const window = new Window(deskOf());
  await expect.poll(() => window.inbox?.gateway).toBe('connected');
  await gateway.close();
  await expect.poll(() => window.inbox?.gateway).toBe('lost');
  expect(window.inbox?.problem).toMatch(/gateway/);
  gateway = new ScriptedGateway(gateway.socket);
  await gateway.listen();
  gateway.hold(requestOf('9'));
  await expect.poll(() => window.inbox?.gateway, { timeout: 10_000 }).toBe('connected');
  expect(window.inbox?.requests.map(({ id }) => id)).toEqual(['9']);
});

test('a decision goes out with the token of who is signed in, and nobody decides without one', async () => {
  gateway.hold(requestOf('7'));
  const desk = deskOf();
  const decision = { verdict: 'approve', reason: 'fine' } as const;
  await expect(desk.decide('7', decision)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  const window = new Window(desk);
  await desk.beginSignIn();
  await expect.poll(() => window.inbox?.person?.name).toBe('Ada');
  expect(await desk.decide('7', decision)).toMatchObject({
    state: 'approved',
    outcome: 'approved by Ada: fine',
  });
  await desk.signOut();
  await expect.poll(() => window.inbox?.person).toBeNull();
});

test('who signs in or out elsewhere on this machine is noticed', async () => {
  const window = new Window(deskOf());
  await expect.poll(() => window.inbox?.gateway).toBe('connected');
  signedIn = true;
  await expect.poll(() => window.inbox?.person?.subject, { timeout: 5_000 }).toBe('ada');
});

test('without a gateway the inbox says how to name one', async () => {
  const desk = deskOf({ socket: null, signIn: null });
  expect(new Window(desk).inbox).toMatchObject({
    gateway: 'none',
    problem: expect.stringContaining('--config'),
  });
  await expect(desk.current()).rejects.toMatchObject({ code: 'GATEWAY_NOT_RUNNING' });
  await expect(desk.beginSignIn()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

test('where the host shows addresses itself, the window is told so', async () => {
  const shown: string[] = [];
  const desk = deskOf({ openUrl: (url) => shown.push(url) });
  expect([await desk.beginSignIn(), shown]).toEqual([
    { url: 'https://issuer.example/go', opened: true },
    ['https://issuer.example/go'],
  ]);
});
