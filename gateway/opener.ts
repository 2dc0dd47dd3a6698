/** The process that looks into archives which somebody sent: started when it is needed, with limits, and ended when it hangs. */
import { ArchiveError } from './archive/archive.ts';
import type { Child } from './archive/child.ts';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import type { OpeningProgress } from './archive/foreign/opened.ts';
import { entryModule } from './entry-module.ts';
import { forkLimited } from './limited-process.ts';
import type { OpenAsked, OpenTold } from './open-protocol.ts';

/** How long the process may take to start, ms: a busy machine takes seconds. */
const STARTING_MS = 30_000;

/** How long it may give no sign of progress, ms, and how much longer for each MB of what was sent. */
const SILENT_MS = 8_000;
const SILENT_MS_PER_MB = 500;

/** What is asked of the process; `bytes` is the size of what was sent. */
export type OpenRequest = Omit<OpenAsked, 'id'> & { readonly bytes: number };

export interface Waiting {
  readonly onProgress?: (progress: OpeningProgress) => void;
  readonly signal?: AbortSignal;
}

/** One request at a time. To be closed. */
export class Opener {
  #child: Child | null = null;
  #asked = 0;

  /** Rejects with {@link ArchiveError}: DAMAGED or TIMEOUT where the process ended over it, and what open-process.ts throws. */
  async open(
    { bytes, ...request }: OpenRequest,
    { onProgress, signal }: Waiting = {},
  ): Promise<ForeignStanding> {
    signal?.throwIfAborted();
    const child = (this.#child ??= await started());
    const id = ++this.#asked;
    const silent = SILENT_MS + (bytes / 1e6) * SILENT_MS_PER_MB;
    const end = () => this.close();
    let timer: NodeJS.Timeout | undefined;
    let hear: ((told: OpenTold) => void) | undefined;
    let lose: (() => void) | undefined;
    signal?.addEventListener('abort', end);
    try {
      return await new Promise((resolve, reject) => {
        const wait = () => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            reject(timedOut(request.called, silent));
            end();
          }, silent);
        };
        hear = (told) => {
          if (!('id' in told) || told.id !== id) return;
          wait();
          if ('progress' in told) onProgress?.(told.progress);
          else if ('standing' in told) resolve(told.standing);
          else
            reject(told.code === null ? new Error(told.message) : new ArchiveError(told.code, told.message));
        };
        lose = () => reject(signal?.reason ?? lost(request.called));
        child.on('message', hear);
        child.once('exit', lose);
        wait();
        child.send({ id, ...request } satisfies OpenAsked);
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (hear !== undefined) child.off('message', hear);
      if (lose !== undefined) child.off('exit', lose);
      if (child.exitCode !== null || child.signalCode !== null) this.#child = null;
    }
  }

  /** Ends the process, whatever it does. */
  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

async function started(): Promise<Child> {
  const child = forkLimited(entryModule(import.meta.url, 'open-process'));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STARTING_MS);
    child.once('message', () => {
      clearTimeout(timer);
      child.off('exit', reject);
      resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new ArchiveError('BUSY', 'the process that is to read what was sent did not start; try again'));
    });
  });
  return child;
}

function timedOut(called: string, silent: number): ArchiveError {
  return new ArchiveError(
    'TIMEOUT',
    `${called} was given up: reading it gave no sign of progress for ${Math.round(silent / 1000)} s; it may be made to do that`,
  );
}

function lost(called: string): ArchiveError {
  return new ArchiveError(
    'DAMAGED',
    `${called} is not shown: the process that read it ended over it; it may be made to do that`,
  );
}
