/** The formats of exports, and what each leaves out. */
import type { ExportFormat } from '../../shared/api/export.ts';

interface FormatFacts {
  /** Of a file's name. */
  readonly extension: string;
  readonly mediaType: string;
  /** Whether it is text that may go to stdout. */
  readonly text: boolean;
  /** One line about it. */
  readonly meaning: string;
  /** What of the record is not in it, as sentences. */
  readonly leavesOut: readonly string[];
}

const BUNDLE_HAS_IT = 'a bundle has them';

export const FORMATS = {
  bundle: {
    extension: 'zip',
    mediaType: 'application/zip',
    text: false,
    meaning: 'whole sessions as evidence that a stranger can verify, with report, tables and verifier',
    leavesOut: [
      'Sessions that were not selected, and events of the log that do not concern those that were.',
      'In report.html and the tables: what their own formats leave out; evidence/events.bin has every byte.',
    ],
  },
  pdf: {
    extension: 'pdf',
    mediaType: 'application/pdf',
    text: false,
    meaning: 'a report for reading and printing',
    leavesOut: [
      'Rows of results, the raw messages and the replay.',
      'The ends of statements of more than 2,000 characters.',
    ],
  },
  html: {
    extension: 'html',
    mediaType: 'text/html; charset=utf-8',
    text: true,
    meaning: 'one page with the replay in it, which needs no network',
    leavesOut: ['The raw messages; long values where the replay says so; proofs.'],
  },
  csv: {
    extension: 'csv',
    mediaType: 'text/csv; charset=utf-8; header=present',
    text: true,
    meaning: 'a table of statements for spreadsheets (RFC 4180), formulas defused',
    leavesOut: [
      `Rows of results, raw messages and proofs (${BUNDLE_HAS_IT}).`,
      'Sessions without a statement that matches.',
    ],
  },
  jsonl: {
    extension: 'jsonl',
    mediaType: 'application/x-ndjson',
    text: true,
    meaning: 'sessions, statements and results as JSON lines',
    leavesOut: [
      `Raw messages, COPY data that agents sent, and proofs (${BUNDLE_HAS_IT}).`,
      'The ends of rows of more than 64 KiB, which are marked.',
    ],
  },
  asciicast: {
    extension: 'cast',
    mediaType: 'application/x-asciicast',
    text: true,
    meaning: 'one session as a terminal recording (asciicast v3) with markers',
    leavesOut: [
      `Raw messages and proofs (${BUNDLE_HAS_IT}).`,
      'What a terminal would not show of long statements and wide results, where the recording says so.',
    ],
  },
  ocsf: {
    extension: 'ocsf.jsonl',
    mediaType: 'application/x-ndjson',
    text: true,
    meaning: 'OCSF 1.8 Datastore Activity as JSON lines',
    leavesOut: [
      `Rows of results, raw messages and proofs (${BUNDLE_HAS_IT}).`,
      'All tables of a statement but the first stand under unmapped.',
    ],
  },
  ecs: {
    extension: 'ecs.jsonl',
    mediaType: 'application/x-ndjson',
    text: true,
    meaning: 'Elastic Common Schema as JSON lines',
    leavesOut: [`Rows of results, raw messages and proofs (${BUNDLE_HAS_IT}).`],
  },
  cef: {
    extension: 'cef',
    mediaType: 'text/plain; charset=utf-8',
    text: true,
    meaning: 'ArcSight Common Event Format, one line an event',
    leavesOut: [
      `Rows of results, parameters, raw messages and proofs (${BUNDLE_HAS_IT}).`,
      'The ends of statements of more than 4,000 characters.',
    ],
  },
} as const satisfies Record<ExportFormat, FormatFacts>;

export type Format = ExportFormat;

export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
