/** Starts gateways as processes of their own, and kills them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Listening } from './gateway-process.ts';

const ENTRY = join(import.meta.dirname, 'gateway-process.ts');

/** A gateway that is loaded and has not begun. */
export interface LoadedGateway extends AsyncDisposable {
  readonly pid: number;
  /** Begins; rejects when the process ends instead, as one does whose spool cannot be opened. */
  start(config: string): Promise<Listening>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Loads a gateway; `env` holds what its configuration refers to. */
export function loadGateway(env: Readonly<Record<string, string>>): LoadedGateway {
  const child = fork(ENTRY, { env: { ...process.env, ...env }, execArgv: [], serialization: 'json' });
  const kill = async () => {
    if (hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    pid: child.pid ?? 0,
    start(config) {
      return new Promise((resolve, reject) => {
        child.once('message', (listening: Listening) => resolve(listening));
        child.once('exit', (status) => reject(new Error(`the gateway ended with status ${status}`)));
        child.send(config);
      });
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
