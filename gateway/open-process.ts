/** The process that reads archives which somebody sent, started by opening.ts: a hostile file can take down nothing else. */
import { ArchiveError } from './archive/archive.ts';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import { remakeBundle } from './archive/bundle/remake-bundle.ts';
import type { OpeningProgress } from './archive/foreign/opened.ts';
import { hearParent, leaveWithParent, tellParent } from './archive/parent.ts';
import { remakeArchive } from './archive/sqlite/foreign/remake-archive.ts';
import type { OpenAsked, OpenTold } from './open-protocol.ts';
import { factsOf, loadParser } from './postgres/facts.ts';

/** How often progress is told, ms. */
const PROGRESS_MS = 200;

leaveWithParent();
await loadParser();
hearParent((asked: OpenAsked) => {
  void open(asked);
});
tell({ ready: true });

async function open({ id, kind, ...request }: OpenAsked): Promise<void> {
  try {
    tell({ id, standing: await remake(kind, request, progressOf(id)) });
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    tell({ id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

async function remake(
  kind: ForeignStanding['kind'],
  request: Omit<OpenAsked, 'id' | 'kind'>,
  onProgress: (progress: OpeningProgress) => void,
): Promise<ForeignStanding> {
  return kind === 'volumes'
    ? remakeArchive(request, factsOf, onProgress)
    : await remakeBundle(request, factsOf, onProgress);
}

function progressOf(id: number): (progress: OpeningProgress) => void {
  let told = 0;
  return (progress) => {
    const now = performance.now();
    if (now - told < PROGRESS_MS) return;
    told = now;
    tell({ id, progress });
  };
}

function tell(what: OpenTold): void {
  tellParent(what);
}
