/** What the board and the list of findings say. */
import type { FindingStatus } from '../../shared/findings/finding.ts';

export const STATUS_WORDS: Readonly<Record<FindingStatus, string>> = {
  open: 'Open',
  investigating: 'Investigating',
  confirmed: 'Confirmed',
  resolved: 'Resolved',
  dismissed: 'Dismissed',
};

/** What a status means, for whoever chooses one. */
export const STATUS_MEANINGS: Readonly<Record<FindingStatus, string>> = {
  open: 'nobody has looked into it yet',
  investigating: 'somebody is looking into it',
  confirmed: 'it is so',
  resolved: 'it was so, and is mended',
  dismissed: 'it is nothing',
};

export const FINDINGS = {
  title: 'Findings',
  parts: {
    label: 'Findings and the case',
    findings: 'Findings',
    reviews: 'Review queue',
    notes: 'All notes',
    log: 'Case log',
  },
  board: 'Board',
  list: 'List',
  view: 'Show as',
  newFinding: 'New finding',
  search: 'Filter findings',
  searchHint: 'Filter by words or number',
  severity: 'Severity',
  anySeverity: 'Any severity',
  assignee: 'Assignee',
  anyAssignee: 'Anybody',
  nobody: 'Nobody',
  unassigned: 'unassigned',
  shown: (shown: number, all: number) =>
    shown === all ? `${all} ${all === 1 ? 'finding' : 'findings'}` : `${shown} of ${all} findings`,
  cards: (count: number) => `${count} ${count === 1 ? 'card' : 'cards'}`,
  frames: (count: number) => `${count} ${count === 1 ? 'frame' : 'frames'}`,
  age: (age: string) => `made ${age} ago`,
  menu: (number: number) => `Finding ${number}: move or open`,
  moveTo: 'Move to',
  open: 'Open',
  moved: (number: number, status: string) => `Finding ${number} is now ${status.toLowerCase()}.`,
  emptyColumn: 'none',
  none: 'No findings yet',
  noneHow: 'Press f in a replay to take the frame you see into a finding, or begin one here.',
  noneMatch: 'No finding matches',
  clear: 'Show all findings',
  failed: 'The findings could not be loaded',
  notWritten: 'This was not written',
  columns: {
    number: '#',
    severity: 'Severity',
    status: 'Status',
    title: 'Title',
    assignee: 'Assignee',
    evidence: 'Frames',
    changed: 'Changed (UTC)',
    age: 'Age',
  },
} as const;

export const NEW_FINDING = {
  title: 'New finding',
  name: 'Title',
  nameHint: 'What happened, in one line',
  severity: 'Severity',
  narrative: 'What you saw (optional, Markdown)',
  make: 'Make finding',
  cancel: 'Cancel',
  failed: 'The finding was not made',
  framesLater: 'Frames are added with f in a replay.',
} as const;

/** The case as a file: its menu. */
export const CASE_FILE = {
  menu: 'Case',
  export: 'Export the case…',
  exportAbout: 'Everything that was written here, signed, as one file for a colleague',
  merge: 'Merge a colleague’s case…',
  mergeAbout: 'Takes in what is not here yet; nothing of yours is changed',
  exporting: 'Writing the case …',
  merging: (name: string) => `Merging ${name} …`,
  progress: (done: number, total: number) =>
    `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} entries`,
  exportFailed: 'The case could not be exported',
  mergeFailed: (name: string) => `${name} could not be merged`,
  tooLarge: (name: string, most: string) =>
    `${name} is larger than ${most}; merge it with “auditorium case merge” on the command line`,
  merged: (name: string) => `${name} was merged`,
  added: (added: number, known: number) =>
    `${added} ${added === 1 ? 'entry' : 'entries'} came in; ${known} ${known === 1 ? 'was' : 'were'} here already.`,
  from: (names: string) => `Written by ${names}.`,
  problems: 'What does not verify in it',
} as const;

/** Commands of the findings place, as the palette and the sheet of keys call them. */
export const FINDINGS_COMMANDS = {
  goReviews: 'Go to the review queue',
  goNotes: 'Go to all notes',
  goLog: 'Go to the case log',
  newFinding: 'New finding',
  board: 'Show findings as a board',
  list: 'Show findings as a list',
  up: 'Card above',
  down: 'Card below',
  left: 'Card at the left',
  right: 'Card at the right',
  open: 'Open the finding',
  moveLeft: 'Move the card to the status at its left',
  moveRight: 'Move the card to the status at its right',
  filter: 'Go to the filter',
  back: 'Back to all findings',
  print: 'Print the finding',
  editNarrative: 'Edit what happened',
  verdict: (verdict: string) => `Verdict: ${verdict}`,
} as const;
