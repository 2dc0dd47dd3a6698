/** Words of taking evidence out. */
import type { ExportFormat } from '../../shared/api/export.ts';

interface Offered {
  readonly name: string;
  readonly about: string;
}

/** The formats, as people choose among them. */
export const EXPORT_OFFERS: Readonly<Record<ExportFormat, Offered>> = {
  bundle: {
    name: 'Evidence bundle',
    about: 'Whole sessions with proofs, report, tables and verifier: anybody can check it',
  },
  pdf: { name: 'PDF report', about: 'For reading and printing, without rows' },
  html: { name: 'HTML page', about: 'With the replay, needs no network' },
  csv: { name: 'CSV', about: 'A table of statements for spreadsheets' },
  jsonl: { name: 'JSON lines', about: 'Sessions, statements and rows, for programs' },
  asciicast: { name: 'asciicast', about: 'The terminal as a recording with markers' },
  ocsf: { name: 'OCSF', about: 'Datastore Activity, for a SIEM' },
  ecs: { name: 'ECS', about: 'Elastic Common Schema, for a SIEM' },
  cef: { name: 'CEF', about: 'One line an event, for a SIEM' },
};

/** What the formats that a finding is taken out in hold of it. */
export const FINDING_OFFERS = {
  bundle: 'This finding, its sessions whole, proofs and verifier: a stranger can check it',
  html: 'Its sessions with their replay; needs no network',
  pdf: 'Its sessions for reading, without rows',
} as const;

export const EXPORTS = {
  open: 'Export…',
  command: (what: string) => `Export ${what}…`,
  title: (what: string) => `Export ${what}`,
  as: (what: string) => `Export ${what} as`,
  everything: 'everything',
  filtered: 'what the filter lets pass',
  session: 'this session',
  finding: 'this finding',
  noFrames: 'A finding without frames rests on no session: add one first.',
  picked: (count: string) => `${count} picked`,
  running: (part: string) => `Exporting ${part}`,
  preparing: 'preparing…',
  writing: (format: string) => `${format}:`,
  done: (done: string) => `${done} so far`,
  doneOf: (done: string, total: string) => `${done} of ${total}`,
  bytes: (size: string) => `${size} written`,
  stop: 'Stop',
  saved: (name: string) => `Saved ${name}.`,
  stopped: 'Stopped; nothing was kept.',
  broken: 'the export broke off; the archive may not hold it all',
  another: 'One export at a time: stop the one that runs, or wait for it.',
} as const;
