import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { query } from '../../bench/raw-client.ts';
import { openRun } from '../../test/torture/spool-run.ts';
import { stalledDisk } from '../../test/torture/stalled-disk.ts';
import { relay } from './relay.ts';

let dir: string;
let opened: DisposableStack;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'relay-pressure-'));
  opened = new DisposableStack();
});
afterEach(() => {
  opened.dispose();
  rmSync(dir, { recursive: true });
});

const AGENTS = 100;
const MIB = 1 << 20;

/** Held beyond the limit of 64 MiB: what each agent's socket gives in the turn in which all are told to stop, a few reads at most. */
const MOST_HELD = 64 * MIB + AGENTS * 8 * 65_536;

/** What each agent sends: 3 MiB of statements, each its own. */
function statementsOf(agent: number): Buffer {
  return Buffer.concat(Array.from({ length: 48 }, (_, i) => query(`${agent}/${i} ${'x'.repeat(65_000)}`)));
}

/** Two connected sockets, the first paused as the relay gets it. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const [near] = (await once(server, 'connection')) as [Socket];
  server.close();
  opened.defer(() => near.destroy());
  opened.defer(() => far.destroy());
  return { near, far };
}

test('a disk that stalls holds agents back in bounded memory, and loses and reorders nothing', async () => {
  const { disk, stall, answer } = stalledDisk();
  const { recorder, failures } = await openRun(dir, 'intent', disk, { limit: 1 << 30 });
  stall();
  let arrived = 0;
  const digests = await Promise.all(
    Array.from({ length: AGENTS }, async (_, i) => {
      const agent = await pair();
      const server = await pair();
      relay({
        agent: agent.near,
        server: server.near,
        recorder,
        session: recorder.session(),
        mode: 'enforce',
        limits: { clientMessage: MIB, serverMessage: MIB },
      });
      const digest = createHash('sha256');
      server.far.on('data', (chunk: Buffer) => {
        arrived += chunk.length;
        digest.update(chunk);
      });
      agent.far.write(statementsOf(i));
      return digest;
    }),
  );
  const sent = AGENTS * statementsOf(0).length;

  await standstill(() => recorder.pressure.held);
  expect(recorder.pressure.paused).toBe(true);
  expect(recorder.pressure.held).toBeLessThan(MOST_HELD);
  expect(arrived).toBe(0);

  answer();
  while (arrived < sent) await pause(10);
  expect(digests.map((digest) => digest.digest('hex'))).toEqual(
    Array.from({ length: AGENTS }, (_, i) => createHash('sha256').update(statementsOf(i)).digest('hex')),
  );
  expect([recorder.pressure.held, recorder.pressure.paused, failures]).toEqual([0, false, []]);
  await recorder.close();
}, 60_000);

/** Waits until a number neither is 0 nor changes. */
async function standstill(number: () => number): Promise<void> {
  for (let before = 0; number() === 0 || number() !== before; await pause(300)) before = number();
}
