/** The command `auditorium` run to its end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../main/cli.ts');

/** How a command ended: its status, and what it printed and complained of, line by line. */
interface Ending {
  readonly status: number | string;
  readonly printed: readonly string[];
  readonly complaints: readonly string[];
}

/** Runs a command line that is to end by itself; one that does not is killed after a while, and its status says so. */
export async function auditorium(...words: readonly string[]): Promise<Omit<Ending, 'printed'>> {
  const { status, complaints } = await runCommand(CLI, words);
  return { status, complaints };
}

/** The same of another `cli`. */
export function runCommand(
  cli: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, ...words],
      { env, timeout: 15_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : (error.code ?? error.signal ?? 'unknown');
        resolve({ status, printed: linesOf(stdout), complaints: linesOf(stderr) });
      },
    );
  });
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
