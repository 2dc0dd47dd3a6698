/** Verifies an archive in a process of its own: a hostile file can take down nothing else, and SQLite can be stopped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArchiveError } from './archive/archive.ts';
import type { Progress, VerifyRequest } from './archive/sqlite/verify/verify.ts';
import { entryModule } from './entry-module.ts';
import { forkLimited } from './limited-process.ts';
import type { Asked, ReportApart, Told } from './verify-protocol.ts';

export type { ReportApart } from './verify-protocol.ts';

export interface VerifyingOptions {
  /** Whether what lists and searches show is compared with the events. */
  readonly projections: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the process; the promise rejects then. */
  readonly signal?: AbortSignal;
  /** Whether everything else on the machine goes first. */
  readonly background?: boolean;
}

/**
 * What verify.ts finds. Rejects with {@link ArchiveError}: NOT_FOUND, NOT_AN_ARCHIVE, or DAMAGED when the process ended over the
 * archive.
 */
export async function verifyApart(
  request: Omit<VerifyRequest, 'projectionProblems'>,
  options: VerifyingOptions,
): Promise<ReportApart> {
  const scratch = options.projections ? mkdtempSync(join(tmpdir(), 'auditorium-verify-')) : null;
  try {
    return await inProcess({ ...request, scratch }, options);
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}

async function inProcess(
  asked: Asked,
  { onProgress, signal, background = false }: VerifyingOptions,
): Promise<ReportApart> {
  signal?.throwIfAborted();
  const child = forkLimited(entryModule(import.meta.url, 'verify-process'));
  if (background && child.pid !== undefined) yieldTo(child.pid);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  try {
    return await new Promise<ReportApart>((resolve, reject) => {
      child.on('message', (told: Told) => {
        if ('progress' in told) onProgress?.(told.progress);
        else if ('report' in told) resolve(told.report);
        else reject(told.code === null ? new Error(told.message) : new ArchiveError(told.code, told.message));
      });
      child.once('error', reject);
      child.once('exit', (status, killed) => {
        const how = killed ?? `status ${status}`;
        reject(new ArchiveError('DAMAGED', `the process that verified ${asked.path} ended with ${how}`));
      });
      child.send(asked);
    });
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
    await ended;
  }
}

/** A system that lets nobody lower a priority runs it as any other process. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Its speed is the same, what else runs is slower.
  }
}
