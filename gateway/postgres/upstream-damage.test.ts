import { connect } from 'node:net';
import { assert, asyncProperty, integer } from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { fakeServer } from './testing/loopback.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { query } from './testing/query.ts';
import { UpstreamError } from './upstream-error.ts';
import { connectUpstream, type Upstream } from './upstream.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
  const { socket } = await open(postgres.port, postgres, 10_000);
  // One iteration, so that a login takes as long as its messages.
  await query(socket, `set scram_iterations = 1; create role quick login password 'quick'`);
  socket.destroy();
});

afterAll(() => postgres?.stop());

interface Person {
  readonly user: string;
  readonly password: string;
}

const QUICK: Person = { user: 'quick', password: 'quick' };

function open(port: number, { user, password }: Person, patienceMs: number): Promise<Upstream> {
  const { host, database } = postgres;
  const target = { name: 'shop', host, port, user, password, database, sslmode: 'disable' } as const;
  return connectUpstream(target, { parameters: new Map() }, { signal: AbortSignal.timeout(patienceMs) });
}

/** What becomes of a chunk that begins `at` so many bytes into what the server says; a shorter one is the last. */
type Damage = (chunk: Buffer, at: number) => Buffer;

/** A way to the server that does such damage. */
async function damaged(damage: Damage): Promise<{ readonly port: number; readonly close: () => void }> {
  return fakeServer((agent) => {
    const server = connect(postgres.port, postgres.host);
    let at = 0;
    server.on('error', () => {}).on('close', () => agent.destroy());
    agent.on('close', () => server.destroy()).pipe(server);
    server.on('data', (chunk: Buffer) => {
      const rest = damage(chunk, at);
      at += chunk.length;
      agent.write(rest);
      if (rest.length < chunk.length) agent.end();
    });
  });
}

/** How a login ends: opened, or by an error with this code. */
async function ending(port: number, patienceMs: number): Promise<string> {
  try {
    const { socket } = await open(port, QUICK, patienceMs);
    socket.destroy();
    return 'opened';
  } catch (error) {
    return error instanceof UpstreamError ? error.code : String(error);
  }
}

/** Bytes that the server sends in a login. */
async function lengthOfLogin(): Promise<number> {
  let length = 0;
  const { port, close } = await damaged((chunk) => {
    length += chunk.length;
    return chunk;
  });
  onTestFinished(close);
  expect(await ending(port, 10_000)).toBe('opened');
  return length;
}

test('a server that hangs up in the middle of a login, wherever it is, is unreachable', async () => {
  const length = await lengthOfLogin();
  expect(length).toBeGreaterThan(500);
  const endings = new Set<string>();
  for (let cut = 0; cut < length; cut += 7) {
    const { port, close } = await damaged((chunk, at) => chunk.subarray(0, Math.max(cut - at, 0)));
    endings.add(await ending(port, 10_000));
    close();
  }
  expect(endings).toEqual(new Set(['UNREACHABLE']));
});

test('a login with any byte damaged opens or ends with a reason, in time', async () => {
  const length = await lengthOfLogin();
  const known = new Set<string>([
    'opened', // a setting's value was damaged
    'PROTOCOL_VIOLATION',
    'SERVER_UNPROVEN',
    'AUTHENTICATION_REFUSED',
    'CREDENTIALS_REFUSED',
    'REFUSED',
    'UNREACHABLE',
    'TIMEOUT', // a length was damaged, and the rest never comes
  ]);
  await assert(
    asyncProperty(
      integer({ min: 0, max: length - 1 }),
      integer({ min: 1, max: 255 }),
      async (where, flip) => {
        const { port, close } = await damaged((chunk, at) => {
          const copy = Buffer.from(chunk);
          const index = where - at;
          if (index >= 0 && index < copy.length) copy.writeUInt8(copy.readUInt8(index) ^ flip, index);
          return copy;
        });
        const end = await ending(port, 200);
        close();
        return known.has(end);
      },
    ),
    { numRuns: 120 },
  );
});
