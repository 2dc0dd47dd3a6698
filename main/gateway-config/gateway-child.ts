/** `auditorium gateway` as a child of this host: it ends, in order, when the host does or its channel is gone. */
import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LEAN_ENVIRONMENT, LEAN_FLAGS } from '../lean.ts';
import type { ChildEvents, GatewayChild } from './gateway-runner.ts';

/** The command line, above this folder in a checkout and beside the bundle once built. */
const CLI = new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : './cli.js', import.meta.url);

/** How long it may take to drain and ship before it is ended by force, ms. */
const PATIENCE_MS = 40_000;

/** What the gateway logs as JSON is no reason; what it says last is (`CODE: message`). */
const FAILURE = /^[A-Z_]+: /;

/** Starts it; whatever goes wrong is told by `exited`. */
export function forkGateway(config: string, events: ChildEvents): GatewayChild {
  const child = fork(CLI, ['gateway', '--config', config, '--json'], {
    // Out of the terminal's reach: a Ctrl-C is the host's to act on, in order.
    detached: true,
    execArgv: [...LEAN_FLAGS],
    env: { ...process.env, ...LEAN_ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let reason: string | null = null;
  if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', events.ready);
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (FAILURE.test(line)) reason = line;
      events.line(line);
    });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) =>
      resolve(reason ?? `it ended with ${signal ?? `status ${status ?? '?'}`}`),
    );
  });
  return {
    exited,
    stop() {
      // As a signal would, busy sessions get the time of gateway.drain.
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      force.unref();
      void exited.then(() => clearTimeout(force));
    },
  };
}
