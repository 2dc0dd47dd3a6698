/** Drives as pgbench does where there is none: N connections, one statement in flight each. */
import { connectRaw, message, query, type RawClient } from '../raw-client.ts';
import type { Driver, Run, RunResult } from './driver.ts';

const SELECT = 'SELECT abalance FROM pgbench_accounts WHERE aid = ';

export const ownDriver: Driver = { name: 'own driver', run: runOwn };

async function runOwn(run: Run): Promise<RunResult> {
  const connecting = Array.from({ length: run.clients }, () => connectRaw(run.address, run.applicationName));
  const clients = await Promise.all(connecting);
  try {
    if (run.protocol === 'prepared') await Promise.all(clients.map(prepare));
    const started = performance.now();
    const end = started + run.seconds * 1000;
    const latencies = (await Promise.all(clients.map((client) => drive(client, run, end)))).flat();
    const elapsed = (performance.now() - started) / 1000;
    return { statements: latencies.length, tps: latencies.length / elapsed, latencies };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

function prepare(client: RawClient): Promise<unknown> {
  const parse = message('P', 'P_0\0', `${SELECT}$1\0`, new Uint8Array(2));
  return client.run(Buffer.concat([parse, message('S')]));
}

async function drive(client: RawClient, run: Run, end: number): Promise<number[]> {
  const latencies: number[] = [];
  let now = performance.now();
  while (now < end) {
    run.signal.throwIfAborted();
    const account = 1 + Math.floor(Math.random() * run.accounts);
    await client.run(run.protocol === 'simple' ? query(`${SELECT}${account};`) : execution(account));
    const answered = performance.now();
    latencies.push((answered - now) * 1000);
    now = answered;
  }
  return latencies;
}

/** Bind one text parameter to the unnamed portal, Describe and Execute it, Sync: what libpq's PQsendQueryPrepared sends. */
function execution(account: number): Buffer {
  const value = String(account);
  const bind = Buffer.alloc(2 + 2 + 4);
  bind.writeUInt16BE(0, 0);
  bind.writeUInt16BE(1, 2);
  bind.writeUInt32BE(value.length, 4);
  const results = new Uint8Array(2);
  return Buffer.concat([
    message('B', '\0P_0\0', bind, value, results),
    message('D', 'P\0'),
    message('E', '\0', new Uint8Array(4)),
    message('S'),
  ]);
}
