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
  })
  .openapi('ExportRequest');
export type ExportRequest = z.infer<typeof ExportRequest>;

/** The header of an answer that tells what the export leaves out: a JSON list of sentences, percent-encoded. */
export const LEAVES_OUT_HEADER = 'x-auditorium-leaves-out';
