/**
 * Child processes that are talked to over a channel. Node forks them; a desktop app whose program runs no plain Node has a way
 * of its own, which it names before the first is started.
 */
/* oxlint-disable typescript/no-unnecessary-type-parameters -- who listens knows what the other side sends */
import { fork } from 'node:child_process';

/** What of a forked process is used. */
export interface Child {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly connected: boolean;
  /** `sent` is told when it left, or why it did not. */
  send(message: object, sent?: (error: Error | null) => void): boolean;
  kill(signal?: NodeJS.Signals): boolean;
  /** Tells it that nobody listens any more. */
  disconnect(): void;
  /** Lets this process end before it does, where that can be. */
  unref?(): void;
  on<M>(event: 'message', listener: (message: M) => void): unknown;
  once<M>(event: 'message', listener: (message: M) => void): unknown;
  once(event: 'exit', listener: (status: number | null, signal: NodeJS.Signals | null) => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  off<M>(event: 'message', listener: (message: M) => void): unknown;
  off(event: 'exit', listener: (status: number | null) => void): unknown;
}

/** How one is started. */
export interface ChildOptions {
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Whether what it writes to standard output and error is thrown away; else it goes where this process's goes. */
  readonly quiet?: boolean;
  /** Whether it may go on when this process ends, and hears no Ctrl-C of its terminal. */
  readonly detached?: boolean;
}

export type StartChild = (path: string, args: readonly string[], options: ChildOptions) => Child;

let start: StartChild = (path, args, { quiet = false, detached = false, execArgv = [], execPath, env }) =>
  fork(path, args, {
    serialization: 'advanced',
    detached,
    execArgv: [...execArgv],
    ...(execPath === undefined ? {} : { execPath }),
    ...(env === undefined ? {} : { env }),
    ...(quiet ? { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] } : {}),
  });

/** Starts the module at `path` as a process. */
export function startChild(path: string, args: readonly string[], options: ChildOptions = {}): Child {
  return start(path, args, options);
}

/** From here on processes are started this way; gives the way before. */
export function startChildrenWith(other: StartChild): StartChild {
  const before = start;
  start = other;
  return before;
}
