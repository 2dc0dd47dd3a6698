/**
 * Programs that end when this one does, whatever ends it: a shell starts the program and stops it as soon as its own
 * stdin ends, which the kernel sees to even after `kill -9`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Prints the program's pid, gives up stdout so that its end shows, waits for stdin to end, stops the program. */
const TIE =
  'signal=$1; shift; "$@" & child=$!; echo $child; exec >&-; cat > /dev/null; kill -$signal $child; wait $child';

/** Longer than any of them takes to stop in order. */
const STOP_MS = 10_000;

/** Lines of stderr that an error shows. */
const STDERR_CHARACTERS = 2000;

export interface TiedOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Who the program runs as; only root may say. */
  readonly uid?: number | undefined;
  /** What stops it in order. */
  readonly stopSignal?: 'TERM' | 'INT';
}

export interface TiedProcess extends AsyncDisposable {
  readonly pid: number;
  /** The next line of its stdout; rejects when it ended instead, with what it said on stderr. */
  line(): Promise<string>;
}

/** Starts a program that cannot outlive this one. */
export async function startTied(
  command: string,
  args: readonly string[],
  options: TiedOptions = {},
): Promise<TiedProcess> {
  const child = spawn('sh', ['-c', TIE, 'sh', options.stopSignal ?? 'TERM', command, ...args], {
    env: options.env ?? process.env,
    uid: options.uid,
    detached: true, // a Ctrl-C at the terminal is for us: we stop it in our order
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_CHARACTERS);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done === true) throw new Error(`${command} ended: ${said.trim()}`);
    return next.value;
  };
  const pid = Number(await line());
  return { pid, line, [Symbol.asyncDispose]: () => stop(child, pid) };
}

async function stop(child: ReturnType<typeof spawn>, pid: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const late = setTimeout(() => process.kill(pid, 'SIGKILL'), STOP_MS);
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
  clearTimeout(late);
}
