/** The demo as a person starts it, in a user folder of its own. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { startProgram, type AtEnd, type RunningProgram } from './program.ts';

const ROOT = join(import.meta.dirname, '../..');

const Ready = z.object({
  url: z.url(),
  archive: z.string(),
  key: z.string(),
  listen: z.string(),
  issuer: z.url(),
  pid: z.number().int(),
});
export type Ready = z.infer<typeof Ready>;

export interface DemoProcess extends RunningProgram {
  /** Resolves to its ready line; rejects with its notes when it ended before. */
  ready(): Promise<Ready>;
}

/** A user folder for demos with a folder for temporary files in it, gone when the test is over. */
export async function demoHome(atEnd: AtEnd = onTestFinished): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'auditorium-home-'));
  atEnd(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  // The database runs as another user where we are root, and has to get there.
  await chmod(home, 0o711);
  await mkdir(temporaryFolderOf(home), { mode: 0o711 });
  return home;
}

/** What the demos of a user folder keep while they run. */
export function temporaryFolderOf(home: string): string {
  return join(home, 'tmp');
}

/** Starts the demo by npm, as the README says, or directly, from the checkout or from `installed` (its bin). */
export function startDemo(
  home: string,
  how: 'npm' | 'directly' | { readonly installed: string },
  atEnd: AtEnd = onTestFinished,
): DemoProcess {
  const options = ['--json', '--browser', '--no-open'];
  const cli = typeof how === 'string' ? join(ROOT, 'main/cli.ts') : how.installed;
  const program = startProgram(
    how === 'npm'
      ? ['npm', 'run', '--silent', 'demo', '--', ...options]
      : [process.execPath, cli, 'demo', ...options],
    {
      cwd: typeof how === 'string' ? ROOT : home,
      env: { ...withoutNpm(process.env), AUDITORIUM_HOME: home, TMPDIR: temporaryFolderOf(home) },
      // npm passes a Ctrl-C on to a shell that dies of it alone; its own death the demo notices.
      end: how === 'npm' ? 'SIGKILL' : 'SIGINT',
      atEnd,
    },
  );
  return { ...program, ready: async () => Ready.parse(await program.readyLine()) };
}

/** The tests may run under npm themselves; the demo is to see only the npm that starts it. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('npm_')));
}
