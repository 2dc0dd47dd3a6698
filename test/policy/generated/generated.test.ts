import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { message } from '../../../gateway/postgres/testing/messages.ts';
import { type Agent, extended, type Said } from '../agent.ts';
import { PolicyGround } from '../ground.ts';
import { Grammar, type Statement } from './grammar.ts';
import { MASKED, needles, SCHEMA } from './schema.ts';

vi.setConfig({ testTimeout: 600_000 });

/** Statements in the default run; `POLICY_RUNS` for more, `POLICY_SEED` to do the same again. */
const RUNS = Number(process.env['POLICY_RUNS'] ?? 300);
const SEED = Number(process.env['POLICY_SEED'] ?? Date.now() % 1_000_000);

const POLICY = `version: 1
rules:
  - { name: secret, effect: mask, mask: { columns: [${MASKED}], style: redact } }
`;

const SAID = needles('said');

let ground: PolicyGround;
let direct: Agent;
let through: Agent;
beforeAll(async () => {
  ground = await PolicyGround.open(SCHEMA);
  const gateway = await ground.gateway('masking', POLICY);
  [direct, through] = [await ground.direct(), await gateway.connect()];
});
afterAll(() => ground[Symbol.asyncDispose]());

/** Ways to ask a query, and what of the answer are its cells. */
const WAYS: readonly ((agent: Agent, sql: string) => Promise<Said>)[] = [
  (agent, sql) => agent.query(sql),
  (agent, sql) => agent.send(extended(sql, 0, true)),
  (agent, sql) => agent.send(extended(sql, 1, true)),
  (agent, sql) => agent.send(extended(sql, 1, false)),
  async (agent, sql) => {
    await agent.query(`prepare given as ${sql}`);
    return agent.query('execute given');
  },
  (agent, sql) => agent.send([message('Q', `copy (${sql}) to stdout`)]),
];

/** Cursors are for queries only. */
const READING: readonly ((agent: Agent, sql: string) => Promise<Said>)[] = [
  async (agent, sql) => {
    await agent.query(`declare c cursor for ${sql}`);
    return agent.query('fetch all from c');
  },
];

async function ask(agent: Agent, { sql, alters }: Statement, way: number): Promise<Said> {
  await agent.query('begin');
  const ways = alters ? WAYS : [...WAYS, ...READING];
  const said = await (ways[way % ways.length] ?? WAYS[0])?.(agent, sql);
  await agent.query('rollback');
  await agent.query('discard all');
  if (said === undefined) throw new Error('there is a way');
  return said;
}

/** What leaves that may not, or does not come through that must. */
function faultsOf(statement: Statement, plain: Said, masked: Said): string[] {
  const told = SAID.filter((needle) => needle.isIn(masked.bytes)).map(({ name }) => `tells ${name}`);
  const refusedCopy = plain.copied.length > 0 && masked.errors.length > 0 && statement.secret.includes(true);
  if (refusedCopy) return told;
  const [wanted, got] = [shapeOf(plain), shapeOf(masked)];
  const shape =
    JSON.stringify(wanted) === JSON.stringify(got)
      ? []
      : [`${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`];
  const [cells, others] = [cellsOf(plain), cellsOf(masked)];
  const changed = statement.secret.flatMap((secret, column) => {
    const same = cells.every((row, i) => others[i]?.[column] === row[column]);
    return secret || same
      ? []
      : [
          `column ${column} does not come through: ${String(others[0]?.[column])} for ${String(cells[0]?.[column])}`,
        ];
  });
  return [...told, ...shape, ...changed];
}

function shapeOf({ columns, tags, errors, rows, copied }: Said): unknown {
  // What fails direct may be refused before it does.
  return [columns, tags, errors.length, rows.length, copied.length];
}

function cellsOf({ rows, copied }: Said): (string | null)[][] {
  const lines = copied.map((line) => line.toString().trimEnd().split('\t'));
  return rows.length > 0 ? rows.map((row) => row.map((cell) => cell?.toString('latin1') ?? null)) : lines;
}

test(`of ${RUNS} random statements none tells a masked value, and the rest comes through (seed ${SEED})`, async () => {
  const statements = fc.array(fc.nat({ max: 1 << 20 }), { minLength: 60, maxLength: 60, size: 'max' });
  let secrets = 0;
  await fc.assert(
    fc.asyncProperty(statements, fc.nat({ max: 41 }), async (rolls, way) => {
      let at = 0;
      const roll = (sides: number): number => (rolls[at++ % rolls.length] ?? 0) % sides;
      const statement = new Grammar({ roll }).statement();
      const plain = await ask(direct, statement, way);
      const masked = await ask(through, statement, way);
      if (SAID.some((needle) => needle.isIn(plain.bytes))) secrets++;
      expect(faultsOf(statement, plain, masked), statement.sql).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED, verbose: 1 },
  );
  expect(secrets, 'statements that tell a masked value on a direct connection').toBeGreaterThan(RUNS / 5);
});

test('nor does the record hold one', async () => {
  expect(await ground.leftBehind(needles('kept'))).toEqual([]);
});
