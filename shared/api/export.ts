/** What an export is asked for, by whoever asks. */
import { z } from './zod.ts';

/** The formats that evidence is taken out in. */
export const EXPORT_FORMATS = [
  'bundle',
  'pdf',
  'html',
  'csv',
  'jsonl',
  'asciicast',
  'ocsf',
  'ecs',
  'cef',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const ExportRequest = z
  .object({
    format: z.enum(EXPORT_FORMATS),
    filter: z.string().max(4000).default('').describe('which statements; empty: all'),
    session: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional()
      .describe('this session alone'),
    sessions: z
      .array(z.string().regex(/^[0-9a-f]{32}$/))
      .max(500)
      .optional()
      .describe('these sessions whole: what a finding rests on'),
    finding: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('this finding of the case: its sessions, and a page that tells it'),
    job: z.string().max(40).optional().describe('a word under which the live stream tells how far it is'),
  })
  .openapi('ExportRequest');
export type ExportRequest = z.infer<typeof ExportRequest>;

/** The header of an answer that tells what the export leaves out: a JSON list of sentences, percent-encoded. */
export const LEAVES_OUT_HEADER = 'x-auditorium-leaves-out';
