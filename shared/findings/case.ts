/** A case: one file with all that people wrote and did about archives, as chains of signed entries, one chain an author. */
import { z } from '../api/zod.ts';
import { Author, EntryId } from './annotation.ts';

/** What investigators do that the case keeps beside what they write. */
export const ACTS = [
  'opened',
  'searched',
  'viewed',
  'revealed',
  'exported',
  'merged',
  'redacted',
  'ended',
  'held',
  'lifted',
] as const;
export type Act = (typeof ACTS)[number];

export const CaseInfo = z
  .object({
    path: z.string(),
    /** Who writes here now. */
    author: Author,
    entries: z.number().int(),
    authors: z.array(Author.extend({ entries: z.number().int(), last: z.number().int() })),
    /** What does not verify, in words: entries that were changed, are missing or are signed by nobody known. */
    problems: z.array(z.string()),
  })
  .openapi('Case');
export type CaseInfo = z.infer<typeof CaseInfo>;

/** An entry as the log shows it. */
export const LogEntry = z
  .object({
    id: EntryId,
    author: Author,
    /** Number in its author’s chain, from 0. */
    number: z.number().int(),
    time: z.number().int(),
    kind: z.string().describe('annotation, finding, review, … or one of the acts'),
    what: z.string().describe('in words'),
    session: z.string().nullable(),
  })
  .openapi('CaseLogEntry');
export type LogEntry = z.infer<typeof LogEntry>;

/** What taking in somebody’s case came to. */
export const Merged = z
  .object({
    added: z.number().int(),
    known: z.number().int().describe('entries that were here already'),
    authors: z.array(Author).describe('whose entries were added'),
    problems: z.array(z.string()),
  })
  .openapi('Merged');
export type Merged = z.infer<typeof Merged>;
