/** Strangers in great number at the door of a running gateway, and what they leave on the record. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase, startTestGateway, type TestGateway } from '../../test/gateway.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';

vi.setConfig({ testTimeout: 60_000 });

const IDLE = 2_000;
const SLOW = 50;
const LIMIT_MS = 1_000;

/** A slow writer's start-up packet: far longer than the time there is. */
const SLOW_PACKET = Buffer.concat([Buffer.from([0, 0, 3, 0, 0, 3, 0, 0]), Buffer.alloc(760, 'a')]);

const psql = spawnSync('psql', ['--version']).status === 0;
if (!psql) process.stderr.write('psql is not installed: another client logs in through the crowd\n');

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
  await freshDatabase(under.server);
});
afterAll(() => under[Symbol.asyncDispose]());

/** Sockets that connect and wait, and when each was closed. */
interface Crowd {
  readonly sockets: readonly Socket[];
  open(): number;
  leave(): void;
}

async function crowd(count: number): Promise<Crowd> {
  const sockets: Socket[] = [];
  let open = 0;
  for (let batch = 0; batch < count; batch += 100) {
    const arriving = Array.from({ length: Math.min(100, count - batch) }, () => {
      const socket = connect(under.address.port, '127.0.0.1');
      socket.on('error', () => {}).once('close', () => open--);
      socket.resume();
      open++;
      return socket;
    });
    await Promise.all(arriving.map((socket) => once(socket, 'connect')));
    sockets.push(...arriving);
  }
  return {
    sockets,
    open: () => open,
    leave: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Writes a byte a second into each socket, until it is closed. */
function dribbleInto(sockets: readonly Socket[]): NodeJS.Timeout {
  let at = 0;
  return setInterval(() => {
    for (const socket of sockets) if (!socket.destroyed) socket.write(SLOW_PACKET.subarray(at, at + 1));
    at++;
  }, 1_000);
}

/** Milliseconds until a client has logged in and got an answer. */
async function logIn(): Promise<number> {
  const { host, port, user, password, database } = under.address;
  const since = performance.now();
  if (psql) {
    const flags = ['-X', '-A', '-t', '-h', host, '-p', String(port), '-U', user, '-c', 'select 1', database];
    const { stdout } = await promisify(execFile)('psql', flags, {
      env: { ...process.env, PGPASSWORD: password },
    });
    expect(stdout).toBe('1\n');
  } else {
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    await client.query('select 1');
    await client.end();
  }
  return performance.now() - since;
}

// The first of all: those of the other test would have used the budget.
test('a flood of bad start-ups leaves some hundred sessions, and the rest is counted', async () => {
  const BAD = Buffer.from([0, 0, 0, 4]);
  for (let batch = 0; batch < 15; batch++) {
    const closing = Array.from({ length: 100 }, async () => {
      const socket = connect(under.address.port, '127.0.0.1');
      socket.on('error', () => {}).resume();
      socket.write(BAD);
      await once(socket, 'close');
    });
    await Promise.all(closing);
  }
  await logIn();
  const known = async () => {
    const { items } = await under.archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 1 });
    return items[0]?.outcome;
  };
  await expect.poll(known, { timeout: 20_000 }).toBe('completed');
  const { sessions } = await under.archive.info();
  expect([sessions > 100, sessions < 1_000]).toEqual([true, true]);
});

test(`through ${IDLE} idle strangers, and more that arrive, an agent logs in at once; after ten seconds they are gone`, async () => {
  const idle = await crowd(IDLE);
  const slow = await crowd(SLOW);
  const dribbling = dribbleInto(slow.sockets);
  const last = performance.now();
  try {
    const times: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const [milliseconds, more] = await Promise.all([logIn(), crowd(100)]);
      times.push(milliseconds);
      more.leave();
    }
    expect(Math.min(...times)).toBeLessThan(LIMIT_MS);
    // The default cap of one address; who had to go was told why, and went.
    expect(idle.open()).toBeLessThanOrEqual(500);
    expect(slow.open()).toBe(SLOW);
    await expect.poll(() => idle.open() + slow.open(), { timeout: 15_000 }).toBe(0);
    expect(performance.now() - last).toBeGreaterThan(9_000);
  } finally {
    clearInterval(dribbling);
    idle.leave();
    slow.leave();
  }
});
