/** Verifies an archive in a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ArchiveError } from '../../archive.ts';
import type { Progress, Report, VerifyRequest } from './verify.ts';
import type { Told } from './verify-protocol.ts';

export interface VerifyingOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the process; the promise rejects then. */
  readonly signal?: AbortSignal;
}

/** What verify.ts finds. Rejects with {@link ArchiveError}: NOT_FOUND, NOT_AN_ARCHIVE, or DAMAGED when the process ended over the archive. */
export async function verifyArchive(request: VerifyRequest, options: VerifyingOptions = {}): Promise<Report> {
  const url = import.meta.url;
  const entry = new URL(url.endsWith('.ts') ? './verify-process.ts' : './verify-process.js', url);
  const child = fork(fileURLToPath(entry), [], { serialization: 'advanced', execArgv: [] });
  const kill = () => child.kill('SIGKILL');
  options.signal?.addEventListener('abort', kill);
  try {
    return await new Promise<Report>((resolve, reject) => {
      child.on('message', (told: Told) => {
        if ('progress' in told) options.onProgress?.(told.progress);
        else if ('report' in told) resolve(told.report);
        else reject(told.code === null ? new Error(told.message) : new ArchiveError(told.code, told.message));
      });
      child.once('error', reject);
      child.once('exit', (status, signal) => {
        const how = signal ?? `status ${status}`;
        const message = `the process that verified ${request.path} ended with ${how}`;
        reject(new ArchiveError('DAMAGED', message));
      });
      child.send(request);
    });
  } finally {
    options.signal?.removeEventListener('abort', kill);
    kill();
  }
}
