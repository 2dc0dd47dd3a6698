/**
 * What a terminal was told that lasts and is not seen in its cells: margins, character sets, whether the cursor shows. Who
 * takes down a screen as text (keyframe.ts) puts these behind it.
 */

/** By what is set, the sequence that set it last; plain data, to be cloned with the painter's state. */
export interface TerminalSettings {
  /** Whether the other screen shows: it has margins of its own. */
  other: boolean;
  /** Of the first screen and the other one; '' for all lines. */
  margins: [string, string];
  /** Designations of G0 to G3, by their letters. */
  sets: Record<string, string>;
  /** SO or SI; '' before either. */
  shift: string;
  cursorHidden: boolean;
}

/** Before a terminal's first event. */
export function newSettings(): TerminalSettings {
  return { other: false, margins: ['', ''], sets: {}, shift: '', cursorHidden: false };
}

/** A size resets the margins of both screens. */
export function noteSize(settings: TerminalSettings): void {
  settings.margins = ['', ''];
}

/** Takes in an SO or SI. */
export function noteShift(control: string, settings: TerminalSettings): void {
  if (control === '\x0e' || control === '\x0f') settings.shift = control;
}

/** How sequences end that tell something that lasts, resets with what follows them included; what is second where a set is chosen. */
const TELLING: ReadonlySet<string> = new Set(['h', 'l', 'r', 'p', 'J']);
const SETS: ReadonlySet<string> = new Set(['(', ')', '*', '+']);

/** Takes in a sequence as the terminal is given it (terminal-text.ts). */
export function noteSequence(sequence: string, settings: TerminalSettings): void {
  // Most are colours and moves.
  if (!TELLING.has(sequence.at(-1) ?? '') && !SETS.has(sequence.charAt(1))) return;
  if (sequence.includes('\x1b[!p')) {
    settings.margins[settings.other ? 1 : 0] = '';
    settings.sets = {};
    settings.shift = '';
    settings.cursorHidden = false;
    return;
  }
  const set = /^\x1b([()*+])/.exec(sequence)?.[1]; // oxlint-disable-line no-control-regex -- controls are what is looked for
  if (set !== undefined) settings.sets[set] = sequence;
  else if (sequence.startsWith('\x1b[?'))
    noteModes(sequence.slice(3, -1).split(';'), sequence.at(-1) === 'h', settings);
  else if (sequence.endsWith('r')) settings.margins[settings.other ? 1 : 0] = sequence;
}

function noteModes(modes: readonly string[], on: boolean, settings: TerminalSettings): void {
  for (const mode of modes) {
    if (mode === '25') settings.cursorHidden = !on;
    else if (mode === '47' || mode === '1047' || mode === '1049') {
      settings.other = on;
      // It is empty, and without margins, when it shows again.
      if (!on) settings.margins[1] = '';
    }
  }
}

/** What sets the margins of the first screen while the other one shows; '' for none. */
export function hiddenMargins({ other, margins }: TerminalSettings): string {
  return other ? margins[0] : '';
}

/** Sets all of it on a terminal that shows the same cells and has the cursor in its place, where it stays. */
export function settingsText({ other, margins, sets, shift, cursorHidden }: TerminalSettings): string {
  const own = margins[other ? 1 : 0];
  // Margins send the cursor home.
  const placed = own === '' ? '' : `\x1b7${own}\x1b8`;
  return placed + Object.values(sets).join('') + shift + (cursorHidden ? '\x1b[?25l' : '');
}
