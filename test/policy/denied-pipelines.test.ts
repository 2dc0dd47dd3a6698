import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bind, describe, execute, message, parse, sync } from '../../gateway/postgres/testing/messages.ts';
import type { Agent } from './agent.ts';
import { answersTo, type Exchange, EXCHANGES, query, run, type Words } from './exchanges.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';

vi.setConfig({ testTimeout: 120_000 });

const POLICY = `version: 1
rules:
  - { name: no drop, effect: deny, statement: { verb: 'DROP *' } }
`;

let ground: PolicyGround;
let gateway: PolicyGateway;
/** Sees what is left. */
let looker: Agent;
let direct: Agent;
let through: Agent;
beforeAll(async () => {
  ground = await PolicyGround.open(
    'create table victim (); create table said_direct (n int); create table said_through (n int)',
  );
  gateway = await ground.gateway('denying', POLICY);
  [looker, direct, through] = [await ground.direct(), await ground.direct(), await gateway.connect()];
});
afterAll(() => ground[Symbol.asyncDispose]());

function wordsFor(table: string, bad: string): Words {
  return { bad, table, log: (number) => `insert into ${table} values (${number}) returning n` };
}

/** What was answered, and what it left in the database. */
async function outcome(agent: Agent, exchange: Exchange, words: Words): Promise<unknown> {
  const answers = await answersTo(agent, exchange(words));
  await agent.query('rollback');
  await agent.query('discard all');
  const left = await looker.query(`select n from ${words.table} order by n`);
  await looker.query(`delete from ${words.table}`);
  return { answers, left: left.rows.map(String) };
}

/** The same exchange both ways. */
async function bothWays(exchange: Exchange): Promise<{ readonly there: unknown; readonly here: unknown }> {
  const there = await outcome(direct, exchange, wordsFor('said_direct', 'drop tabel victim'));
  const here = await outcome(through, exchange, wordsFor('said_through', 'drop table victim'));
  return { there, here };
}

const SKIPPED = 'after an error of the same pipeline';

test.each(Object.entries(EXCHANGES))(
  'a statement is denied %s as one that is wrong',
  async (where, exchange) => {
    const { there, here } = await bothWays(exchange);
    expect(here).toEqual(there);
    // An error before it has the server skip it.
    if (where !== SKIPPED) expect(JSON.stringify(here)).toContain('E refused');
  },
);

const name = fc.constantFrom('', 's1', 's2');
const portal = fc.constantFrom('', 'p1');
type Part = (words: Words, next: () => number) => Buffer[];

const part: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(name, portal).map(
      ([s, p]): Part =>
        ({ log }, next) =>
          run(log(next()), s, p),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(name, portal).map(
      ([s, p]): Part =>
        ({ bad }) =>
          run(bad, s, p),
    ),
  },
  { weight: 3, arbitrary: fc.constant((): Buffer[] => [sync]) },
  name.map((s): Part => ({ bad }) => [parse(s, bad)]),
  fc.tuple(name, portal).map(([s, p]): Part => () => [bind(p, s), execute(p)]),
  portal.map((p): Part => () => [execute(p, 1)]),
  name.map((s): Part => () => [describe('S', s)]),
  name.map((s): Part => () => [message('C', Buffer.from('S'), s)]),
  fc.constant((): Buffer[] => [message('H')]),
  fc.constant<Part>(({ log }, next) => [query(log(next()))]),
  fc.constant<Part>(({ bad, log }, next) => [query(`${log(next())}; ${bad}; ${log(next())}`)]),
  fc.constant<Part>(({ bad }) => [query(bad)]),
  fc
    .constantFrom('begin', 'commit', 'rollback', 'savepoint a', 'rollback to a', 'select 1/0', '')
    .map((sql): Part => () => [query(sql)]),
);

/** Exchanges in the default run; `POLICY_RUNS` for more. */
const RUNS = Number(process.env['POLICY_RUNS'] ?? 40);
const SEED = Number(process.env['POLICY_SEED'] ?? Date.now() % 1_000_000);

test(`${RUNS} random exchanges with refusals are answered as with errors (seed ${SEED})`, async () => {
  const flights = fc.array(fc.array(part, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(flights, async (parts) => {
      const { there, here } = await bothWays((words) => {
        let last = 0;
        return parts.map((flight) => flight.flatMap((messages) => messages(words, () => ++last)));
      });
      expect(here).toEqual(there);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test('what was denied is there still', async () => {
  expect(await ground.run("select to_regclass('victim') is not null")).toEqual([['t']]);
});
