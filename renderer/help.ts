/** Every key of the window, as the help sheet lists them. */
import type { KeyGroup } from './ui/HelpDialog.tsx';

export const KEYS: readonly KeyGroup[] = [
  {
    title: 'Everywhere',
    rows: [
      { keys: ['g', 's'], does: 'go to the sessions' },
      { keys: ['g', 'q'], does: 'go to the statements' },
      { keys: ['g', 'a'], does: 'go to the approvals' },
      { keys: ['?'], does: 'this sheet' },
      { keys: ['Esc'], does: 'back, or close what is open' },
    ],
  },
  {
    title: 'Lists',
    rows: [
      { keys: ['j', 'k'], does: 'next, previous row' },
      { keys: ['PgDn', 'PgUp'], does: 'a page down, up' },
      { keys: ['Home', 'End'], does: 'first, last row' },
      { keys: ['Enter'], does: 'open' },
    ],
  },
  {
    title: 'Filter',
    rows: [
      { keys: ['/'], does: 'to the filter' },
      { keys: ['Tab'], does: 'take the completion' },
      { keys: ['↑', '↓'], does: 'choose; ↑ in front: earlier filters' },
      { keys: ['Enter'], does: 'apply' },
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
  {
    title: 'Approvals',
    rows: [
      { keys: ['a'], does: 'approve: Enter in the reason decides' },
      { keys: ['r'], does: 'reject, with a reason' },
      { keys: ['Esc'], does: 'leave the reason' },
    ],
  },
  {
    title: 'Replay',
    rows: [
      { keys: ['Space'], does: 'play, pause' },
      { keys: [',', '.'], does: 'previous, next frame' },
      { keys: ['[', ']'], does: 'previous, next statement' },
      { keys: ['E', 'e'], does: 'previous, next error' },
      { keys: ['D', 'd'], does: 'previous, next decision of the policy' },
      { keys: ['Home', 'End'], does: 'start, end of the session' },
      { keys: ['-', '+'], does: 'slower, faster' },
      { keys: ['i'], does: 'skip idle time' },
      { keys: ['1', '7'], does: 'inspector: statement … notes' },
      { keys: ['n'], does: 'note on the frame, its statement, a cell or the session' },
      { keys: ['N'], does: 'begin a range: n or f ends it' },
      { keys: ['f', 'F'], does: 'add to the finding used last, to another' },
    ],
  },
];
