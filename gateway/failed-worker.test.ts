import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../shared/filter/filter.ts';
import { Stage } from '../test/stage.ts';
import { haveStrace, spoilSyncs } from '../test/torture/strace.ts';
import type { Config } from './config.ts';
import { LiveSessionList, Readiness } from './control-schema.ts';
import type { Gateway } from './gateway.ts';
import { listSpoolFiles } from './recorder/spool-file.ts';

/** With two workers and so many agents, chance puts all on one worker once in 2^15 runs. */
const AGENTS = 16;

let stage: Stage;
let config: Config;
let gateway: Gateway;
let clients: pg.Client[];

beforeAll(async () => {
  stage = await Stage.open();
  config = stage.configure('workers: 2');
  gateway = await stage.start(config);
  clients = await connected('agent');
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** One agent after the other: `agent 0`, `agent 1`, … */
function connected(name: string): Promise<pg.Client[]> {
  return Promise.all(
    Array.from({ length: AGENTS }, async (_, at) =>
      stage.connect(gateway, await stage.token(`${name} ${at}`)),
    ),
  );
}

/** The names of the agents that the second worker serves. */
async function servedByFailing(): Promise<Set<string>> {
  const { value } = await stage.ask(config.gateway.control, 'GET', '/sessions');
  const served = LiveSessionList.parse(value).sessions.filter(({ worker }) => worker === 1);
  return new Set(served.map(({ subject }) => subject));
}

async function readiness(): Promise<Readiness> {
  return Readiness.parse((await stage.ask(config.gateway.control, 'GET', '/ready')).value);
}

describe.runIf(haveStrace())('a worker that can record no more', () => {
  test('ends in order and is started again, while the others go on and take its share', async () => {
    const lost = await servedByFailing();
    const { pid } = (await readiness()).workers[1] ?? {};
    const spool = join(config.gateway.spool.dir, '1');
    const file = listSpoolFiles(spool).at(-1)?.path ?? '';
    await using _ = await spoilSyncs(pid ?? 0, 'error=EIO', file);

    const answers = await Promise.all(
      clients.map((client) =>
        client.query('select 1').then(
          () => 'answered',
          ({ code }: { code: string }) => code,
        ),
      ),
    );
    const expected = clients.map((__, at) => (lost.has(`agent ${at}`) ? '58030' : 'answered'));
    expect(answers).toEqual(expected);

    const problems = problemsUntilRestarted(pid ?? 0);
    for (const client of await connected('newcomer')) await client.query('select 1');
    const failure = `fdatasync of the spool in ${spool} failed: EIO: i/o error, fdatasync`;
    expect(await problems).toEqual([
      expect.stringMatching(/^it cannot record: /),
      expect.stringMatching(/^it is not running: /),
    ]);
    expect((await problems).every((problem) => problem.includes(failure))).toBe(true);
    expect((await readiness()).ready).toBe(true);

    const archive = await stage.archive(config);
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: 'started', limit: 100 });
    const failed = items.filter(({ outcome }) => outcome !== 'live');
    expect(failed.map(({ identity, outcome }) => `${identity?.subject} ${outcome}`).toSorted()).toEqual(
      [...lost].map((subject) => `${subject} failed`).toSorted(),
    );
  }, 30_000);
});

/** What GET /ready says of the second worker until another process has taken its place. */
async function problemsUntilRestarted(pid: number): Promise<string[]> {
  const problems = new Set<string>();
  for (;;) {
    const { ready, workers } = await readiness();
    const [, worker] = workers;
    if (worker?.problem === null && worker.pid !== pid) return [...problems];
    if (worker?.problem !== null && worker !== undefined) {
      expect(ready).toBe(false);
      problems.add(worker.problem);
    }
    await pause(5);
  }
}
