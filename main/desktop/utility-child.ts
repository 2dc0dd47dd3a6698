/** Child processes of the desktop app: Electron's utility processes in place of Node's forks, which its program refuses to be. */
import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import type { Child, StartChild } from '../../gateway/archive/child.ts';
import type { UtilityProcess, UtilityStarter } from './shell.ts';

/** Starts processes with what Electron has for it. */
export function utilityChildren(utility: UtilityStarter): StartChild {
  return (path, args, { execArgv = [], env = process.env, quiet = false }) =>
    new UtilityChild(
      utility.fork(path, [...args], {
        execArgv: [...execArgv],
        env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
        stdio: quiet ? 'ignore' : 'inherit',
        serviceName: `Auditorium ${basename(path)}`,
      }),
    );
}

class UtilityChild extends EventEmitter implements Child {
  readonly signalCode = null;
  readonly #process: UtilityProcess;
  #exitCode: number | null = null;

  constructor(utility: UtilityProcess) {
    super();
    this.#process = utility;
    utility.on('message', (message: unknown) => this.emit('message', message));
    utility.on('exit', (code: number) => {
      this.#exitCode = code;
      this.emit('exit', code, null);
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get exitCode(): number | null {
    return this.#exitCode;
  }

  get connected(): boolean {
    return this.#exitCode === null;
  }

  send(message: object, sent?: (error: Error | null) => void): boolean {
    if (!this.connected) {
      sent?.(new Error('the process has ended'));
      return false;
    }
    this.#process.postMessage(message);
    sent?.(null);
    return true;
  }

  /** SIGKILL goes past Electron, which would ask a process that is busy for good to end. */
  kill(signal?: NodeJS.Signals): boolean {
    const { pid } = this;
    if (signal !== 'SIGKILL' || pid === undefined || !this.connected) return this.#process.kill();
    try {
      return process.kill(pid, signal);
    } catch {
      return false; // it was gone first
    }
  }

  disconnect(): void {
    this.#process.kill();
  }
}
