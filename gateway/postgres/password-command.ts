/** A password that a command prints: short-lived ones of cloud databases, and those of secret stores. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How long a printed password is used again: agents come in bursts, and a store asked each time would be one more queue. */
const KEPT_MS = 60_000;

/** As long as an agent is given to log in. */
const PATIENCE_MS = 10_000;

/** A signed token of a cloud has about 2 KiB. */
const MAX_BYTES = 64 * 1024;

export type PasswordCommandErrorCode =
  /** There is no such program, or it may not be run. */
  | 'NOT_STARTED'
  /** It ended with a status other than 0, or by a signal. */
  | 'FAILED'
  /** It did not end in time. */
  | 'TIMEOUT'
  /** It printed nothing, or too much. */
  | 'UNUSABLE';

/** Why there is no password; never holds what the command printed, nor its arguments. */
export class PasswordCommandError extends Error {
  readonly code: PasswordCommandErrorCode;
  constructor(code: PasswordCommandErrorCode, message: string) {
    super(message);
    this.name = 'PasswordCommandError';
    this.code = code;
  }
}

/** What a test sets otherwise; all in milliseconds. */
export interface PasswordCommandTimes {
  readonly keptMs?: number;
  readonly patienceMs?: number;
  /** A clock that never goes back. */
  readonly now?: () => number;
}

/** Runs when a password is needed and none was printed lately; once for all who wait at the same time. */
export class PasswordCommand {
  /** Program and arguments. In sight, as is `dir`, so that two configurations can be compared. */
  readonly argv: readonly [string, ...string[]];
  readonly dir: string;
  readonly #times: Required<PasswordCommandTimes>;
  #last: { readonly password: Promise<string>; readonly until: number } | null = null;

  /** `argv` is program and arguments, no shell between; it runs in `dir`, with the gateway's environment. */
  constructor(argv: readonly [string, ...string[]], dir: string, times: PasswordCommandTimes = {}) {
    this.argv = argv;
    this.dir = dir;
    this.#times = { keptMs: KEPT_MS, patienceMs: PATIENCE_MS, now: () => performance.now(), ...times };
  }

  /** What the command printed, without its last line end. Throws {@link PasswordCommandError}. */
  async password(): Promise<string> {
    const now = this.#times.now();
    if (this.#last !== null && now < this.#last.until) return this.#last.password;
    const password = run(this.argv, this.dir, this.#times.patienceMs);
    const last = { password, until: now + this.#times.keptMs };
    this.#last = last;
    password.catch(() => {
      if (this.#last === last) this.#last = null;
    });
    return password;
  }

  /** The server refused the password: the next session asks anew. */
  forget(): void {
    this.#last = null;
  }
}

/** Stopping has to reach what the command started too, which keeps its output open: hence a group of its own. */
const GROUPS = process.platform !== 'win32';

async function run(
  [program, ...args]: readonly [string, ...string[]],
  dir: string,
  patienceMs: number,
): Promise<string> {
  const child = spawn(program, args, {
    cwd: dir,
    detached: GROUPS,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const password = (await output(child, child.stdout, patienceMs)).replace(/\r?\n$/, '');
    if (password === '') throw new PasswordCommandError('UNUSABLE', 'printed nothing');
    return password;
  } finally {
    child.stdout.destroy();
  }
}

/** All it prints until it ends well; whatever is wrong ends it. */
async function output(child: ChildProcess, stdout: Readable, patienceMs: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (code: PasswordCommandErrorCode, what: string): void => {
    end(child);
    reject(new PasswordCommandError(code, what));
  };
  const timer = setTimeout(() => {
    fail('TIMEOUT', `did not end within ${patienceMs / 1000} s`);
  }, patienceMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) fail('UNUSABLE', `printed more than ${MAX_BYTES} bytes`);
  });
  child.once('error', (error) => {
    fail('NOT_STARTED', `cannot be started (${'code' in error ? String(error.code) : 'unknown reason'})`);
  });
  child.once('close', (status, signal) => {
    if (status === 0) resolve(Buffer.concat(chunks).toString('utf8'));
    else
      reject(
        new PasswordCommandError(
          'FAILED',
          signal === null ? `ended with status ${status}` : `was ended by ${signal}`,
        ),
      );
  });
  return promise.finally(() => clearTimeout(timer));
}

/** Called before its output is closed, so that somebody of its group still lives and the group's number is still its own. */
function end({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(GROUPS ? -pid : pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}
