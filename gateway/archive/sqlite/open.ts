/** Opens an archive of SQLite volumes for reading, in a small pool of processes. */
import { fileURLToPath } from 'node:url';
import { ArchiveError, type ArchiveReader } from '../archive.ts';
import { startChild, type Child } from '../child.ts';
import type { SqliteArchive } from './reader.ts';
import { OPENING, PATIENT, type Answer, type Ask, type Method } from './reader-protocol.ts';

export interface OpenOptions {
  /** How long one question may take, ms; then its process is ended and the question answered with TIMEOUT. */
  readonly deadline?: number;
  /** Processes; questions beyond as many wait. */
  readonly processes?: number;
}

/** Twenty times what the slowest question over ten million statements should take. */
const DEADLINE_MS = 10_000;

/** How long a process may take to start and open the archive, ms: a busy machine takes seconds. */
const OPENING_MS = 30_000;

/** One can answer lists while the other looks for a phrase, or reads a long session. Facets are counted by one more. */
const PROCESSES = 2;

const NOBODY_WAITS = 'nobody waits for the answer any more';

/** Who asked has left: what is nearly done is let be, for to start another process takes as long, ms. */
const LEFT_MS = 300;

/** Opens the `.audit` file, or the folder of such files, at `path`. Rejects with {@link ArchiveError}. */
export async function openArchive(path: string, options: OpenOptions = {}): Promise<ArchiveReader> {
  const deadline = options.deadline ?? DEADLINE_MS;
  const pool = new Pool({ path, size: options.processes ?? PROCESSES, deadline, isPatient: false });
  // To count takes ten times as long as to find rows: those never stand behind it. It starts when something is counted first.
  const counting = new Pool({ path, size: 1, deadline, isPatient: true });
  try {
    await pool.opened();
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    info: () => pool.ask('info'),
    sessions: (request) => pool.ask('sessions', request),
    statements: (request) => pool.ask('statements', request),
    facets: (filter, signal) => counting.askUntil(signal, 'facets', filter),
    session: (id) => pool.ask('session', id),
    steps: (id, request) => pool.ask('steps', id, request),
    outline: (id, from, steps) => pool.ask('outline', id, from, steps),
    recordingKey: (id) => pool.ask('recordingKey', id),
    segments: (id) => pool.ask('segments', id),
    segmentsAround: (id, sequence) => pool.ask('segmentsAround', id, sequence),
    segment: (id, number) => pool.ask('segment', id, number),
    changedSince: (events) => pool.ask('changedSince', events),
    logs: () => pool.ask('logs'),
    logSegments: (log) => pool.ask('logSegments', log),
    logSegment: (log, segment) => pool.ask('logSegment', log, segment),
    subtrees: (log, subtrees) => pool.ask('subtrees', log, subtrees),
    cosigned: (log, index) => pool.ask('cosigned', log, index),
    redactions: (log) => pool.ask('redactions', log),
    async close() {
      await Promise.all([pool.close(), counting.close()]);
    },
  };
}

interface Question {
  readonly method: Method | null;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One process and what it is doing. */
interface Reader {
  readonly child: Child;
  readonly gone: Promise<void>;
  question: Question | null;
  timer: NodeJS.Timeout | null;
}

interface PoolOptions {
  readonly path: string;
  /** Processes at most. */
  readonly size: number;
  readonly deadline: number;
  /** Others go first where processors are short. */
  readonly isPatient: boolean;
}

class Pool {
  readonly #path: string;
  readonly #size: number;
  readonly #deadline: number;
  readonly #isPatient: boolean;
  readonly #readers = new Set<Reader>();
  readonly #waiting: Question[] = [];
  #asked = 0;
  #closed = false;

  constructor({ path, size, deadline, isPatient }: PoolOptions) {
    this.#path = path;
    this.#size = size;
    this.#deadline = deadline;
    this.#isPatient = isPatient;
  }

