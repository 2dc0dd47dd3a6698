/** What a value becomes is a value of its type to PostgreSQL, in text and in binary, and the same one in both. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres/testing/postgres.ts';
import { maskCell } from './mask-cell.ts';
import type { TypeLookup, TypeShape } from './type-shape.ts';

const KEY = Buffer.alloc(32, 7);
const STYLES = ['redact', 'partial', 'hash'] as const;

/** Values by type, as SQL has them. */
const VALUES: readonly (readonly [type: string, ...values: string[]])[] = [
  [
    'text',
    'ada@example.com',
    '4111 1111 1111 1111',
    'DE89 3704 0044 0532 0130 00',
    '+49 171 1234567',
    'Zoë ☃',
    'x',
    '',
  ],
  ['varchar', 'Ada Lovelace'],
  ['bpchar', 'Ada Lovelace'],
  ['name', 'ada'],
  ['"char"', 'x'],
  ['int2', '0', '-7', '32767', '-32768'],
  ['int4', '0', '4711', '-2147483648', '2147483647'],
  ['int8', '4111111111111111', '-9223372036854775808', '9223372036854775807'],
  ['oid', '0', '4294967295', '1259'],
  ['xid', '4294967295'],
  ['cid', '12'],
  ['xid8', '18446744073709551615'],
  ['float4', '1.5', '-3e38', '1e-30', 'NaN', 'Infinity', '0'],
  ['float8', '4711.25', '-1e300', '1e-300', 'NaN', '-Infinity', '1000'],
  [
    'numeric',
    '0',
    '12.50',
    '-0.0001',
    '123456789012345678901234567890.123',
    'NaN',
    '-Infinity',
    '1e20',
    '99999',
    '10000',
  ],
  ['money', '1234.56', '-0.05', '0'],
  ['bool', 'true', 'false'],
  ['date', '1984-02-29', '0044-03-15 BC', 'infinity', '9999-12-31', '12345-01-01'],
  [
    'timestamp',
    '1984-02-29 13:14:15.123456',
    '-infinity',
    '0044-03-15 01:02:03 BC',
    '1969-12-31 23:59:59.999999',
  ],
  ['timestamptz', '1984-02-29 13:14:15.123456+02', 'infinity', '2024-12-31 23:30:00-05'],
  ['time', '13:14:15.5', '24:00:00', '00:00:00'],
  ['timetz', '13:14:15.5+02', '24:00:00-11:30'],
  ['interval', '1 year 2 mons 3 days 04:05:06', '-1 day'],
  ['uuid', '550e8400-e29b-41d4-a716-446655440000'],
  ['bytea', String.raw`\x0001ff`, 'ada', ''],
  [
    'json',
    '{"name": "Ada", "n": [1.5, null, true, "x@y.de"], "ada@example.com": {"a\\u0062": -4711}}',
    '[]',
    '"x"',
    '12',
  ],
  [
    'jsonb',
    '{"name": "Ada", "n": [1.5, null, true, "x@y.de"], "ada@example.com": {"b": -4711}}',
    '{}',
    'null',
    '1e400',
  ],
  ['jsonpath', '$.a ? (@ > 3)'],
  ['xml', '<a b="c">d</a>', 'text'],
  ['inet', '203.0.113.7', '10.1.2.0/24', '2001:db8::1', '::', '::ffff:1.2.3.4', '2001:db8::/32'],
  ['cidr', '10.0.0.0/8', '2001:db8::/32', '192.168.100.128/25'],
  ['macaddr', '08:00:2b:01:02:03'],
  ['macaddr8', '08:00:2b:01:02:03:04:05'],
  ['bit', '1'],
  ['varbit', '1011001110', ''],
  ['int4range', '[1,10)', 'empty', '(,5)'],
  ['numrange', '[1.5,2.5]'],
  ['daterange', '[2024-01-01,2024-02-01)'],
  ['tstzrange', '[2024-01-01,)'],
  ['int8multirange', '{[1,3),[5,9)}'],
  ['tsvector', "'ada':1 'love':2"],
  ['tsquery', "'ada' & 'love'"],
  ['point', '(1,2)'],
  ['line', '{1,2,3}'],
  ['lseg', '[(1,2),(3,4)]'],
  ['box', '(3,4),(1,2)'],
  ['path', '[(1,2),(3,4)]'],
  ['polygon', '((1,2),(3,4),(5,6))'],
  ['circle', '<(1,2),3>'],
  ['pg_lsn', '16/B374D848'],
  ['tid', '(42,7)'],
  ['regclass', 'pg_class'],
  ['regproc', 'pg_sleep'],
  ['regprocedure', 'pg_sleep(double precision)'],
  ['regtype', 'integer'],
  ['regrole', 'pg_monitor'],
  ['regnamespace', 'pg_catalog'],
  ['regoper', '||/'],
  ['regoperator', '+(integer,integer)'],
  ['regconfig', 'english'],
  ['regdictionary', 'simple'],
  ['regcollation', '"C"'],
  ['refcursor', 'c'],
  ['int4[]', '{1,NULL,4711}', '{}', '[2:3]={5,6}', '{{1,2},{3,NULL}}'],
  ['text[]', '{"a b","c\\"d","NULL",NULL,"",ada@example.com,"{}"}', '{{a,b},{c,d}}'],
  ['box[]', '{(3,4),(1,2);(7,8),(5,6)}'],
  ['uuid[]', '{550e8400-e29b-41d4-a716-446655440000}'],
  ['jsonb[]', '{"{\\"a\\": 1}"}'],
  ['int4range[]', '{"[1,3)"}'],
  ['date[]', '{2024-05-06}'],
  ['bytea[]', '{"\\\\x01"}'],
  ['numeric[]', '{1.5,NULL}'],
  ['address', '("Main ""St"" (1), \\\\x",,"{1,2}")', '(,,)'],
  ['address[]', '{"(a,1,\\"{3}\\")",NULL}'],
  ['person', '("(Elm St,7,{})",a@b.de)'],
  ['email', 'ada@example.com'],
  ['email[]', '{ada@example.com}'],
  ['places', '{"(a,1,)"}'],
  ['positive', '12'],
];

