/**
 * Run 4713: the pipeline runs SQL that a model wrote, to remove twelve test orders. It is denied what nobody may do, a reviewer stops
 * it when its WHERE is lost and lets it go on when that is back.
 */
import { review } from './reviewer.ts';
import { asAgent, failing, pause, type Stage } from './stage.ts';

const EVERY_ORDER = 'DELETE FROM orders';
const TEST_ORDERS = `DELETE FROM orders WHERE status = 'test'`;

/** `password` is the pipeline's: the shared service token and the token of its job. */
export async function cleanUp(stage: Stage, password: string): Promise<void> {
  await asAgent(stage, { user: 'ci_deployer', password, application: 'sql-agent' }, async (client) => {
    await client.query('SELECT status, count(*) FROM orders GROUP BY status ORDER BY count DESC');
    await pause(stage, 350);
    await failing(
      client.query(
        `-- remove the test orders left by the smoke tests\nDELETE FORM orders WHERE status = 'test'`,
      ),
    );
    await pause(stage, 450);
    await failing(client.query(`SELECT count(*) FROM orders WHERE is_test = $1`, [true]));
    await pause(stage, 300);
    await client.query(
      `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position`,
      ['orders'],
    );
    await pause(stage, 400);
    await failing(
      client.query(`-- begin anew: the migration makes it again\nDROP TABLE IF EXISTS orders CASCADE`),
    );
    await pause(stage, 400);
    await client.query(
      `SELECT o.id, o.total_cents, c.name, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status = 'test' ORDER BY o.id LIMIT 4`,
    );
    await pause(stage, 550);
    await Promise.all([
      failing(client.query(EVERY_ORDER)),
      review(stage, EVERY_ORDER, {
        verdict: 'reject',
        reason: 'no WHERE: this empties orders',
      }),
    ]);
    await pause(stage, 450);
    await Promise.all([
      client.query(TEST_ORDERS),
      review(stage, TEST_ORDERS, { verdict: 'approve', reason: 'the 12 test orders, as agreed' }),
    ]);
    await pause(stage, 250);
    await client.query('SELECT count(*) FROM orders');
  });
}
