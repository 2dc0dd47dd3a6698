/** Run 4714, later that day: SQL of the same model, without a WHERE again. It waits for whoever opens the app. */
import { held } from './reviewer.ts';
import { asAgent, pause, type Stage } from './stage.ts';

const PRICES =
  'SELECT category, avg(price_cents)::int AS price FROM products GROUP BY category ORDER BY category';
const SALE = 'UPDATE products SET price_cents = price_cents * 9 / 10';

/** A session that waits for a decision. */
export interface Waiting extends AsyncDisposable {
  /** Of the request it waits for. */
  readonly request: string;
  /** Ends the session, decided on or not; resolves when it has ended. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves once the statement is held. `password` is the pipeline's: the shared service token and the token of its job. */
export async function reprice(stage: Stage, password: string): Promise<Waiting> {
  const leaving = new AbortController();
  const within = { ...stage, signal: AbortSignal.any([stage.signal, leaving.signal]) };
  const session = sale(within, password).catch(() => undefined); // rejected, or told to leave: it leaves
  const leave = async () => {
    leaving.abort();
    await session;
  };
  try {
    return { request: await held(stage, SALE), [Symbol.asyncDispose]: leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

async function sale(stage: Stage, password: string): Promise<void> {
  await asAgent(stage, { user: 'ci_deployer', password, application: 'sql-agent' }, async (client) => {
    await client.query(PRICES);
    await pause(stage, 300);
    await client.query(SALE);
    await client.query(PRICES);
  });
}