/** Types whose values become NULL: what any of their labels, bounds or bytes means is the database's own affair. */
const UNKNOWN: readonly (readonly [type: string, value: string])[] = [
  ['mood', 'sad'],
  ['span', '[1.5,2.5]'],
  ['pg_snapshot', '10:20:10,14,15'],
];

let server: TestPostgres;
let client: pg.Client;
let types: TypeLookup;

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password, database } = server;
  client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  await client.query(`
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE TYPE span AS RANGE (subtype = float8);
    CREATE TYPE address AS (street text, number int, floors int[]);
    CREATE DOMAIN email AS text;
    CREATE DOMAIN places AS address[];
    CREATE DOMAIN positive AS int;
    CREATE TYPE person AS (home address, mail email);`);
  types = await lookup();
});

afterAll(async () => {
  await client.end();
  await server.stop();
});

async function lookup(): Promise<TypeLookup> {
  const { rows } = await client.query<{
    oid: number;
    typtype: string;
    base: number;
    element: number;
    fields: number[];
  }>(`
    SELECT oid::int4, typtype::text, typbasetype::int4 AS base, typelem::int4 AS element, (SELECT
      coalesce(array_agg(atttypid::int4 ORDER BY attnum), '{}') FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0) AS fields
    FROM pg_type WHERE oid >= 16384`);
  const shapes = new Map<number, TypeShape>(
    rows.map(({ oid, typtype, base, element, fields }) => {
      if (typtype === 'd') return [oid, { kind: 'domain', base }];
      if (typtype === 'c') return [oid, { kind: 'composite', fields }];
      return [oid, element === 0 ? { kind: 'other' } : { kind: 'array', element }];
    }),
  );
  return (oid) => shapes.get(oid) ?? null;
}

interface Sent {
  readonly type: number;
  readonly text: string;
  readonly binary: Buffer;
}

/** A value as the server sends it in both formats. */
async function sent(type: string, value: string): Promise<Sent> {
  const { rows } = await client.query<{ oid: number; send: string }>(
    'SELECT oid::int4, typsend::text AS send FROM pg_type WHERE oid = $1::regtype',
    [type],
  );
  const { oid, send } = rows[0] as { oid: number; send: string };
  const cast = `$1::text::${type}`;
  const binary = `${send}(${cast}${send === 'textsend' ? '::text' : ''})`;
  const result = await client.query<{ text: string; binary: Buffer }>({
    text: `SELECT format('%s', ${cast}) AS text, ${binary} AS binary`,
    values: [value],
  });
  return { type: oid, ...(result.rows[0] as { text: string; binary: Buffer }) };
}

/** A value of either format as the server understands it. */
async function understood(type: string, value: Buffer | string): Promise<string> {
  const { rows } = await client.query<{ text: string }>(`SELECT format('%s', $1::${type}) AS text`, [value]);
  return rows[0]?.text ?? '';
}

test.each(VALUES.map(([type, ...values]) => ({ type, values })))(
  'a masked $type is one to the server, the same in text and in binary',
  async ({ type, values }) => {
    for (const value of values) {
      const given = await sent(type, value);
      for (const style of STYLES) {
        const cell = { type: given.type, style, key: KEY } as const;
        const text = maskCell(Buffer.from(given.text), { ...cell, format: 0 }, types);
        const binary = maskCell(given.binary, { ...cell, format: 1 }, types);
        if (text === null || binary === null) throw new Error(`${type} ${value} ${style}: NULL`);
        const both = [await understood(type, text.toString()), await understood(type, binary)];
        expect([style, value, ...both]).toEqual([style, value, both[1], both[1]]);
        parsed(given.type, text, binary);
      }
    }
  },
);

/** What the driver of Node makes of it is no broken date or number; its reader of binary timestamps fails before 2000 by itself. */
function parsed(type: number, text: Buffer, binary: Buffer): void {
  const read: unknown = pg.types.getTypeParser(type, 'text')(text.toString());
  if (read instanceof Date) expect(read.getTime()).not.toBeNaN();
  if (typeof read === 'number') expect(read).not.toBeNaN();
  const parse = pg.types.getTypeParser(type, 'binary');
  expect(() => parse(binary as unknown as string)).not.toThrow();
}

test('types that nobody knows become NULL', async () => {
  const masked = [];
  for (const [type, value] of UNKNOWN) {
    const given = await sent(type, value);
    for (const format of [0, 1] as const) {
      const bytes = format === 0 ? Buffer.from(given.text) : given.binary;
      masked.push(maskCell(bytes, { type: given.type, format, style: 'redact', key: KEY }, types));
    }
  }
  expect(masked).toEqual(UNKNOWN.flatMap(() => [null, null]));
});
