/** Adds frames to findings, and remembers to which: the next frame needs one key. */
import type { Place } from '../../shared/findings/anchor.ts';
import type { EntryId } from '../../shared/findings/annotation.ts';
import type { Finding, FindingSeverity } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { refreshCase } from '../casework.ts';
import { placeWords } from '../words/casework.ts';
import { NOTES } from '../words/notes.ts';
import { tellAdded, tellProblem } from './marking.ts';

/** Longest words of a place told. */
const WORDS_LENGTH = 120;

/** Where frames go: to a finding that is there, or to one that is made for them. */
export type Target =
  | { readonly kind: 'known'; readonly finding: Pick<Finding, 'id' | 'evidence'> }
  | { readonly kind: 'new'; readonly title: string; readonly severity: FindingSeverity };

/** Frames of one request: what the API takes at most. */
const AT_ONCE = 100;

/** Adds frames, tells so, and gives the finding as it stands. */
export async function addFrames(target: Target, places: readonly Place[], caption: string): Promise<Finding> {
  const before = target.kind === 'known' ? target.finding.evidence : [];
  const finding = await send(target, places, caption);
  refreshCase();
  const known = new Set<EntryId>(before.map(({ id }) => id));
  const [first] = places;
  tellAdded({
    finding,
    evidence: finding.evidence.map(({ id }) => id).filter((id) => !known.has(id)),
    what:
      first === undefined || places.length > 1
        ? NOTES.sessions(places.length)
        : visibleLine(placeWords(first), WORDS_LENGTH),
  });
  return finding;
}

async function send(target: Target, places: readonly Place[], caption: string): Promise<Finding> {
  if (target.kind === 'known') return addAll(target.finding.id, places, caption);
  const { title, severity } = target;
  if (places.length > 1) {
    const empty = await api.makeFinding({ title, severity });
    return addAll(empty.id, places, caption);
  }
  const made = await api.makeFinding({ title, severity, places: [...places] });
  const [first] = made.evidence;
  if (caption === '' || first === undefined) return made;
  return api.changeEvidence({ id: made.id, evidence: first.id, caption });
}

async function addAll(id: EntryId, places: readonly Place[], caption: string): Promise<Finding> {
  const finding = await api.addEvidence({ id, places: places.slice(0, AT_ONCE), caption });
  return places.length <= AT_ONCE ? finding : addAll(id, places.slice(AT_ONCE), caption);
}

/** Adds a frame to the finding that was used last; what fails is told where what succeeds is. */
export function addToLast(finding: Finding, place: Place): void {
  addFrames({ kind: 'known', finding }, [place], '').catch((error: unknown) =>
    tellProblem(error instanceof Error ? error.message : String(error)),
  );
}
