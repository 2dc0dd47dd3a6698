/** Verifies an archive in a process of its own: a hostile file can take down nothing else, and SQLite can be stopped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArchiveError } from './archive/archive.ts';
import type { Progress, Report, VerifyRequest } from './archive/sqlite/verify/verify.ts';
import { entryModule } from './entry-module.ts';
import { forkLimited } from './limited-process.ts';
import type { Asked, Told } from './verify-protocol.ts';

export interface VerifyingOptions {
  /** Whether what lists and searches show is compared with the events. */
  readonly projections: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the process; the promise rejects then. */
  readonly signal?: AbortSignal;
}

/**
 * What verify.ts finds. Rejects with {@link ArchiveError}: NOT_FOUND, NOT_AN_ARCHIVE, or DAMAGED when the process ended over the
 * archive.
 */
export async function verifyApart(
  request: Omit<VerifyRequest, 'projectionProblems'>,
  options: VerifyingOptions,
): Promise<Report> {
  const scratch = options.projections ? mkdtempSync(join(tmpdir(), 'auditorium-verify-')) : null;
  try {
    return await inProcess({ ...request, scratch }, options);
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}

async function inProcess(asked: Asked, { onProgress, signal }: VerifyingOptions): Promise<Report> {
  const child = forkLimited(entryModule(import.meta.url, 'verify-process'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  try {
    return await new Promise<Report>((resolve, reject) => {
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
