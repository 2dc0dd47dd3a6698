/** A finding as its entries make it. */
import type { EntryId } from './annotation.ts';
import type { EntryBody } from './body.ts';
import type { CaseEntry } from './entry.ts';
import type { Evidence, Finding } from './finding.ts';
import { clipText } from '../replay/visible.ts';

/** A frame without how its anchor stands, which an archive tells. */
export type FoldedEvidence = Omit<Evidence, 'standing'>;

export type FoldedFinding = Omit<Finding, 'evidence'> & { readonly evidence: readonly FoldedEvidence[] };

/** A finding while its entries are taken. */
export type FindingState = Omit<FoldedFinding, 'evidence'> & {
  /** In the order in which they were added, those that were taken out too. */
  readonly frames: readonly (FoldedEvidence & { readonly removed: boolean })[];
  /** As somebody put them; what came later stands behind. */
  readonly order: readonly EntryId[];
};

type BodyOf<K extends EntryBody['kind']> = Extract<EntryBody, { readonly kind: K }>;

export function newFinding(
  { id, author, time }: CaseEntry,
  { title, severity, narrative }: BodyOf<'finding'>,
  number: number,
): FindingState {
  const history = [{ author, time, what: 'made it' }];
  return {
    id,
    number,
    title,
    severity,
    status: 'open',
    assignee: null,
    narrative,
    author,
    made: time,
    changed: time,
    history,
    frames: [],
    order: [],
  };
}

export function changedFinding(
  finding: FindingState,
  entry: CaseEntry,
  change: BodyOf<'findingChange'>,
): FindingState {
  const {
    title = finding.title,
    severity = finding.severity,
    status = finding.status,
    assignee = finding.assignee,
    narrative = finding.narrative,
    order = finding.order,
  } = change;
  const changed = { ...finding, title, severity, status, assignee, narrative, order };
  return told(changed, entry, differences(finding, changed));
}

export function addedEvidence(
  finding: FindingState,
  entry: CaseEntry,
  { anchor, caption }: BodyOf<'evidence'>,
): FindingState {
  const { id, author, time: added } = entry;
  const frames = [...finding.frames, { id, anchor, caption, author, added, removed: false }];
  return told({ ...finding, frames }, entry, [`added a frame: ${clipText(anchor.label, 80)}`]);
}

export function changedEvidence(
  finding: FindingState,
  entry: CaseEntry,
  change: BodyOf<'evidenceChange'>,
): FindingState {
  const frame = finding.frames.find(({ id }) => id === change.target);
  if (frame === undefined) return finding;
  const { caption = frame.caption, removed = frame.removed } = change;
  const frames = finding.frames.map((one) => (one === frame ? { ...frame, caption, removed } : one));
  const what = clipText(frame.anchor.label, 80);
  return told({ ...finding, frames }, entry, [
    ...(removed === frame.removed ? [] : [`${removed ? 'took out' : 'put back'} a frame: ${what}`]),
    ...(caption === frame.caption ? [] : [`wrote the caption of a frame: ${what}`]),
  ]);
}

/** As the API tells it. */
export function shownFinding({ frames, order, ...finding }: FindingState): FoldedFinding {
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: FoldedEvidence) => places.get(id) ?? order.length;
  const evidence = frames
    .filter(({ removed }) => !removed)
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map(({ id, anchor, caption, author, added }) => ({ id, anchor, caption, author, added }));
  return { ...finding, evidence };
}

function told(finding: FindingState, { author, time }: CaseEntry, words: readonly string[]): FindingState {
  if (words.length === 0) return finding;
  const history = [{ author, time, what: words.join('; ') }, ...finding.history];
  return { ...finding, changed: time, history };
}

/** What changed, in words. */
function differences(before: FindingState, after: FindingState): string[] {
  const words: string[] = [];
  if (after.title !== before.title) words.push(`renamed it from “${before.title}”`);
  if (after.severity !== before.severity) words.push(`severity ${before.severity} → ${after.severity}`);
  if (after.status !== before.status) words.push(`status ${before.status} → ${after.status}`);
  if (after.assignee !== before.assignee)
    words.push(after.assignee === null ? 'assigned to nobody' : `assigned to ${after.assignee}`);
  if (after.narrative !== before.narrative) words.push('changed the narrative');
  if (after.order.join() !== before.order.join()) words.push('put the frames in another order');
  return words;
}
