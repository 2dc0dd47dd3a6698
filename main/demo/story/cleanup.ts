/** Run 4713: the pipeline runs SQL that a model wrote. It fails, is written anew, and at last loses its WHERE. */
import { asAgent, failing, pause, type Stage } from './stage.ts';

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
    await failing(client.query(`DELETE FROM orders WHERE is_test = $1`, [true]));
    await pause(stage, 300);
    await client.query(
      `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position`,
      ['orders'],
    );
    await pause(stage, 400);
    await failing(
      client.query(
        `DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE email LIKE 'test@%' AND deleted)`,
      ),
    );
    await pause(stage, 550);
    await client.query('DELETE FROM orders');
    await pause(stage, 250);
    await client.query('SELECT count(*) FROM orders');
  });
}
