/** Drives with PostgreSQL's own pgbench. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Driver, Run, RunResult } from './driver.ts';

const execute = promisify(execFile);

/** One transaction in four goes to the log: at 50,000 a second logging them all would be a load of its own. */
const SAMPLING = 0.25;

/** How much longer than asked a run may take: connecting 32 clients and closing their log files. */
const GRACE_MS = 30_000;

/** The pgbench on the path; null where there is none. */
export async function findPgbench(): Promise<Driver | null> {
  try {
    const { stdout } = await execute('pgbench', ['--version']);
    return { name: stdout.trim(), run: runPgbench };
  } catch {
    return null;
  }
}

async function runPgbench(run: Run): Promise<RunResult> {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-pgbench-'));
  try {
    const script = join(folder, 'select.sql');
    await writeFile(
      script,
      `\\set aid random(1, ${run.accounts})\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n`,
    );
    const { stdout } = await execute('pgbench', argumentsOf(run, folder, script), {
      env: { ...process.env, PGPASSWORD: run.address.password, PGAPPNAME: run.applicationName },
      timeout: run.seconds * 1000 + GRACE_MS,
      killSignal: 'SIGKILL',
      signal: run.signal,
    });
    return {
      statements: figure(stdout, /number of transactions actually processed: (\d+)/),
      tps: figure(stdout, /tps = ([\d.]+) \(without initial connection time\)/),
      latencies: await readLatencies(folder),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function argumentsOf(run: Run, folder: string, script: string): string[] {
  const { host, port, user, database } = run.address;
  const server = ['-h', host, '-p', String(port), '-U', user];
  const load = ['-c', String(run.clients), '-j', String(Math.min(2, run.clients)), '-T', String(run.seconds)];
  const log = ['-l', `--log-prefix=${join(folder, 'log')}`, `--sampling-rate=${SAMPLING}`];
  return [...server, ...load, ...log, '-n', '-M', run.protocol, '-f', script, database];
}

function figure(output: string, pattern: RegExp): number {
  const found = pattern.exec(output);
  if (found === null) throw new Error(`pgbench printed no ${pattern.source}: ${output}`);
  return Number(found[1]);
}

/** A log line is: client, transaction, latency in µs, script, epoch seconds, microseconds (pgbench, "Per-Transaction Logging"). */
async function readLatencies(folder: string): Promise<number[]> {
  const latencies: number[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith('log')) continue;
    const text = await readFile(join(folder, name), 'latin1');
    for (const line of text.split('\n')) if (line !== '') latencies.push(Number(line.split(' ', 3)[2]));
  }
  return latencies;
}
