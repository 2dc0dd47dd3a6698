import { afterAll, beforeAll, expect, test } from 'vitest';
import { message } from '../../gateway/postgres/testing/messages.ts';
import { endedSession, recordedEvents } from '../recorded-sessions.ts';
import { readCopied } from './corpus/copied.ts';
import type { Agent } from './agent.ts';
import { query } from './exchanges.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';
import { needlesOfNumber } from './needles.ts';

const NUMBER = '123-45-6789';
const ROWS = 3000;

const POLICY = `version: 1
rules:
  - { name: numbers, effect: mask, mask: { columns: [people.ssn] } }
`;

let ground: PolicyGround;
let gateway: PolicyGateway;
let plain: Agent;
let agent: Agent;
beforeAll(async () => {
  // With what each format must quote or escape.
  ground = await PolicyGround.open(`
    create table people (id int, name text, ssn text, note text);
    insert into people select i, E'tab\\t, "quote" \\\\ line\\n' || i, '${NUMBER}', nullif(repeat('n', i % 3), '')
      from generate_series(1, ${ROWS}) i;
    create table given (id int, ssn text)`);
  gateway = await ground.gateway('masking', POLICY);
  [plain, agent] = [await ground.direct(), await gateway.connect()];
});
afterAll(() => ground[Symbol.asyncDispose]());

const FORMATS = ['text', 'csv', 'binary'] as const;

const SOURCES = {
  'a table': 'people',
  'columns of a table': 'people (id, name, ssn, note)',
  'a query': '(select id, name, ssn, note from people order by id)',
  'a query that computes': "(select id, name, ssn || '', note from people order by id)",
} as const;

test.each(
  FORMATS.flatMap((format) => Object.entries(SOURCES).map(([what, sql]) => [what, format, sql] as const)),
)('COPY of %s as %s has every row, and the masked column masked', async (_, format, sql) => {
  const text = `copy ${sql} to stdout (format ${format})`;
  const [wanted, got] = [await plain.query(text), await agent.query(text)];
  const [rows, masked] = [readCopied(format, wanted.copied), readCopied(format, got.copied)];
  expect([got.errors, got.tags, masked.length]).toEqual([[], wanted.tags, ROWS]);
  const others = (cells: (typeof rows)[number] | undefined) => [cells?.[0], cells?.[1], cells?.[3]];
  expect(masked.map(others)).toEqual(rows.map(others));
  expect(new Set(masked.map((cells) => cells[2])).size).toBe(1);
  expect(needlesOfNumber(NUMBER).filter((needle) => needle.isIn(got.bytes))).toEqual([]);
});

test.each([
  "header, delimiter ';'",
  "header, quote '''', escape '!'",
  'force_quote *',
  "null 'NULL'",
  "force_quote (ssn), null 'x'",
  "encoding 'LATIN1'",
])('COPY as csv with %s tells nothing', async (options) => {
  const text = `copy people to stdout (format csv, ${options})`;
  expect((await plain.query(text)).bytes.includes(NUMBER)).toBe(true);
  const said = await agent.query(text);
  expect(needlesOfNumber(NUMBER).filter((needle) => needle.isIn(said.bytes))).toEqual([]);
});

const data = (text: string): Buffer => message('d', Buffer.from(text));

test('COPY FROM STDIN in frames of a byte each brings every byte', async () => {
  const text = '1\t987-65-4321\n2\tö\\n\n';
  const frames = Array.from(Buffer.from(text), (byte) => message('d', Buffer.from([byte])));
  const { tags } = await agent.send([query('copy given from stdin'), ...frames, message('c')]);
  expect(tags).toEqual(['COPY 2']);
  expect(await ground.run('select id, ssn from given order by id')).toEqual([
    ['1', '987-65-4321'],
    ['2', 'ö\n'],
  ]);
  await ground.run('truncate given');
});

test('CopyFail leaves nothing', async () => {
  const said = await agent.send([query('copy given from stdin'), data('1\tx\n'), message('f', 'no more')]);
  expect([said.errors[0]?.['C'], said.ready]).toEqual(['57014', 'I']);
  expect(await ground.run('select count(*) from given')).toEqual([['0']]);
});

test('a line that COPY cannot take is not told again', async () => {
  const secret = '987-65-4321';
  const said = await agent.send([query('copy given from stdin'), data(`x\t${secret}\n`), message('c')]);
  expect([said.errors[0]?.['C'], said.bytes.includes(secret)]).toEqual(['22P02', false]);
});

test('an agent that leaves in the middle of a COPY leaves nothing, and its session ends', async () => {
  const leaving = await gateway.connect('leaving');
  await leaving.send([query('copy given from stdin'), data('1\tx\n')], (types) => types.includes('G'));
  leaving.socket.destroy();
  const archive = await ground.stage.archive(gateway.config);
  const { id } = await endedSession(archive, ({ identity }) => identity?.subject === 'leaving');
  const events = await recordedEvents(archive, id);
  expect(events.filter(({ event }) => event.kind === 'copyIn')).toHaveLength(1);
  expect(await ground.run('select count(*) from given')).toEqual([['0']]);
});

test('CopyData where no COPY is ends the session', async () => {
  const wrong = await gateway.connect();
  const { types } = await wrong.send([data('x'), query('select 1')]);
  expect([types, wrong.socket.destroyed]).toEqual(['E', true]);
});

test('the record counts the bytes and rows of a masked COPY, and holds no masked value', async () => {
  const counted = await gateway.connect('counted');
  await counted.query('copy people to stdout');
  await counted.end();
  const archive = await ground.stage.archive(gateway.config);
  const { id } = await endedSession(archive, ({ identity }) => identity?.subject === 'counted');
  const outcomes = (await recordedEvents(archive, id)).flatMap(({ event }) =>
    event.kind === 'outcome' && event.fields.tag.startsWith('COPY') ? [event.fields.rows] : [],
  );
  expect(outcomes).toEqual([ROWS]);
  expect(await ground.leftBehind(needlesOfNumber(NUMBER))).toEqual([]);
});
