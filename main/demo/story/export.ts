/** Run 4712: the same pipeline, another job, reads the personal data of customers, country by country. */
import { asAgent, pause, type Stage } from './stage.ts';

const PAGE = `SELECT id, name, email, phone, birth_date, street, city
FROM customers
WHERE country = $1 AND id > $2
ORDER BY id
LIMIT $3`;

/** `password` is the pipeline's: the shared service token and the token of its job. */
export async function exportCustomers(stage: Stage, password: string): Promise<void> {
  await asAgent(stage, { user: 'ci_deployer', password, application: 'export-customers' }, async (client) => {
    await client.query(
      'SELECT country, count(*) AS customers FROM customers GROUP BY country ORDER BY customers DESC',
    );
    for (const country of ['DE', 'FR', 'PT']) {
      let last = 0;
      for (let page = 0; page < 3; page++) {
        const { rows } = await client.query<{ id: number }>(PAGE, [country, last, 40]);
        last = rows.at(-1)?.id ?? last;
        await pause(stage, 110);
      }
    }
    await client.query(
      'SELECT email, birth_date FROM customers WHERE birth_date < $1 ORDER BY birth_date LIMIT $2',
      ['1952-01-01', 25],
    );
  });
}
