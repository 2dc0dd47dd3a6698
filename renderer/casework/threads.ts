/** Notes as they are shown: in threads, by place, and counted where there is no room for more. */
import type { StatementRow } from '../../shared/api/session.ts';
import type { Anchor } from '../../shared/findings/anchor.ts';
import type { Annotation, EntryId, MarkColour } from '../../shared/findings/annotation.ts';
import { clipText } from '../../shared/replay/visible.ts';

/** A note with its answers, oldest first. */
export interface Thread {
  readonly root: Annotation;
  readonly replies: readonly Annotation[];
}

/** A note on the time line. */
export interface TimeMarker {
  readonly time: number;
  readonly sequence: number;
  /** Last event where it is about a range. */
  readonly last: number | null;
  readonly colour: MarkColour;
  readonly label: string;
}

/** A run of events of a session; a statement that is not over has no end yet. */
export interface EventRun {
  readonly first: number;
  readonly last: number;
}

/** Characters of a note that a marker shows. */
const LABEL_LENGTH = 120;

/** Threads in the order of the session: what is about all of it first, then by event. */
export function threadsOf(notes: readonly Annotation[]): Thread[] {
  const replies = new Map<EntryId, Annotation[]>();
  for (const note of notes) {
    if (note.parent !== null) replies.set(note.parent, [...(replies.get(note.parent) ?? []), note]);
  }
  return notes
    .filter(({ parent }) => parent === null)
    .map((root) => ({ root, replies: replies.get(root.id) ?? [] }))
    .toSorted((a, b) => (a.root.anchor.sequence ?? -1) - (b.root.anchor.sequence ?? -1));
}

/** Whether anything of a thread still stands. */
export function stands({ root, replies }: Thread): boolean {
  return !root.removed || replies.some(({ removed }) => !removed);
}

/** The events a statement took, from its intent to its outcome. */
export function runOf({
  sequence,
  outcomeSequence,
}: Pick<StatementRow, 'sequence' | 'outcomeSequence'>): EventRun {
  return { first: sequence, last: outcomeSequence ?? sequence };
}

/** Whether a note is about any of the events. What is about the whole session is about none of them in particular. */
export function isAbout({ sequence, last }: Anchor, run: EventRun): boolean {
  return sequence !== null && sequence <= run.last && (last ?? sequence) >= run.first;
}

/** The flags of the time line: one for each thread that stands and is about a moment. */
export function markersOf(notes: readonly Annotation[]): TimeMarker[] {
  return threadsOf(notes)
    .filter(stands)
    .flatMap(({ root: { anchor, colour, text } }) =>
      anchor.sequence === null
        ? []
        : [
            {
              time: anchor.time,
              sequence: anchor.sequence,
              last: anchor.last,
              colour,
              label: clipText(text, LABEL_LENGTH),
            },
          ],
    );
}

/** How many notes stand on each session. */
export function countBySession(notes: readonly Annotation[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { anchor, removed } of notes) {
    if (!removed) counts.set(anchor.session, (counts.get(anchor.session) ?? 0) + 1);
  }
  return counts;
}

/** Tags in use, the most frequent first: what is offered when one writes. */
export function tagsInUse(notes: readonly Annotation[]): string[] {
  const counts = new Map<string, number>();
  for (const note of notes) {
    if (!note.removed) for (const tag of note.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, most], [b, more]) => more - most || (a < b ? -1 : 1)).map(([tag]) => tag);
}
