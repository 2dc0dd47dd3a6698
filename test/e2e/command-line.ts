/** The command `auditorium` run to its end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../main/cli.ts');

/** How a command ended: its status and what it complained of, line by line. */
export interface Ending {
  readonly status: number | string;
  readonly complaints: readonly string[];
}

/** Runs a command line that is to end by itself; one that does not is killed after a while, and its status says so. */
export function auditorium(...words: readonly string[]): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...words],
      { timeout: 15_000, killSignal: 'SIGKILL' },
      (error, _stdout, stderr) => {
        const status = error === null ? 0 : (error.code ?? error.signal ?? 'unknown');
        resolve({ status, complaints: stderr.split('\n').filter((line) => line !== '') });
      },
    );
  });
}
