/** The demo's database: a PostgreSQL that its watchdog (watchdog.ts) owns, seen from the process that asked for it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { entryModule } from '../../gateway/entry-module.ts';
import { WatchdogReport } from './watchdog-report.ts';

/** A running database; its superuser is postgres.ts's SUPERUSER. */
export interface Database extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly password: string;
  /** The watchdog's process id. */
  readonly pid: number;
  /** Settles when the database has ended, asked to or not. */
  readonly lost: Promise<void>;
  /** Stops the server and removes its folder; resolves when both are gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

type Running = Extract<WatchdogReport, { state: 'ready' }>;

/** Starts a database under a watchdog. Aborting ends what has begun; throws what went wrong in words. */
export async function startDatabase(signal: AbortSignal): Promise<Database> {
  const watchdog = fork(entryModule(import.meta.url, 'watchdog'), [], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(watchdog, 'exit');
  const stop = async () => {
    if (watchdog.connected) watchdog.disconnect();
    await exited;
  };
  const report = await firstReport(watchdog, signal);
  if (report.state === 'failed') {
    await stop();
    throw new Error(report.reason);
  }
  const lost = cleanUpAfter(exited, report);
  return {
    host: '127.0.0.1',
    port: report.port,
    password: report.password,
    pid: watchdog.pid ?? 0,
    lost,
    [Symbol.asyncDispose]: stop,
  };
}

async function firstReport(watchdog: ChildProcess, signal: AbortSignal): Promise<WatchdogReport> {
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ state: 'failed', reason });
    if (signal.aborted) failed('stopped');
    signal.addEventListener('abort', () => failed('stopped'), { once: true });
    watchdog.once('message', (message) => resolve(WatchdogReport.parse(message)));
    watchdog.once('error', (error) => failed(error.message));
    watchdog.once('exit', (code, by) => failed(`the database's watchdog ended at once (${by ?? code})`));
  });
}

/** A watchdog that was itself killed leaves what it owned for us to end. */
async function cleanUpAfter(exited: Promise<unknown[]>, { server, folder }: Running): Promise<void> {
  const [code] = await exited;
  if (code === 0) return;
  try {
    process.kill(server, 'SIGQUIT');
  } catch {
    // The server ended first.
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
