/** Ada at her terminal, making sure that the orders are there: in psql where there is one, else by a program with `pg`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ADA } from './reviewer.ts';
import { asAgent, pause, type Stage } from './stage.ts';

const QUESTIONS = [
  'SELECT count(*) FROM orders;',
  'SELECT count(*) FROM order_items;',
  'SELECT max(id), min(created_at), max(created_at) FROM customers;',
  `SELECT id, name, email, phone FROM customers WHERE country = 'SE' ORDER BY id LIMIT 12;`,
  `SELECT usename, application_name, state, left(query, 40) AS query FROM pg_stat_activity WHERE datname = 'shop';`,
];

/** Plays Ada's session and says which program she used. */
export async function person(stage: Stage): Promise<'psql' | 'pg'> {
  const password = await stage.token(ADA);
  if (await byPsql(stage, password)) return 'psql';
  await asAgent(stage, { user: 'ada', password, application: 'ada (pg)' }, async (client) => {
    for (const question of QUESTIONS) {
      await client.query(question);
      await pause(stage, 350);
    }
  });
  return 'pg';
}

/** False when there is no psql. Its own commands (`\\dt`, `\\d`) show what psql asks the catalogue. */
async function byPsql(stage: Stage, password: string): Promise<boolean> {
  const target = ['-h', stage.host, '-p', String(stage.port), '-U', 'ada', '-d', 'shop'];
  const psql = spawn('psql', ['-X', '-q', ...target], {
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', PGPASSWORD: password },
    stdio: ['pipe', 'ignore', 'pipe'],
    signal: stage.signal,
  });
  // A psql that ended early no longer reads; how it ended is what counts.
  psql.stdin.on('error', () => undefined);
  const ended = once(psql, 'exit');
  const complaints = text(psql.stderr);
  try {
    await once(psql, 'spawn');
  } catch (error) {
    ended.catch(() => undefined);
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  for (const line of ['\\dt', ...QUESTIONS, '\\d orders']) {
    psql.stdin.write(`${line}\n`);
    await pause(stage, 350);
  }
  psql.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`psql ended with status ${String(code)}: ${(await complaints).trim()}`);
  return true;
}
