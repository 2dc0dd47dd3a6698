/** What changed between two runs of a job: one of last night, one of the night before. */
import type { Stage } from './stage.ts';
import type { Task } from './task.ts';

const COUNT = 'SELECT count(*) FROM orders';
const CHEAP = 'SELECT id, name FROM products WHERE price_cents < $1 ORDER BY id LIMIT 5';
const STOCK = 'UPDATE products SET stock = stock + 0 WHERE id = 1';
const NOTES = 'SELECT id, phone FROM customers ORDER BY id LIMIT 3';

const ROWS = [
  /^same SELECT 1 SELECT count\(\*\) FROM orders 1 SELECT/,
  /^changed SELECT 2 SELECT id, name FROM products .* parameters · rows 0 → 5$/,
  /^only in A UPDATE 3 UPDATE products SET stock/,
  /^only in B SELECT not sent 3 SELECT id, phone FROM customers/,
];
const PAIR = /\$1 ≠\s+1 \S+\s+100000 /;

/** Two runs of one job, of which the second asks for more. */
async function twoRuns(stage: Stage, first: number): Promise<void> {
  await run(stage, first, async (query) => {
    await query(COUNT);
    await query(CHEAP, [1]);
    await query(STOCK);
  });
  await run(stage, first + 1, async (query) => {
    await query(COUNT);
    await query(CHEAP, [100_000]);
    await query(NOTES);
  });
}

type Query = (text: string, values?: readonly unknown[]) => Promise<unknown>;

async function run(stage: Stage, number: number, act: (query: Query) => Promise<void>): Promise<void> {
  const client = await stage.agent('nightly', { run: String(number) });
  try {
    await act((text, values = []) => client.query(text, [...values]));
  } finally {
    await client.end();
  }
}

export const changedRuns: Task = {
  async byHand(hands, stage) {
    await twoRuns(stage, 5001);
    await hands.filters('run:5001 or run:5002');
    await hands.seesRows('session-row', [/github\/5002\/nightly .* completed/, /github\/5001\/nightly/]);
    await hands.row('session-row', '5002');
    await hands.click(hands.part('compare'));
    await hands.press(/the previous run of its job/);
    await hands.seesRows('compare-row', ROWS);
    await hands.row('compare-row', 'changed');
    await hands.sees('pair', PAIR);
  },

  async byKeys(keys, stage) {
    await twoRuns(stage, 5003);
    await keys.filters('run:5003 or run:5004');
    await keys.seesRows('session-row', [/github\/5004\/nightly .* completed/, /github\/5003\/nightly/]);
    await keys.press('j', 'c', 'j', 'c');
    await keys.seesRows('compare-row', ROWS);
    await keys.press(']');
    await keys.sees('difference', 'difference 1 of 3');
    await keys.sees('pair', PAIR);
  },
};
