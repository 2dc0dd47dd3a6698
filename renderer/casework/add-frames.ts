/** Adds frames to findings, and remembers to which: the next frame needs one key. */
import type { Place } from '../../shared/findings/anchor.ts';
import type { EntryId } from '../../shared/findings/annotation.ts';
import type { Finding, FindingSeverity } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { refreshCase } from '../casework.ts';
import { placeWords } from '../words/casework.ts';
import { tellAdded, tellProblem } from './marking.ts';

/** Longest words of a place told. */
const WORDS_LENGTH = 120;

/** Where frames go: to a finding that is there, or to one that is made for them. */
export type Target =
  | { readonly kind: 'known'; readonly finding: Pick<Finding, 'id' | 'evidence'> }
  | { readonly kind: 'new'; readonly title: string; readonly severity: FindingSeverity };

/** Adds a frame, tells so, and gives the finding as it stands. */
export async function addFrame(target: Target, place: Place, caption: string): Promise<Finding> {
  const before = target.kind === 'known' ? target.finding.evidence : [];
  const finding = await send(target, place, caption);
  refreshCase();
  const known = new Set<EntryId>(before.map(({ id }) => id));
  tellAdded({
    finding,
    evidence: finding.evidence.map(({ id }) => id).filter((id) => !known.has(id)),
    what: visibleLine(placeWords(place), WORDS_LENGTH),
  });
  return finding;
}

async function send(target: Target, place: Place, caption: string): Promise<Finding> {
  if (target.kind === 'known') {
    return api.addEvidence({ id: target.finding.id, places: [place], caption });
  }
  const made = await api.makeFinding({ title: target.title, severity: target.severity, places: [place] });
  const [first] = made.evidence;
  if (caption === '' || first === undefined) return made;
  return api.changeEvidence({ id: made.id, evidence: first.id, caption });
}

/** Adds a frame to the finding that was used last; what fails is told where what succeeds is. */
export function addToLast(finding: Finding, place: Place): void {
  addFrame({ kind: 'known', finding }, place, '').catch((error: unknown) =>
    tellProblem(error instanceof Error ? error.message : String(error)),
  );
}
