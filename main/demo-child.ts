/** The demo beside a host: `auditorium demo` as a child, which ends with the host. */
import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Start } from '../shared/api/gateway.ts';

/** The command line, beside this module in a checkout and once built. */
const CLI = new URL(import.meta.url.endsWith('.ts') ? './cli.ts' : './cli.js', import.meta.url);

const Ready = z.object({ archive: z.string() });
type Ready = z.infer<typeof Ready>;

export class DemoChild {
  #child: ChildProcess | null = null;
  state: Start['demo'] = 'idle';
  /** What it said last, and why it ended where it has. */
  problem: string | null = null;

  /** `ready` is told once, when its story is recorded. */
  start(ready: (told: Ready) => Promise<void>): void {
    if (this.#child !== null) return;
    const child = fork(CLI, ['demo', '--browser', '--no-open', '--json'], {
      // Out of the terminal's reach: its host ends it, in order.
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.state = 'starting';
    this.problem = null;
    if (child.stderr !== null)
      createInterface({ input: child.stderr }).on('line', (line) => (this.problem = line));
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).once('line', (line) => {
        ready(Ready.parse(JSON.parse(line))).then(
          () => this.#become('running'),
          (error: unknown) => (this.problem = error instanceof Error ? error.message : String(error)),
        );
      });
    child.once('error', (error) => (this.problem = error.message));
    child.once('close', () => {
      this.#child = null;
      this.state = 'idle';
    });
  }

  /** Resolves once it has ended and removed what it made. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  #become(state: Start['demo']): void {
    this.state = state;
    this.problem = null;
  }
}
