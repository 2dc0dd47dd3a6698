/** A note as its entries make it. */
import type { Annotation } from './annotation.ts';
import type { EntryBody } from './body.ts';
import type { CaseEntry } from './entry.ts';

/** A note without how its anchor stands, which an archive tells. */
export type FoldedAnnotation = Omit<Annotation, 'standing'>;

type BodyOf<K extends EntryBody['kind']> = Extract<EntryBody, { readonly kind: K }>;

export function newNote({ id, author, time }: CaseEntry, body: BodyOf<'annotation'>): FoldedAnnotation {
  const { anchor, parent, text, tags, colour } = body;
  return {
    id,
    anchor,
    parent,
    text,
    tags,
    colour,
    author,
    made: time,
    changed: null,
    history: [],
    removed: false,
  };
}

/** Only its author changes a note: what others say of it are answers. */
export function changedNote(
  note: FoldedAnnotation,
  { author, time }: CaseEntry,
  change: BodyOf<'annotationChange'>,
): FoldedAnnotation {
  if (author.key !== note.author.key) return note;
  const removed = change.removed ?? note.removed;
  const [latest] = note.history;
  // What was taken back has its text in the history alone, from where it returns.
  const text = change.text ?? (note.removed && latest !== undefined ? latest.text : note.text);
  const { tags = note.tags, colour = note.colour } = change;
  const before = {
    text: note.text,
    tags: note.tags,
    colour: note.colour,
    author: note.author,
    time: note.changed ?? note.made,
  };
  const unseen = removed && change.text !== undefined ? [{ text, tags, colour, author, time }] : [];
  return {
    ...note,
    text: removed ? '' : text,
    tags,
    colour,
    changed: time,
    history: [...unseen, ...(note.removed ? [] : [before]), ...note.history],
    removed,
  };
}
