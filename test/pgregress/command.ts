/** Programs that run to their end. */
import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

/** More than any of them prints. */
const MAX_OUTPUT = 64 << 20;

/** Runs a program that has to succeed; resolves to its stdout. */
export async function run(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
  });
  return stdout;
}

/** Runs a program to its end, whatever that is. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  options: ExecFileOptions,
): Promise<{ readonly status: number | null; readonly printed: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { ...options, maxBuffer: MAX_OUTPUT }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, printed: `${String(stdout)}${String(stderr)}` }),
    );
  });
}
