/** The formats that are offered, those for people first. */
import type { ExportFormat } from '../../shared/api/export.ts';

interface Offer {
  readonly format: ExportFormat;
  readonly extension: string;
  /** Whether it is of one session only. */
  readonly single: boolean;
}

export const OFFERS: readonly Offer[] = [
  { format: 'bundle', extension: 'zip', single: false },
  { format: 'pdf', extension: 'pdf', single: false },
  { format: 'html', extension: 'html', single: false },
  { format: 'csv', extension: 'csv', single: false },
  { format: 'jsonl', extension: 'jsonl', single: false },
  { format: 'asciicast', extension: 'cast', single: true },
  { format: 'ocsf', extension: 'ocsf.jsonl', single: false },
  { format: 'ecs', extension: 'ecs.jsonl', single: false },
  { format: 'cef', extension: 'cef', single: false },
];
