/** The process that verifies one archive, started by verifying.ts: a hostile file can take down nothing else. */
import { ArchiveError } from '../../archive.ts';
import { verifyArchive, type Progress, type VerifyRequest } from './verify.ts';
import type { Told } from './verify-protocol.ts';

/** How often progress is told, ms. */
const PROGRESS_MS = 200;

// Whoever asked is gone: nobody waits for the report.
process.once('disconnect', () => process.exit());
process.once('message', (request: VerifyRequest) => {
  try {
    tell({ report: verifyArchive(request, progress) });
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    tell({ code, message: error instanceof Error ? error.message : String(error) });
  }
});

let told = 0;

function progress(made: Progress): void {
  const now = performance.now();
  if (now - told < PROGRESS_MS) return;
  told = now;
  tell({ progress: made });
}

function tell(what: Told): void {
  process.send?.(what);
}
