import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Recorder, SessionRecorder } from '../recorder/recorder.ts';
import { relay } from './relay.ts';
import { complete, dataRow, message, ready, rowDescription } from './testing/messages.ts';

const LIMITS = { clientMessage: 64 << 20, serverMessage: 1 << 30 };

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** Two connected sockets, the first paused as the relay gets it. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  const [near] = (await once(server, 'connection')) as [Socket];
  opened.push(
    () => near.destroy(),
    () => far.destroy(),
    () => server.close(),
  );
  return { near, far };
}

/** A record that keeps up. */
function calm(): Pick<Recorder['pressure'], 'held' | 'paused' | 'onChange'> {
  return { held: 0, paused: false, onChange: () => () => {} };
}

/** A recorder whose safety the test decides: what waits is released by `safe`. */
function heldRecorder() {
  const waiting: (() => void)[] = [];
  const kinds: string[] = [];
  let sequence = 0;
  const session: SessionRecorder = {
    id: new Uint8Array(16),
    record: (kind) => {
      kinds.push(kind);
      return sequence++;
    },
  };
  const recorder = { pressure: calm(), whenSafe: (_: unknown, forward: () => void) => waiting.push(forward) };
  const safe = () => {
    for (const forward of waiting.splice(0)) forward();
  };
  return { recorder: recorder as unknown as Recorder, session, kinds, waiting, safe };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function received(socket: Socket): () => Buffer {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

describe('the relay', () => {
  test('forwards neither a statement nor its answer before the record is safe', async () => {
    const agent = await pair();
    const server = await pair();
    const { recorder, session, kinds, waiting, safe } = heldRecorder();
    relay({ agent: agent.near, server: server.near, recorder, session, mode: 'enforce', limits: LIMITS });
    const atServer = received(server.far);
    const atAgent = received(agent.far);

    const query = message('Q', 'delete from orders');
    agent.far.write(query);
    await until(() => waiting.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([kinds, atServer().length]).toEqual([['statement'], 0]);
    safe();
    await until(() => atServer().length === query.length);
    expect(atServer()).toEqual(query);

    const answer = Buffer.concat([complete('DELETE 3'), ready('I')]);
    server.far.write(answer);
    await until(() => waiting.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([kinds, atAgent().length]).toEqual([['statement', 'outcome'], 0]);
    safe();
    await until(() => atAgent().length === answer.length);
    expect(atAgent()).toEqual(answer);
  });

  test('reads a server no faster than a slow agent takes it', async () => {
    const agent = await pair();
    const server = await pair();
    const { session } = heldRecorder();
    const recorder = {
      pressure: calm(),
      whenSafe: (_: unknown, forward: () => void) => forward(),
    } as unknown as Recorder;
    relay({ agent: agent.near, server: server.near, recorder, session, mode: 'enforce', limits: LIMITS });
    agent.far.write(message('Q', 'select * from big'));
    agent.far.pause();
    const rows = Buffer.concat(Array.from({ length: 500 }, () => dataRow('x'.repeat(120))));
    server.far.write(rowDescription('a'));
    let accepted = 0;
    for (let i = 0; i < 2_000; i++) {
      if (!server.far.write(rows)) {
        const drained = await Promise.race([
          once(server.far, 'drain').then(() => true),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200)),
        ]);
        if (!drained) break;
      }
      accepted += rows.length;
    }
    // What fits into four socket buffers of loopback, far below the 130 MB that were on offer.
    expect(accepted).toBeLessThan(40 << 20);
  });

  test('ends with the side that broke the protocol', async () => {
    const agent = await pair();
    const server = await pair();
    const { recorder, session } = heldRecorder();
    const running = relay({
      agent: agent.near,
      server: server.near,
      recorder,
      session,
      mode: 'enforce',
      limits: LIMITS,
    });
    agent.far.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    const end = await running.ended;
    expect(end.by === 'violation' && [end.side, end.error.message]).toEqual([
      'agent',
      'message "G" has length 1163141167; allowed are 4 to 67108864',
    ]);
  });

  test('tells an agent that said Terminate from one that vanished', async () => {
    for (const terminated of [true, false]) {
      const agent = await pair();
      const server = await pair();
      const { recorder, session } = heldRecorder();
      const running = relay({
        agent: agent.near,
        server: server.near,
        recorder,
        session,
        mode: 'enforce',
        limits: LIMITS,
      });
      if (terminated) agent.far.end(message('X'));
      else agent.far.destroy();
      expect(await running.ended).toEqual({ by: 'agent', terminated });
    }
  });
});
