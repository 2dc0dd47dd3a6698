/** Words of commands: how they are called in the palette and on the sheet of keys. */

/** Groups of commands, in the order they are listed. */
export const COMMAND_GROUPS = {
  typed: 'What you typed',
  here: 'Here',
  replay: 'Replay',
  inspector: 'Inspector',
  list: 'List',
  filter: 'Filter',
  approvals: 'Approvals',
  notes: 'Notes',
  findings: 'Findings',
  go: 'Go to',
  session: 'Sessions',
  view: 'Views',
  saved: 'Saved filters',
  evidence: 'Evidence',
  window: 'Window',
} as const;

export const COMMANDS = {
  goSessions: 'Go to the sessions',
  goStatements: 'Go to the statements',
  goApprovals: 'Go to the approvals',
  goFindings: 'Go to the findings',
  goGateway: 'Go to the gateway',
  goStart: 'Open another archive, the demo or a gateway',
  keys: 'Show the keys',
  light: 'Change to the light theme',
  dark: 'Change to the dark theme',
  back: 'Go back',
} as const;

export const REPLAY_COMMANDS = {
  play: 'Play',
  pause: 'Pause',
  nextFrame: 'Next frame',
  previousFrame: 'Previous frame',
  nextStatement: 'Next statement',
  previousStatement: 'Previous statement',
  nextError: 'Next error',
  previousError: 'Previous error',
  nextDecision: 'Next decision of the policy',
  previousDecision: 'Previous decision of the policy',
  start: 'Start of the session',
  end: 'End of the session',
  endLive: 'Newest step, and follow',
  slower: 'Slower',
  faster: 'Faster',
  speed: (times: number) => `Play at ${times}×`,
  skipIdle: 'Skip idle time',
  keepIdle: 'Play idle time in full',
  tab: (name: string) => `Show ${name}`,
} as const;

/** Keys that lists and text fields take themselves, as the sheet of keys lists them. */
export const OTHER_KEYS = [
  {
    title: 'Anywhere',
    rows: [
      { keys: ['Ctrl-K'], does: 'find a command, a place, a session; on a Mac ⌘K' },
      { keys: ['Esc'], does: 'close what is open' },
    ],
  },
  {
    title: 'Lists',
    rows: [
      { keys: ['j', 'k'], does: 'next, previous row' },
      { keys: ['PgDn', 'PgUp'], does: 'a page down, up' },
      { keys: ['Home', 'End'], does: 'first, last row' },
      { keys: ['Enter'], does: 'open' },
      { keys: ['←', '→'], does: 'the cell beside' },
      { keys: ['m'], does: 'what the cell offers: filter, exclude, around it' },
      { keys: ['x', 'J', 'K'], does: 'of sessions: pick the row; pick on to the next, previous one' },
      { keys: ['Ctrl-A'], does: 'of sessions: pick all that are listed' },
      { keys: ['Alt ←', 'Alt →'], does: 'on a head: move the column; Shift: its width; ↓ its menu' },
    ],
  },
  {
    title: 'While filtering',
    rows: [
      { keys: ['Enter'], does: 'apply' },
      { keys: ['Tab'], does: 'take the completion' },
      { keys: ['↑', '↓'], does: 'choose; ↑ in front: earlier filters' },
      { keys: ['Esc'], does: 'close the list; then what is applied' },
    ],
  },
  {
    title: 'In a filter',
    rows: [
      { keys: ['a b'], does: 'both hold' },
      { keys: ['a or b'], does: 'either holds; (…) groups' },
      { keys: ['-a'], does: 'does not hold, as does: not a' },
      { keys: ['rows:10..100'], does: 'a range; rows>10, dur<2s, time:2026-11-01' },
      { keys: ['table:public.*'], does: '* stands for anything' },
      { keys: ['"drop table"'], does: 'words of statements, parameters, errors and rows' },
      { keys: ['sql:"now() -"'], does: 'any part of a statement without its literals' },
    ],
  },
] as const;

export const KEY_SHEET = { title: 'Keys', close: 'Close' } as const;