  /** Resolves when the first process has opened the archive; the others start when they are needed. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#start({ method: null, args: [], resolve: () => resolve(), reject });
    });
  }

  ask<M extends Method>(
    method: M,
    ...args: Parameters<SqliteArchive[M]>
  ): Promise<ReturnType<SqliteArchive[M]>> {
    return this.askUntil(undefined, method, ...args);
  }

  /** The same until the signal aborts: then it rejects at once, and no process goes on with it for long. */
  askUntil<M extends Method>(
    left: AbortSignal | undefined,
    method: M,
    ...args: Parameters<SqliteArchive[M]>
  ): Promise<ReturnType<SqliteArchive[M]>> {
    return new Promise((resolve, reject) => {
      if (left?.aborted === true) {
        reject(new DOMException(NOBODY_WAITS, 'AbortError'));
        return;
      }
      if (this.#closed) {
        reject(new ArchiveError('BUSY', `${this.#path} is closed`));
        return;
      }
      const question: Question = { method, args, resolve: resolve as (value: unknown) => void, reject };
      left?.addEventListener('abort', () => this.#leave(question), { once: true });
      this.#waiting.push(question);
      this.#assign();
    });
  }

  /** Nobody waits for the answer any more. */
  #leave(question: Question): void {
    const at = this.#waiting.indexOf(question);
    if (at >= 0) this.#waiting.splice(at, 1);
    const reader = [...this.#readers].find((one) => one.question === question);
    if (reader?.timer) clearTimeout(reader.timer);
    if (reader !== undefined) reader.timer = setTimeout(() => this.#timeOut(reader, LEFT_MS), LEFT_MS);
    question.reject(new DOMException(NOBODY_WAITS, 'AbortError'));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const question of this.#waiting.splice(0))
      question.reject(new ArchiveError('BUSY', `${this.#path} is closed`));
    const going = [...this.#readers].map((reader) => {
      reader.child.kill('SIGKILL');
      return reader.gone;
    });
    await Promise.all(going);
  }

  /** Gives waiting questions to idle processes, or to a new one. */
  #assign(): void {
    while (this.#waiting.length > 0) {
      const idle = [...this.#readers].find(({ question }) => question === null);
      if (idle === undefined && this.#readers.size >= this.#size) return;
      if (idle === undefined) {
        this.#start({
          method: null,
          args: [],
          resolve: () => this.#assign(),
          reject: (error) => this.#refuse(error),
        });
        return;
      }
      const question = this.#waiting.shift();
      if (question !== undefined) this.#give(idle, question);
    }
  }

  /** A process that could not open the archive leaves the questions to the others; without others they fail too. */
  #refuse(error: Error): void {
    if (this.#readers.size > 1) return;
    for (const question of this.#waiting.splice(0)) question.reject(error);
  }

  #start(opening: Question): void {
    const url = import.meta.url;
    const entry = new URL(url.endsWith('.ts') ? './reader-process.ts' : './reader-process.js', url);
    const child = startChild(fileURLToPath(entry), [this.#path, ...(this.#isPatient ? [PATIENT] : [])], {
      // Lets a volume on read-only media be opened as immutable, which only a URI can say.
      env: { ...process.env, SQLITE_USE_URI: '1' },
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const reader: Reader = { child, gone, question: null, timer: null };
    this.#readers.add(reader);
    this.#await(reader, opening, OPENING_MS);
    child.on('message', (answer: Answer) => this.#answer(reader, answer));
    child.once('error', (cause) => this.#lose(reader, cause));
    child.once('exit', () => this.#lose(reader, null));
  }

  #give(reader: Reader, question: Question): void {
    if (question.method === null) return;
    this.#await(reader, question, this.#deadline);
    reader.child.send({ id: ++this.#asked, method: question.method, args: question.args } satisfies Ask);
  }

  #await(reader: Reader, question: Question, deadline: number): void {
    reader.question = question;
    reader.timer = setTimeout(() => this.#timeOut(reader, deadline), deadline);
  }

  #answer(reader: Reader, answer: Answer): void {
    const question = this.#release(reader);
    if (question === null) return;
    if ('value' in answer) question.resolve(answer.value);
    else {
      question.reject(toError(answer.code, answer.message));
      if (answer.id === OPENING) reader.child.kill('SIGKILL');
    }
    this.#assign();
  }

  #timeOut(reader: Reader, deadline: number): void {
    const question = this.#release(reader);
    this.#readers.delete(reader);
    reader.child.kill('SIGKILL');
    const seconds = deadline / 1000;
    question?.reject(
      new ArchiveError(
        'TIMEOUT',
        `${this.#path} gave no answer within ${seconds} s; narrow the filter and try again`,
      ),
    );
    this.#assign();
  }

  /** A process that ended by itself took its question with it. */
  #lose(reader: Reader, cause: Error | null): void {
    this.#readers.delete(reader);
    const question = this.#release(reader);
    question?.reject(
      new ArchiveError(
        'DAMAGED',
        `${this.#path}: its reader ended in the middle of an answer; the archive may be damaged`,
        {
          cause,
        },
      ),
    );
    if (!this.#closed) this.#assign();
  }

  #release(reader: Reader): Question | null {
    const { question, timer } = reader;
    if (timer !== null) clearTimeout(timer);
    reader.question = null;
    reader.timer = null;
    return question;
  }
}

function toError(code: ArchiveError['code'] | null, message: string): Error {
  return code === null ? new Error(message) : new ArchiveError(code, message);
}
