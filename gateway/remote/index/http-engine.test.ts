import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from './engine.ts';
import { openServer, written } from './http-engine.ts';

let server: Server;
let url: string;
let answer: { readonly status: number; readonly body: string };
let asked: { readonly request: IncomingMessage; readonly body: string } | null = null;

async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
  asked = { request, body: await text(request) };
  response.writeHead(answer.status).end(answer.body);
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void hear(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
});

const engine = () => openServer({ url, database: 'auditorium', user: 'reader', password: 'pw' });

test('a question goes as ClickHouse takes it: SQL in the body, parameters and settings in the URL', async () => {
  answer = { status: 200, body: '{"n":1}\n{"n":2}\n' };
  expect(await rowsOf(engine(), 'SELECT {p0:String} AS n', { p0: `it's\t\\`, p1: ['a', `b'`] })).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  const { searchParams } = new URL(asked?.request.url ?? '', url);
  expect([
    asked?.body,
    Object.fromEntries(searchParams),
    asked?.request.headers['x-clickhouse-user'],
  ]).toEqual([
    'SELECT {p0:String} AS n FORMAT JSONEachRow',
    {
      database: 'auditorium',
      output_format_json_quote_64bit_integers: '0',
      max_execution_time: '10',
      distributed_product_mode: 'global',
      do_not_merge_across_partitions_select_final: '1',
      read_in_order_use_virtual_row: '1',
      param_p0: String.raw`it's\t\\`,
      param_p1: String.raw`['a','b\\'']`,
    },
    'reader',
  ]);
});

test('rows of an insert follow its SQL', async () => {
  answer = { status: 200, body: '' };
  await engine().ask({ sql: 'INSERT INTO t (a) FORMAT JSONEachRow', rows: '{"a":1}' });
  expect(asked?.body).toBe('INSERT INTO t (a) FORMAT JSONEachRow\n{"a":1}');
});

test.each([
  [500, 'Code: 159. DB::Exception: Timeout exceeded', 'TIMEOUT'],
  [403, 'Code: 516. DB::Exception: reader: Authentication failed', 'REFUSED'],
  [404, 'Code: 60. DB::Exception: Table auditorium.session does not exist', 'NOT_AN_ARCHIVE'],
  [500, 'Code: 243. DB::Exception: Cannot reserve space', 'DAMAGED'],
])('status %d with %s is %s', async (status, body, code) => {
  answer = { status, body };
  await expect(engine().ask({ sql: 'SELECT 1' })).rejects.toMatchObject({ code });
});

test('a server that is not there is unreachable', async () => {
  const away = openServer({ url: 'http://127.0.0.1:1/', database: 'auditorium' });
  await expect(away.ask({ sql: 'SELECT 1' })).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('values are written as in a file of tab-separated values', () => {
  expect([written(5), written('a\nb\\'), written([1, 2])]).toEqual(['5', String.raw`a\nb\\`, '[1,2]']);
});
