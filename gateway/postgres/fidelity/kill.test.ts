import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Address, connectRaw, message, query } from '../../../bench/raw-client.ts';
import { openYoungArchive } from '../../../bench/recorded.ts';
import { mintToken } from '../../../main/commands/token.ts';
import type { StatementRow } from '../../../shared/api/session.ts';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { configuration, DATABASE, freshDatabase } from '../../../test/gateway.ts';
import { Dice, rounds, seedOf } from '../../../test/torture/dice.ts';
import { loadGateway } from '../../../test/torture/killable.ts';
import type { ArchiveReader } from '../../archive/archive.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { clearAway } from '../../../test/leftovers.ts';

const SEED = seedOf();
const ROUNDS = rounds(40, 1_000);
const AGENTS = 16;
const MODES = ['intent', 'process', 'full', 'intent'];

/** The gateway lives up to this long, ms: in every third round from its start on, so that it dies while agents connect, else under load. */
const LONGEST_MS = 400;

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

test(
  `after ${ROUNDS} times kill -9 every effect has its intent and no acknowledged statement is missing (seed ${SEED})`,
  async () => {
    const { acknowledged, missing, unasked } = await killRepeatedly(ROUNDS, {});
    expect({ missing, unasked }).toEqual({ missing: [], unasked: [] });
    expect(acknowledged).toBeGreaterThan(ROUNDS);
  },
  rounds(480_000, 3_600_000),
);

test('of a gateway that forwards before it has recorded, the loss is found', async () => {
  const { missing } = await killRepeatedly(6, { FORWARD_FIRST: '1' });
  expect(missing).not.toEqual([]);
}, 120_000);

interface Aftermath {
  /** How many statements were acknowledged to agents. */
  readonly acknowledged: number;
  /** Acknowledged, and not in the archive as completed. */
  readonly missing: readonly string[];
  /** In the database, and not in the archive at all. */
  readonly unasked: readonly string[];
}

/** Lets agents write through a gateway that is killed and started again and again, then compares all that remembers. */
async function killRepeatedly(times: number, weakness: Readonly<Record<string, string>>): Promise<Aftermath> {
  const dice = new Dice(SEED);
  const server = await startPostgres();
  opened.defer(() => server.stop());
  await freshDatabase(server);
  await onServer(server, 'CREATE TABLE written (id text)');
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-kill-'));
  opened.defer(() => clearAway(folder));
  const config = join(folder, 'auditorium.yaml');
  const env = { PASSWORD: server.password, ...weakness };

  const acknowledged: string[] = [];
  let next = opened.use(loadGateway(env));
  for (let round = 0; round < times; round++) {
    const gateway = next;
    await writeFile(config, configuration(MODES[round % MODES.length] ?? '', server));
    const { port } = await gateway.start(config);
    next = opened.use(loadGateway(env));
    const password = await mintToken({ configPath: config, sub: 'kill' }, {});
    const address = { host: '127.0.0.1', port, user: 'agent', password, database: DATABASE };
    const agents = Array.from({ length: AGENTS }, (_, agent) =>
      write(address, `${round}/${agent}`, agent % 2 === 0, acknowledged),
    );
    const before = acknowledged.length;
    while (round % 3 !== 2 && acknowledged.length === before) await pause(5);
    await pause(dice.below(LONGEST_MS));
    await gateway.kill();
    await Promise.all(agents);
  }

  const last = await next.start(config);
  const archive = await openYoungArchive(last.archive);
  opened.defer(() => archive.close());
  const intents = await intentsOf(archive);
  const written = await onServer(server, 'SELECT id FROM written');
  return {
    acknowledged: acknowledged.length,
    missing: acknowledged.filter((id) => intents.get(id) !== 'completed'),
    unasked: written.filter((id) => !intents.has(id)),
  };
}

/** Writes ids that begin with `name` until the connection breaks, and notes those that were acknowledged. */
async function write(address: Address, name: string, simple: boolean, acknowledged: string[]): Promise<void> {
  try {
    const client = await connectRaw(address, 'kill');
    for (let number = 1; ; number++) {
      const id = `${name}/${number}`;
      await client.run(simple ? query(insert(id)) : extended(insert(id)));
      acknowledged.push(id);
    }
  } catch {
    // The gateway is gone.
  }
}

function insert(id: string): string {
  return `INSERT INTO written VALUES ('${id}')`;
}

function extended(text: string): Buffer {
  const none = new Uint8Array(2);
  const parts = [
    message('P', '\0', text, '\0', none),
    message('B', '\0\0', none, none, none),
    message('E', '\0', new Uint8Array(4)),
    message('S'),
  ];
  return Buffer.concat(parts);
}

async function onServer(server: TestPostgres, sql: string): Promise<string[]> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: DATABASE });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(sql);
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

/** Every id that an agent asked to write, with the status of the statement, once all sessions of the killed have ended. */
async function intentsOf(archive: ArchiveReader): Promise<Map<string, StatementRow['status']>> {
  for (;;) {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 50 });
    if (items.length > 0 && items.every(({ outcome }) => outcome !== 'live')) break;
    await pause(50);
  }
  const intents = new Map<string, StatementRow['status']>();
  for (let after: string | undefined; ;) {
    const page = await archive.statements({
      filter: EVERYTHING,
      limit: 500,
      ...(after !== undefined && { after }),
    });
    for (const { text, status } of page.items) {
      const id = /'(.*)'/.exec(text)?.[1];
      if (id !== undefined) intents.set(id, status);
    }
    if (page.next === null) return intents;
    after = page.next;
  }
}
