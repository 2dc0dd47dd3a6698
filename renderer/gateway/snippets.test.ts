import { expect, test } from 'vitest';
import { developmentToken, snippetsOf } from './snippets.ts';

test('snippets connect by the connection’s name, take the token from the environment, and hold none', () => {
  const { psql, url, jdbc } = snippetsOf({
    listen: '127.0.0.1:6432',
    tls: false,
    connection: 'shop',
    file: '/a/auditorium.yaml',
  });
  expect({ psql, url, jdbc: jdbc.split('\n').at(-1) }).toEqual({
    psql: 'PGPASSWORD="$AUDITORIUM_TOKEN" psql "host=127.0.0.1 port=6432 dbname=shop user=agent sslmode=disable"',
    url: 'export DATABASE_URL="postgresql://agent:$AUDITORIUM_TOKEN@127.0.0.1:6432/shop?sslmode=disable"',
    jdbc: 'var connection = java.sql.DriverManager.getConnection("jdbc:postgresql://127.0.0.1:6432/shop", properties);',
  });
});

test('with TLS the server is verified, and an address of IPv6 is written as URLs have it', () => {
  const { url, node } = snippetsOf({ listen: '[::1]:7000', tls: true, connection: 'shop', file: 'a' });
  const everywhere = snippetsOf({ listen: '0.0.0.0:7000', tls: true, connection: 'shop', file: 'a' }).url;
  expect([url, node.split('\n')[3], everywhere]).toEqual([
    'export DATABASE_URL="postgresql://agent:$AUDITORIUM_TOKEN@[::1]:7000/shop?sslmode=verify-full"',
    "  host: '::1',",
    'export DATABASE_URL="postgresql://agent:$AUDITORIUM_TOKEN@localhost:7000/shop?sslmode=verify-full"',
  ]);
});

test('a path with a quote stays one word of the shell', () => {
  expect(developmentToken("/it's/a.yaml")).toBe(
    `export AUDITORIUM_TOKEN="$(auditorium token --config '/it'\\''s/a.yaml' --sub my-agent)"`,
  );
});
