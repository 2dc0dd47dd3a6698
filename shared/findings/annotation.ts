/** Notes that people write about what they see. They lie in the case, never in the archive. */
import { z } from '../api/zod.ts';
import { Anchor, ANCHOR_STANDINGS, Place } from './anchor.ts';

/** Colours a mark may have; each has a name beside it wherever it is shown. */
export const MARK_COLOURS = ['yellow', 'blue', 'green', 'red', 'violet'] as const;
export type MarkColour = (typeof MARK_COLOURS)[number];

/** Identifies an entry of a case, and what it made: SHA-256 over the entry as signed, hex. */
export const EntryId = z.string().regex(/^[0-9a-f]{64}$/);
export type EntryId = z.infer<typeof EntryId>;

export const Tag = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,39}$/u)
  .describe('a word; no spaces');

/** Markdown without HTML. */
export const Prose = z.string().max(20_000);

/** Who wrote an entry. `key` is the fingerprint of the key that signed it; `name` is their own word. */
export const Author = z.object({ key: z.string(), name: z.string() }).openapi('Author');
export type Author = z.infer<typeof Author>;

export const Annotation = z
  .object({
    id: EntryId,
    anchor: Anchor,
    standing: z.enum(ANCHOR_STANDINGS),
    /** The note that this one answers; threads have one level. */
    parent: EntryId.nullable(),
    text: Prose,
    tags: z.array(Tag),
    colour: z.enum(MARK_COLOURS),
    author: Author,
    /** When it was written, and last changed; µs. */
    made: z.number().int(),
    changed: z.number().int().nullable(),
    /** Earlier texts, newest first. */
    history: z.array(
      z.object({
        text: Prose,
        tags: z.array(Tag),
        colour: z.enum(MARK_COLOURS),
        author: Author,
        time: z.number().int(),
      }),
    ),
    /** Taken back: its text is kept in the history alone. */
    removed: z.boolean(),
  })
  .openapi('Annotation');
export type Annotation = z.infer<typeof Annotation>;

/** A new note: at a place, or as an answer to another (whose place it has). */
export const NewAnnotation = z.object({
  place: Place.nullable(),
  parent: EntryId.nullable().default(null),
  text: Prose.default(''),
  tags: z.array(Tag).max(20).default([]),
  colour: z.enum(MARK_COLOURS).default('yellow'),
});
export type NewAnnotation = z.infer<typeof NewAnnotation>;

/** What changes; what is absent stays. */
export const AnnotationChange = z.object({
  text: Prose.optional(),
  tags: z.array(Tag).max(20).optional(),
  colour: z.enum(MARK_COLOURS).optional(),
  removed: z.boolean().optional(),
});
export type AnnotationChange = z.infer<typeof AnnotationChange>;
