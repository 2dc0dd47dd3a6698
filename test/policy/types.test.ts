import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { int16, message } from '../../gateway/postgres/testing/messages.ts';
import { type Agent, extended } from './agent.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';

/** Each type with a value that is not what a mask would be. */
const VALUES: Readonly<Record<string, string>> = {
  text: "'unmistakable'",
  varchar: "'unmistakable'",
  'varchar(20)': "'unmistakable'",
  'char(14)': "'unmistakable'",
  name: "'unmistakable'",
  '"char"': "'Q'",
  int2: '31999',
  int4: '1234567890',
  int8: '1234567890123456789',
  float4: '12345.67',
  float8: '-12345.678901',
  numeric: '12345678901234567890.123456789',
  'numeric(12, 2)': '1234567890.12',
  money: "'1234.56'",
  bool: 'true',
  bytea: "'\\x0123456789abcdef'",
  date: "'1987-06-05'",
  time: "'12:34:56.789'",
  timetz: "'12:34:56+05'",
  timestamp: "'1987-06-05 12:34:56'",
  timestamptz: "'1987-06-05 12:34:56+05'",
  interval: "'3 years 4 days 05:06:07'",
  uuid: "'01234567-89ab-cdef-0123-456789abcdef'",
  json: `'{"key": ["unmistakable", 1]}'`,
  jsonb: `'{"key": ["unmistakable", 1]}'`,
  jsonpath: "'$.unmistakable'",
  xml: "'<unmistakable/>'",
  inet: "'192.0.2.123'",
  cidr: "'198.51.100.0/24'",
  macaddr: "'01:23:45:67:89:ab'",
  macaddr8: "'01:23:45:67:89:ab:cd:ef'",
  'bit(12)': "b'110011001100'",
  varbit: "b'1100110011'",
  int4range: "'[12345,67890)'",
  daterange: "'[1987-06-05,1988-07-06)'",
  int8multirange: "'{[123,456),[789,1011)}'",
  'text[]': '\'{unmistakable,NULL,"with space"}\'',
  'int4[]': "'{{12345,23456},{34567,45678}}'",
  'uuid[]': "'{01234567-89ab-cdef-0123-456789abcdef}'",
  'jsonb[]': `array['{"a": "unmistakable"}'::jsonb]`,
  point: "'(12.5,34.5)'",
  box: "'(3,4),(1,2)'",
  polygon: "'((1,2),(3,4),(5,6))'",
  tsvector: "'unmistakable:1 words:2'",
  tsquery: "'unmistakable & words'",
  pg_lsn: "'16/B374D848'",
  oid: '123456789',
  regclass: "'pg_class'",
  mood: "'unmistakable'",
  positive: '12345',
  pair: "row('unmistakable', 7)",
  'pair[]': "array[row('unmistakable', 7)::pair]",
};

const TYPES = Object.entries(VALUES).map(([type, value], i) => ({ type, value, column: `c${i}` }));

const STYLES = ['redact', 'partial', 'hash', 'null'] as const;

const POLICY = (style: string) => `version: 1
rules:
  - { name: all of it, effect: mask, mask: { columns: [k.*.*], style: '${style}' } }
`;

let ground: PolicyGround;
let direct: Agent;
const gateways = new Map<string, PolicyGateway>();
beforeAll(async () => {
  ground = await PolicyGround.open(`
    create schema k;
    create type mood as enum ('unmistakable', 'other');
    create domain positive as int check (value > 0);
    create type pair as (a text, b int);
    ${TYPES.map(({ type, value, column }) => `create table k.${column} (v ${type}); insert into k.${column} values (${value}), (null);`).join('\n')}
    create table k.big (id int, v text, b bytea);
    insert into k.big select 1, repeat('unmistakable', 900000), convert_to(repeat('unmistakable', 900000), 'UTF8')`);
  for (const style of STYLES) gateways.set(style, await ground.gateway(style, POLICY(style)));
  direct = await ground.direct();
});
afterAll(() => ground[Symbol.asyncDispose]());

