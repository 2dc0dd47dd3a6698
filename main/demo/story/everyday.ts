/** What goes on in a shop anyway: programs and people with tokens of their own. */
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { asAgent, pause, type Stage } from './stage.ts';

/** A dashboard asks for the day's numbers, `rounds` times. */
export async function dashboard(stage: Stage, rounds: number): Promise<void> {
  const password = await stage.token({ subject: 'shop-dashboard', client: 'grafana', groups: ['services'] });
  await asAgent(stage, { user: 'dashboard', password, application: 'shop-dashboard' }, async (client) => {
    for (let round = 0; round < rounds; round++) {
      await client.query(
        `SELECT date_trunc('day', placed_at) AS day, count(*), sum(total_cents) / 100.0 AS revenue FROM orders WHERE placed_at > now() - interval '14 days' GROUP BY day ORDER BY day`,
      );
      await client.query(
        `SELECT status, count(*) FROM orders WHERE placed_at > now() - interval '3 days' GROUP BY status`,
      );
      await pause(stage, 240);
    }
  });
}

/** The nightly report: one prepared statement, run for each country. */
export async function nightlyReport(stage: Stage): Promise<void> {
  const password = await stage.token({
    subject: 'report-agent',
    client: 'nightly-report',
    groups: ['services', 'reporting'],
  });
  const text = `SELECT p.category, sum(i.quantity) AS sold, sum(i.quantity * i.price_cents) / 100.0 AS revenue
FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id JOIN customers c ON c.id = o.customer_id
WHERE c.country = $1 AND o.placed_at >= $2
GROUP BY p.category ORDER BY revenue DESC`;
  const since = new Date(Date.now() - 30 * 86_400_000);
  await asAgent(stage, { user: 'report', password, application: 'nightly-report' }, async (client) => {
    await client.query('SET statement_timeout = 30000');
    for (const country of ['DE', 'DK', 'FR', 'HR', 'IT', 'JP', 'NL', 'PL', 'PT', 'SE', 'TR']) {
      await client.query({ name: 'revenue_by_category', text, values: [country, since] });
      await pause(stage, 70);
    }
  });
}

/** Support looks a customer up and mends an address. */
export async function support(stage: Stage): Promise<void> {
  const password = await stage.token({
    subject: 'bruno@example.com',
    client: 'support-desk',
    groups: ['support'],
  });
  await asAgent(stage, { user: 'bruno', password, application: 'support-desk' }, async (client) => {
    await client.query(
      'SELECT id, name, email, street, city FROM customers WHERE name ILIKE $1 ORDER BY name LIMIT 20',
      ['%lindqvist%'],
    );
    await pause(stage, 420);
    await client.query(
      'SELECT id, status, total_cents, placed_at FROM orders WHERE customer_id = $1 ORDER BY placed_at DESC',
      [42],
    );
    await pause(stage, 380);
    await client.query('UPDATE customers SET street = $2 WHERE id = $1 RETURNING id, street', [
      42,
      'Linden Avenue 12',
    ]);
  });
}

/** Stock is taken in a transaction; the second one finds too little and is rolled back. */
export async function stock(stage: Stage): Promise<void> {
  const password = await stage.token({ subject: 'stock-agent', client: 'warehouse', groups: ['services'] });
  await asAgent(stage, { user: 'stock', password, application: 'stock-agent' }, async (client) => {
    await reserve(stage, client, 17, 1);
    await reserve(stage, client, 23, 100_000);
  });
}

async function reserve(stage: Stage, client: Client, product: number, quantity: number): Promise<void> {
  await client.query('BEGIN');
  const { rows } = await client.query<{ stock: number }>(
    'SELECT sku, stock FROM products WHERE id = $1 FOR UPDATE',
    [product],
  );
  await pause(stage, 130);
  const enough = (rows[0]?.stock ?? 0) >= quantity;
  if (enough) await client.query('UPDATE products SET stock = stock - $2 WHERE id = $1', [product, quantity]);
  await client.query(enough ? 'COMMIT' : 'ROLLBACK');
}

/** The data warehouse copies the week's orders out. */
export async function warehouseSync(stage: Stage): Promise<void> {
  const password = await stage.token({ subject: 'warehouse-sync', client: 'airflow', groups: ['services'] });
  await asAgent(stage, { user: 'warehouse', password, application: 'airflow' }, async (client) => {
    const copy = client.query(
      copyTo(
        `COPY (SELECT * FROM orders WHERE placed_at > now() - interval '7 days' ORDER BY id) TO STDOUT (FORMAT csv, HEADER)`,
      ),
    );
    await finished(copy.resume());
  });
}

/**
 * A GitLab job that has no token of its own: where it runs is its own word. It places orders to see whether that works, and leaves
 * them there. `password` is the shared service token.
 */
export async function smokeTest(stage: Stage, password: string): Promise<void> {
  await asAgent(stage, { user: 'ci_deployer', password, application: 'ci:gitlab:88:1' }, async (client) => {
    for (const table of ['customers', 'products', 'orders', 'order_items']) {
      await client.query(`SELECT count(*) FROM ${table}`);
      await pause(stage, 60);
    }
    await client.query(
      `INSERT INTO orders (id, customer_id, status, total_cents) SELECT 9000 + n, n, 'test', 100 * n FROM generate_series(1, 12) AS n`,
    );
  });
}
