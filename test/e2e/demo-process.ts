/** The demo as a person starts it, in a user folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { isRunning } from '../../main/demo/processes.ts';
import { familyOf } from './processes.ts';

const ROOT = join(import.meta.dirname, '../..');

/** How long a demo may take to end, ms. */
const PATIENCE = 10_000;

const Ready = z.object({
  url: z.url(),
  archive: z.string(),
  listen: z.string(),
  issuer: z.url(),
  pid: z.number().int(),
});
export type Ready = z.infer<typeof Ready>;

export interface DemoProcess {
  readonly process: ChildProcess;
  /** What it says to the person who waits, so far. */
  readonly notes: () => string;
  /** Resolves to its ready line; rejects with its notes when it ended before. */
  ready(): Promise<Ready>;
  /** Resolves when its notes hold the text. */
  says(text: string): Promise<void>;
  /** Resolves to its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** A user folder for demos with a folder for temporary files in it, gone when the test is over. */
export async function demoHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'auditorium-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  // The database runs as another user where we are root, and has to get there.
  await chmod(home, 0o711);
  await mkdir(temporaryFolderOf(home), { mode: 0o711 });
  return home;
}

/** What the demos of a user folder keep while they run. */
export function temporaryFolderOf(home: string): string {
  return join(home, 'tmp');
}

/** Starts the demo by npm, as the README says, or directly; ends what is left of it when the test is over. */
export function startDemo(home: string, how: 'npm' | 'directly'): DemoProcess {
  const options = ['--json', '--browser', '--no-open'];
  const [program, ...args] =
    how === 'npm'
      ? ['npm', 'run', '--silent', 'demo', '--', ...options]
      : [process.execPath, join(ROOT, 'main/cli.ts'), 'demo', ...options];
  const child = spawn(program ?? '', args, {
    cwd: ROOT,
    env: { ...withoutNpm(process.env), AUDITORIUM_HOME: home, TMPDIR: temporaryFolderOf(home) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => endDemo(child, how));
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
  const lines = createInterface({ input: child.stdout });
  const firstLine = once(lines, 'line');
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) =>
    z.union([z.number(), z.string()]).parse(code ?? signal),
  );
  const early = ended.then((status) => {
    throw new Error(`the demo ended with ${status}:\n${notes}`);
  });
  early.catch(() => undefined);
  return {
    process: child,
    notes: () => notes,
    ended,
    async ready() {
      const [line] = await Promise.race([firstLine, early]);
      return Ready.parse(JSON.parse(String(line)));
    },
    async says(text) {
      while (!notes.includes(text)) await Promise.race([once(child.stderr, 'data'), early]);
    },
  };
}

/** Ends a demo that still runs: it is told as npm's death or Ctrl-C would, and killed with all it started if need be. */
async function endDemo(child: ChildProcess, how: 'npm' | 'directly'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const family = familyOf(child.pid);
  child.kill(how === 'npm' ? 'SIGKILL' : 'SIGINT');
  const deadline = performance.now() + PATIENCE;
  while (family.some(isRunning) && performance.now() < deadline) await sleep(100);
  for (const pid of family.filter(isRunning)) process.kill(pid, 'SIGKILL');
}

/** The tests may run under npm themselves; the demo is to see only the npm that starts it. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('npm_')));
}
