/** Runs one suite of PostgreSQL's tests, direct or through the gateway, with a cluster of its own. */
import { chown, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openYoungArchive } from '../../bench/recorded.ts';
import { freePort } from '../../main/demo/free-port.ts';
import { type Account, unprivileged } from './account.ts';
import { startCluster } from './cluster.ts';
import { runToEnd } from './command.ts';
import { startRecordingGateway, type RecordingGateway } from './gateway.ts';
import { checkRecord, type RecordCheck } from './record-check.ts';
import { loggedStatements } from './server-log.ts';
import type { Suite, Suites } from './suites.ts';

export type SuiteName = 'regress' | 'isolation';

/** One run of a suite. */
export interface SuiteRun {
  /** The folder of its result files. */
  readonly results: string;
  readonly seconds: number;
  /** What the driver printed: which tests came out as PostgreSQL expects. */
  readonly printed: string;
  /** Of a run through the gateway. */
  readonly gateway: { readonly peakRss: number | null; readonly check: RecordCheck } | null;
}

/** The database that each driver makes and uses; it makes it from `postgres`. */
const DATABASE: Readonly<Record<SuiteName, string>> = {
  regress: 'regression',
  isolation: 'isolation_regression',
};

interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Runs a suite; its results are kept in `work` under the run's own name. */
export async function runSuite(
  name: SuiteName,
  way: 'direct' | 'gateway',
  suites: Suites,
  work: string,
): Promise<SuiteRun> {
  await using stack = new AsyncDisposableStack();
  const account = await unprivileged();
  const folder = join(work, `${name}-${way}`);
  const cluster = await startCluster(
    `${folder}-cluster`,
    { bin: suites.bin, port: await freePort(), account },
    stack,
  );
  if (way === 'direct') {
    const ran = await drive(suites, name, cluster, work, account);
    await rename(ran.output, folder);
    return { ...ran, results: join(folder, 'results'), gateway: null };
  }
  const gateway = await startRecordingGateway(`${folder}-gateway`, cluster, ['postgres', DATABASE[name]]);
  const { ran, peakRss } = await driveThrough(gateway, { ...cluster, password: gateway.token });
  await rename(ran.output, folder);
  const archive = await openYoungArchive(gateway.archive);
  try {
    const check = await checkRecord(archive, await loggedStatements(cluster.log));
    return { ...ran, results: join(folder, 'results'), gateway: { peakRss, check } };
  } finally {
    await archive.close();
  }

  /** The gateway ends with the run: then its archive holds everything. */
  async function driveThrough(recording: RecordingGateway, target: Target) {
    await using running = recording;
    const { host, port } = running;
    return {
      ran: await drive(suites, name, { ...target, host, port }, work, account),
      peakRss: running.peakRss(),
    };
  }
}

interface Driven {
  readonly output: string;
  readonly seconds: number;
  readonly printed: string;
}

/** Both ways write to the same place, because what the tests print names it. */
async function drive(
  suites: Suites,
  name: SuiteName,
  target: Target,
  work: string,
  account: Account,
): Promise<Driven> {
  const output = join(work, 'output');
  await mkdir(output);
  if (account.uid !== undefined && account.gid !== undefined) await chown(output, account.uid, account.gid);
  const started = performance.now();
  const { printed } = await runToEnd(suites[name].driver, driverArguments(suites, name, target, output), {
    ...account,
    cwd: output,
    env: { PATH: process.env['PATH'], PGPASSWORD: target.password },
  });
  return { output, seconds: (performance.now() - started) / 1000, printed };
}

function driverArguments(suites: Suites, name: SuiteName, target: Target, output: string): string[] {
  const { scripts, schedule }: Suite = suites[name];
  return [
    `--inputdir=${scripts}`,
    `--outputdir=${output}`,
    `--bindir=${suites.bin}`,
    `--dlpath=${suites.modules}`,
    `--host=${target.host}`,
    `--port=${target.port}`,
    `--user=${target.user}`,
    `--dbname=${DATABASE[name]}`,
    // As PostgreSQL's own makefile has it.
    '--max-concurrent-tests=20',
    `--schedule=${schedule}`,
  ];
}
