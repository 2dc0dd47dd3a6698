/**
 * ClickHouse in a process of our own, from the npm package `chdb`: for tests and small fleets. Its questions block, and its native
 * code may take the process with it, so that it has one to itself; all programs that use one folder share it.
 */
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join, resolve as absolute } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ArchiveError } from '../../archive/archive.ts';
import { startChild, type Child } from '../../archive/child.ts';
import {
  engineCache,
  socketOf,
  WELCOME,
  type ChdbAnswer,
  type ChdbAsk,
  type ChdbOpened,
} from './chdb-protocol.ts';
import { engineError, type Engine, type EngineRequest } from './engine.ts';
import { hearLines, sayLine } from './line-socket.ts';

/** The version that is tested; it brings ClickHouse 26.7. */
export const CHDB_VERSION = '3.4.0';

/** How long the library takes to be loaded at most, ms: it is half a gigabyte. */
const OPENING_MS = 120_000;

/** How long a folder may be somebody's before it is given up, ms: one program ends as the next begins. */
const LOCKED_MS = 30_000;

/** What chdb says of a folder that another process has. */
const LOCKED = /Failed to create connection|Cannot lock/;

/** How long one waits for it to end that is the last to leave, ms. */
const LEAVING_MS = 10_000;

/** Between two tries to reach a process that another program is starting, ms. */
const AGAIN_MS = 200;

/** How long one question may take, ms: inserts of a rebuild are the longest. */
const DEADLINE_MS = 300_000;

export interface ChdbOptions {
  /** Where its files lie. */
  readonly folder: string;
  readonly database: string;
  /** Where chdb is installed; null: wherever {@link chdbModule} finds it. */
  readonly module?: string | null;
}

/** Where `auditorium index install` puts chdb, apart from the packages of the program: it is 543 MB. */
export function chdbHome(environment: NodeJS.ProcessEnv): string {
  const told = environment['AUDITORIUM_CHDB'];
  if (told !== undefined && told !== '') return told;
  return join(engineCache(environment), `chdb-${CHDB_VERSION}`);
}

/** The package's folder; null where it is not installed. */
export function chdbModule(environment: NodeJS.ProcessEnv): string | null {
  const path = join(chdbHome(environment), 'node_modules', 'chdb');
  return existsSync(join(path, 'package.json')) ? path : null;
}

/** Opens the files in a folder, or makes them: by the process that has them open, or one that is started. */
export async function openChdb({ folder, database, module = null }: ChdbOptions): Promise<Engine> {
  const path = module ?? chdbModule(process.env);
  if (path === null)
    throw new ArchiveError(
      'NOT_FOUND',
      `chdb is not installed in ${chdbHome(process.env)}: run auditorium index install, or name a ClickHouse server`,
    );
  const whole = absolute(folder);
  const name = `the index in ${whole}`;
  const socket = socketOf(whole, process.env);
  for (const enough = Date.now() + LOCKED_MS; ;) {
    const there = await ChdbClient.connect(name, socket);
    if (there !== null) return there;
    const failure = await start([whole, path, database, socket]);
    if (failure === null) continue;
    if (!LOCKED.test(failure)) throw engineError(name, failure);
    // Another program was first, or one is just ending.
    if (Date.now() > enough)
      throw new ArchiveError(
        'BUSY',
        `${name} cannot be opened: another user or an older version has it, or nothing may be written there (${failure})`,
      );
    await pause(AGAIN_MS);
  }
}

/** Starts the process; null once it listens, else why it cannot. */
function start(args: readonly string[]): Promise<string | null> {
  const url = import.meta.url;
  const entry = new URL(url.endsWith('.ts') ? './chdb-process.ts' : './chdb-process.js', url);
  const child: Child = startChild(fileURLToPath(entry), args, { detached: true, quiet: true });
  const timer = setTimeout(() => child.kill('SIGKILL'), OPENING_MS);
  return new Promise<string | null>((told) => {
    child.once('message', ({ error }: ChdbOpened) => told(error));
    child.once('error', ({ message }) => told(message));
    child.once('exit', (status, signal) => told(`it ended with ${signal ?? `status ${status ?? '?'}`}`));
  }).finally(() => {
    clearTimeout(timer);
    // From here on it lives as long as anybody is connected.
    if (child.connected) child.disconnect();
    child.unref?.();
  });
}

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (error: ArchiveError) => void;
  readonly timer: NodeJS.Timeout;
}

class ChdbClient implements Engine {
  readonly #name: string;
  readonly #socket: Socket;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #welcome = Promise.withResolvers<boolean>();
  #asked = 0;
  #isOver = false;

  /** null: nobody listens there, or is just ending. */
  static async connect(name: string, path: string): Promise<ChdbClient | null> {
    const client = new ChdbClient(name, connect(path));
    const isThere = await client.#welcome.promise;
    return isThere ? client : null;
  }

  private constructor(name: string, socket: Socket) {
    this.#name = name;
    this.#socket = socket;
    this.#gone = new Promise((resolve) => socket.once('close', () => resolve()));
    hearLines<ChdbAnswer>(socket, (answer) => this.#answered(answer));
    socket.on('error', (cause) => this.#lost(cause));
    socket.on('close', () => this.#lost());
  }

  ask(request: EngineRequest): Promise<string> {
    if (this.#isOver) return Promise.reject(this.#closed());
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#socket.destroy(), DEADLINE_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      sayLine(this.#socket, { id, request } satisfies ChdbAsk);
    });
  }

  async close(): Promise<void> {
    this.#socket.end();
    const force = setTimeout(() => this.#socket.destroy(), LEAVING_MS);
    await this.#gone;
    clearTimeout(force);
  }

  #answered({ id, text, error }: ChdbAnswer): void {
    if (id === WELCOME.id) this.#welcome.resolve(true);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === null) waiting.resolve(text);
    else waiting.reject(engineError(this.#name, error));
  }

  #lost(cause?: Error): void {
    this.#isOver = true;
    this.#welcome.resolve(false);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#closed(cause));
    }
    this.#waiting.clear();
  }

  #closed(cause?: Error): ArchiveError {
    return new ArchiveError(
      'UNREACHABLE',
      `${this.#name} was closed, or its process ended in the middle of a question`,
      cause === undefined ? {} : { cause },
    );
  }
}
