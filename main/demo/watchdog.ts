/**
 * The process that owns the demo's PostgreSQL. It is forked by the demo and lives in a session of its own, so that a
 * terminal's Ctrl-C or hang-up passes it by; what ends it is the end of its channel to the parent, however that comes
 * about (an orderly end, a crash, kill -9). Then it stops PostgreSQL and removes its folder.
 */
import { rm } from 'node:fs/promises';
import { makeDatabaseFolder } from './folder.ts';
import { startPostgres, stopPostgres, type PostgresServer } from './postgres.ts';
import type { WatchdogReport } from './watchdog-report.ts';

async function watch(): Promise<void> {
  const parentGone = new AbortController();
  process.on('disconnect', () => parentGone.abort());
  process.on('SIGTERM', () => parentGone.abort());
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

  const folder = await makeDatabaseFolder();
  let server: PostgresServer | null = null;
  try {
    server = await startPostgres(folder, parentGone.signal);
    report({
      state: 'ready',
      port: server.port,
      password: server.password,
      server: server.process.pid ?? 0,
      folder,
    });
    await ended(server, parentGone.signal);
  } catch (error) {
    report({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
  } finally {
    if (server !== null) await stopPostgres(server.process);
    // initdb's own children may still be writing for a moment when it was cut short.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    if (process.connected) process.disconnect();
  }
}

/** Resolves when the parent is gone or the server has ended by itself. */
function ended(server: PostgresServer, parentGone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (parentGone.aborted) resolve();
    parentGone.addEventListener('abort', () => resolve());
    server.process.once('exit', () => resolve());
  });
}

function report(words: WatchdogReport): void {
  if (process.connected) process.send?.(words);
}

await watch();