async function agentOf(style: string): Promise<Agent> {
  const gateway = gateways.get(style);
  if (gateway === undefined) throw new Error(style);
  return gateway.connect();
}

test.each(STYLES)(
  'style %s: a value of every type is masked, and PostgreSQL takes the mask for one',
  async (style) => {
    const agent = await agentOf(style);
    const faults: string[] = [];
    for (const { type, column } of TYPES) {
      for (const format of [0, 1] as const) {
        const sql = `select v from k.${column}`;
        const [plain, masked] = [
          await direct.send(extended(sql, format, true)),
          await agent.send(extended(sql, format, true)),
        ];
        const [[value], [nothing]] = [plain.rows[0] ?? [], masked.rows[1] ?? []];
        const got = masked.rows[0]?.[0] ?? null;
        const named = `${type} in ${format === 0 ? 'text' : 'binary'}`;
        if (masked.types !== plain.types || nothing !== null) faults.push(`${named}: ${masked.types}`);
        if (got !== null && value !== undefined && got.equals(value ?? Buffer.alloc(0)))
          faults.push(`${named} passes`);
        if (style === 'null' && got !== null) faults.push(`${named} is ${got.toString('latin1')}, not NULL`);
        if (got?.includes('nmistakable') === true) faults.push(`${named} tells ${got.toString('latin1')}`);
        if (got !== null && !(await accepts(type, format, got)))
          faults.push(`${named}: PostgreSQL does not take ${got.toString('latin1')}`);
      }
    }
    expect(faults).toEqual([]);
  },
);

/** A domain's check is not asked, nor how many digits a column takes: the wire has neither. */
async function accepts(type: string, format: 0 | 1, value: Buffer): Promise<boolean> {
  const wire = type === 'positive' ? 'int4' : type.replace(/^numeric.*/, 'numeric');
  const said = await direct.send([
    message('P', '', `select $1::${wire}`, int16(0)),
    message('B', '', '', int16(1), int16(format), int16(1), value.length, value, int16(0)),
    message('E', '', 0),
    message('S'),
  ]);
  return said.errors.length === 0;
}

test.each(STYLES)('style %s: the pg driver reads every masked value and stays in step', async (style) => {
  const gateway = gateways.get(style);
  const client = new pg.Client({ ...(await gateway?.address()) });
  await client.connect();
  for (const { column } of TYPES) {
    const { rows } = await client.query(`select v, 1 as one from k.${column}`);
    expect(rows).toMatchObject([{ one: 1 }, { v: null, one: 1 }]);
  }
  expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
  await client.end();
});

test('values of 10 MB are masked, in text and binary, and what follows is in step', async () => {
  const agent = await agentOf('redact');
  for (const format of [0, 1] as const) {
    const said = await agent.send(extended('select 1, v, b from k.big', format, true));
    expect(said.rows[0]?.map((cell) => (cell?.length ?? 0) < 100)).toEqual([true, true, true]);
    expect(said.bytes.includes('nmistakable')).toBe(false);
  }
  expect((await agent.query('select 2')).rows.map(String)).toEqual(['2']);
});

test('equal values have equal hashes within a session, and others in another one', async () => {
  const sql = 'select v from k.c0 union all select v from k.c0 where v is not null';
  const hashes = async (): Promise<(string | null)[]> => {
    const agent = await agentOf('hash');
    const { rows } = await agent.query(sql);
    return rows.map(([cell]) => cell?.toString() ?? null).filter((cell) => cell !== null);
  };
  const [one, other] = [await hashes(), await hashes()];
  expect(new Set(one).size).toBe(1);
  expect(new Set([...one, ...other]).size).toBe(2);
});

test('nothing of it is in the record', async () => {
  const needle = { name: 'an unmistakable value', isIn: (bytes: Buffer) => bytes.includes('nmistakable') };
  expect(await ground.leftBehind([needle])).toEqual([]);
});
