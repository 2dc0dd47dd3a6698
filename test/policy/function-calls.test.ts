import { afterAll, beforeAll, expect, test } from 'vitest';
import { int16, message } from '../../gateway/postgres/testing/messages.ts';
import type { Agent } from './agent.ts';
import { query } from './exchanges.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';
import { needlesOfNumber } from './needles.ts';

const NUMBER = '123-45-6789';

const MASKS = `rules:
  - { name: numbers, effect: mask, mask: { columns: [people.ssn] } }
`;

let ground: PolicyGround;
let enforcing: PolicyGateway;
let observing: PolicyGateway;
beforeAll(async () => {
  ground = await PolicyGround.open(
    `create table people (id int, ssn text); insert into people values (1, '${NUMBER}');
     select lo_from_bytea(4711, '${NUMBER}')`,
  );
  enforcing = await ground.gateway('enforcing', `version: 1\n${MASKS}`);
  observing = await ground.gateway('observing', `version: 1\nmode: observe\n${MASKS}`);
});
afterAll(() => ground[Symbol.asyncDispose]());

/** FunctionCall with arguments in text. */
async function call(agent: Agent, name: string, ...args: string[]): Promise<Buffer> {
  const oid = Number((await ground.run(`select '${name}'::regprocedure::oid`))[0]?.[0]);
  const values = args.flatMap((arg) => [Buffer.byteLength(arg), Buffer.from(arg)]);
  const said = await agent.send([message('F', oid, int16(0), int16(args.length), ...values, int16(0))]);
  return said.bytes;
}

const CALLS: readonly (readonly [string, ...string[]])[] = [
  ['query_to_xml(text,boolean,boolean,text)', 'select ssn from people', 't', 't', ''],
  ['set_config(text,text,boolean)', 'application_name', 'called', 'f'],
  ['lo_get(oid)', '4711'],
  ['pg_terminate_backend(integer,bigint)', '1', '0'],
  ['pg_read_file(text)', 'PG_VERSION'],
];

test.each(CALLS)('%s called by its OID is refused as an error of the server', async (name, ...args) => {
  const agent = await enforcing.connect();
  const bytes = await call(agent, name, ...args);
  const { errors, ready } = await agent.send([query('select 1/0')]);
  expect(/\0C(\w{5})/.exec(bytes.toString('latin1'))?.[1]).toBe('0A000');
  expect([errors[0]?.['C'], ready]).toEqual(['22012', 'I']);
});

test('a refused call ends a transaction as an error does', async () => {
  const agent = await enforcing.connect();
  await agent.query('begin');
  await call(agent, 'lo_get(oid)', '4711');
  const { errors, ready } = await agent.query('select 1');
  expect([errors[0]?.['C'], ready]).toEqual(['25P02', 'E']);
});

test('where the gateway only observes, the agent has its answer', async () => {
  const agent = await observing.connect();
  const bytes = await call(agent, ...(CALLS[0] ?? ['']));
  expect(bytes.includes(NUMBER)).toBe(true);
});

test('what it was told of a masked column is not in the record', async () => {
  expect(await ground.leftBehind(needlesOfNumber(NUMBER))).toEqual([]);
});
