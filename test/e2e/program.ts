/** A program that runs until it is told to end, and says in its first line that it is ready. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { isRunning } from '../../main/demo/processes.ts';
import { familyOf } from './processes.ts';

/** How long a program may take to end, ms. */
const PATIENCE = 10_000;

export interface RunningProgram {
  readonly process: ChildProcess;
  /** What it says to the person who waits, so far. */
  readonly notes: () => string;
  /** Resolves to its first line, which is JSON; rejects with its notes when it ended before. */
  readyLine(): Promise<unknown>;
  /** Resolves when its notes hold the text. */
  says(text: string): Promise<void>;
  /** Resolves to its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Takes what is to be done when all is over: the test, unless told otherwise. */
export type AtEnd = (act: () => Promise<void>) => void;

interface Start {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly end?: NodeJS.Signals;
  readonly atEnd?: AtEnd;
}

/** Starts a program; ends what is left of it when the test is over, at first by `end`. */
export function startProgram(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env, end = 'SIGINT', atEnd = onTestFinished }: Start,
): RunningProgram {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(() => endProgram(child, end));
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
  const lines = createInterface({ input: child.stdout });
  const firstLine = once(lines, 'line');
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) =>
    z.union([z.number(), z.string()]).parse(code ?? signal),
  );
  const early = ended.then((status) => {
    throw new Error(`the program ended with ${status}:\n${notes}`);
  });
  early.catch(() => undefined);
  return {
    process: child,
    notes: () => notes,
    ended,
    async readyLine() {
      const [line] = await Promise.race([firstLine, early]);
      return JSON.parse(String(line));
    },
    async says(text) {
      while (!notes.includes(text)) await Promise.race([once(child.stderr, 'data'), early]);
    },
  };
}

/** Ends a program that still runs, and kills it with all it started if need be. */
async function endProgram(child: ChildProcess, end: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const family = familyOf(child.pid);
  child.kill(end);
  const deadline = performance.now() + PATIENCE;
  while (family.some(isRunning) && performance.now() < deadline) await sleep(100);
  for (const pid of family.filter(isRunning)) process.kill(pid, 'SIGKILL');
}
