/**
 * ClickHouse in a process of our own, from the npm package `chdb`: for tests and small fleets. Its questions block, and its native
 * code may take the process with it, so that it has one to itself.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArchiveError } from '../../archive/archive.ts';
import { startChild, type Child } from '../../archive/child.ts';
import type { ChdbAnswer, ChdbAsk } from './chdb-protocol.ts';
import { engineError, type Engine, type EngineRequest } from './engine.ts';

/** The version that is tested; it brings ClickHouse 26.7. */
export const CHDB_VERSION = '3.4.0';

/** How long the library takes to be loaded at most, ms: it is half a gigabyte. */
const OPENING_MS = 120_000;

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
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'auditorium', `chdb-${CHDB_VERSION}`);
}

/** The package's folder; null where it is not installed. */
export function chdbModule(environment: NodeJS.ProcessEnv): string | null {
  const path = join(chdbHome(environment), 'node_modules', 'chdb');
  return existsSync(join(path, 'package.json')) ? path : null;
}

/** Opens the files in a folder, or makes them. */
export async function openChdb({ folder, database, module = null }: ChdbOptions): Promise<Engine> {
  const path = module ?? chdbModule(process.env);
  if (path === null)
    throw new ArchiveError(
      'NOT_FOUND',
      `chdb is not installed in ${chdbHome(process.env)}: run auditorium index install, or name a ClickHouse server`,
    );
  const engine = new ChdbProcess(folder, path, database);
  await engine.opened();
  return engine;
}

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (error: ArchiveError) => void;
  readonly timer: NodeJS.Timeout;
}

class ChdbProcess implements Engine {
  readonly #name: string;
  readonly #child: Child;
  readonly #gone: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #isOver = false;

  constructor(folder: string, module: string, database: string) {
    this.#name = `the index in ${folder}`;
    const url = import.meta.url;
    const entry = new URL(url.endsWith('.ts') ? './chdb-process.ts' : './chdb-process.js', url);
    this.#child = startChild(fileURLToPath(entry), [folder, module, database]);
    this.#gone = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.on('message', (answer: ChdbAnswer) => this.#answered(answer));
    this.#child.once('error', (cause) => this.#lost(cause));
    this.#child.once('exit', () => this.#lost());
  }

  /** Resolves when it has the files open. */
  opened(): Promise<string> {
    return this.#wait(0, OPENING_MS);
  }

  ask(request: EngineRequest): Promise<string> {
    if (this.#isOver) return Promise.reject(this.#closed());
    const id = ++this.#asked;
    const answer = this.#wait(id, DEADLINE_MS);
    this.#child.send({ id, request } satisfies ChdbAsk);
    return answer;
  }

  async close(): Promise<void> {
    if (!this.#isOver && this.#child.connected) this.#child.disconnect();
    await this.#gone;
  }

  #wait(id: number, deadline: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), deadline);
      this.#waiting.set(id, { resolve, reject, timer });
    });
  }

  #answered({ id, text, error }: ChdbAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === null) waiting.resolve(text);
    else waiting.reject(engineError(this.#name, error));
  }

  #lost(cause?: Error): void {
    this.#isOver = true;
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
