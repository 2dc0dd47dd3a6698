/** Run 4711: the pipeline makes the shop's schema and loads its data by COPY. */
import { finished } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { copyText, shopData } from './shop.ts';
import { asAgent, pause, type Stage } from './stage.ts';

const TABLES = [
  `CREATE TABLE customers (
  id          integer PRIMARY KEY,
  name        text NOT NULL,
  email       text NOT NULL UNIQUE,
  phone       text,
  birth_date  date,
  street      text,
  city        text,
  country     char(2) NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
)`,
  `CREATE TABLE products (
  id           integer PRIMARY KEY,
  sku          text NOT NULL UNIQUE,
  name         text NOT NULL,
  category     text NOT NULL,
  price_cents  integer NOT NULL CHECK (price_cents > 0),
  stock        integer NOT NULL DEFAULT 0
)`,
  `CREATE TABLE orders (
  id           integer PRIMARY KEY,
  customer_id  integer NOT NULL REFERENCES customers,
  status       text NOT NULL,
  total_cents  integer NOT NULL,
  placed_at    timestamptz NOT NULL DEFAULT now()
)`,
  `CREATE TABLE order_items (
  order_id     integer NOT NULL REFERENCES orders ON DELETE CASCADE,
  line         integer NOT NULL,
  product_id   integer NOT NULL REFERENCES products,
  quantity     integer NOT NULL,
  price_cents  integer NOT NULL,
  PRIMARY KEY (order_id, line)
)`,
];

const INDEXES = [
  'CREATE INDEX orders_by_customer ON orders (customer_id, placed_at DESC)',
  'CREATE INDEX orders_by_day ON orders (placed_at)',
  'CREATE INDEX order_items_by_product ON order_items (product_id)',
];

/** `password` is the pipeline's: the shared service token and the token of job 1. */
export async function deploy(stage: Stage, password: string): Promise<void> {
  await asAgent(stage, { user: 'ci_deployer', password, application: 'migrate' }, async (client) => {
    await client.query('CREATE SCHEMA shop');
    await pause(stage, 150);
    await client.query('BEGIN');
    for (const table of TABLES) {
      await client.query(table);
      await pause(stage, 90);
    }
    await client.query('COMMIT');
    for (const { table, columns, rows } of shopData(Date.now())) {
      const copy = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
      copy.end(copyText(rows));
      await finished(copy);
      await pause(stage, 120);
    }
    for (const index of INDEXES) await client.query(index);
    await client.query('ANALYZE customers, products, orders, order_items');
    await client.query('SELECT count(*) FROM orders');
  });
}
