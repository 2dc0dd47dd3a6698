/** The process that verifies one archive, started by verifying.ts: a hostile file can take down nothing else. */
import { ArchiveError } from './archive/archive.ts';
import { hearParent, leaveWithParent, tellParent } from './archive/parent.ts';
import { projectionProblems } from './archive/sqlite/projection-problems.ts';
import { touchedBy } from './archive/sqlite/verify/touched.ts';
import { verifyArchive, type Progress } from './archive/sqlite/verify/verify.ts';
import { factsOf, loadParser } from './postgres/facts.ts';
import type { Asked, Told } from './verify-protocol.ts';

/** How often progress is told, ms. */
const PROGRESS_MS = 200;

leaveWithParent();
hearParent((asked: Asked) => {
  void verify(asked);
});

async function verify({ scratch, ...request }: Asked): Promise<void> {
  try {
    if (scratch !== null) await loadParser();
    const compared = scratch === null ? {} : { projectionProblems: projectionProblems(factsOf, scratch) };
    const report = verifyArchive({ ...request, ...compared }, progress);
    tell({ report: { ...report, touched: touchedBy(request.path, report.findings) } });
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    tell({ code, message: error instanceof Error ? error.message : String(error) });
  }
}

let told = 0;

function progress(made: Progress): void {
  const now = performance.now();
  if (now - told < PROGRESS_MS) return;
  told = now;
  tell({ progress: made });
}

function tell(what: Told): void {
  tellParent(what);
}
