/**
 * What a terminal was told to show, made fit to be shown again: text, colours, cursor and screen stay; whatever a terminal would answer,
 * remember beyond the replay or do to the machine around it goes (clipboard, title, links, queries, mouse, printer, images). A
 * link's own text stays (ECMA-48; xterm's "Control Sequences"; CVE-2019-0542, CVE-2022-45063 are what comes of the rest).
 */
import { newSettings, noteSequence, noteShift, type TerminalSettings } from './terminal-settings.ts';
import { decodeText } from './text.ts';

/** What is known between two events: plain data, to be cloned with the painter's state. */
export interface TerminalState {
  /** Bytes of a character that goes on in the next event. */
  rest: Uint8Array;
  /** The beginning of a control sequence that goes on in the next event. */
  held: string;
  /** Within a control string, of which nothing is shown. */
  inString: boolean;
  /** Its size; null where the recording does not tell: a stream of text then, not a screen. */
  size: { readonly columns: number; readonly rows: number } | null;
  readonly settings: TerminalSettings;
}

/** Before a terminal's first event. */
export function newTerminalState(): TerminalState {
  return { rest: new Uint8Array(), held: '', inString: false, size: null, settings: newSettings() };
}

/** A sequence longer than this is none that a terminal is told. */
const LONGEST_SEQUENCE = 256;

/** A larger parameter is no column, line or colour: REP with it would fill the memory. */
const LARGE_PARAMETER = /\d{5,}/;

/** What ends a control string: BEL, ST, or what gives it up. */
const STRING_END = /[\x07\x18\x1a\x1b\x9c]/g; // oxlint-disable-line no-control-regex -- controls are what is looked for

// oxlint-disable-next-line no-control-regex -- controls are what is looked for
const PRINTABLE = /[^\x00-\x1f\x7f-\x9f]+/y;
/** Marks that make text read in another order than it was written. */
const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** BS, HT, LF, VT, FF, CR, SO, SI. */
const KEPT_CONTROLS = /[\x08-\x0f]/; // oxlint-disable-line no-control-regex -- controls are what is looked for

const CSI = /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~])/y; // oxlint-disable-line no-control-regex -- controls are what is looked for
const CSI_BEGUN = /^(?:\x1b\[|\x9b)[0-?]*[ -/]*$/; // oxlint-disable-line no-control-regex -- controls are what is looked for
const ESCAPE = /\x1b([ -/]*)([0-~])/y; // oxlint-disable-line no-control-regex -- controls are what is looked for
const ESCAPE_BEGUN = /^\x1b[ -/]*$/; // oxlint-disable-line no-control-regex -- controls are what is looked for

/** Cursor, erasing, editing, scrolling, tabs, colours, margins. */
const KEPT_FINALS = /[@A-MPSTXZ`abdefgmrsu]/;
/** Modes of a screen: reverse video, origin, wrapping, the cursor, the other screen, margins. */
const KEPT_MODES: ReadonlySet<string> = new Set([
  '5',
  '6',
  '7',
  '25',
  '45',
  '47',
  '69',
  '1047',
  '1048',
  '1049',
]);

/** Screen, colours and cursor as at the beginning, without what a full reset does to the terminal around them. */
const CLEARED = '\x1b[!p\x1b[H\x1b[2J';

/** `data` as text for a terminal, going on from `state`, which it changes. */
export function terminalText(data: Uint8Array, state: TerminalState): string {
  const text = state.held + decoded(data, state);
  state.held = '';
  let out = '';
  let at = 0;
  while (at < text.length) {
    if (state.inString) {
      at = stringEnd(text, at, state);
      continue;
    }
    PRINTABLE.lastIndex = at;
    const run = PRINTABLE.exec(text)?.[0];
    if (run !== undefined) {
      out += run.replace(REORDERING, '');
      at += run.length;
      continue;
    }
    const control = text.charAt(at);
    if (control !== '\x1b' && control !== '\x9b') {
      if (KEPT_CONTROLS.test(control)) out += control;
      noteShift(control, state.settings);
      state.inString = /[\x90\x98\x9d-\x9f]/.test(control); // oxlint-disable-line no-control-regex -- DCS, SOS, OSC, PM, APC
      at++;
      continue;
    }
    const read = sequenceAt(text, at, state);
    if (read === null) break;
    out += read.kept;
    noteSequence(read.kept, state.settings);
    at = read.end;
  }
  return out;
}

/** UTF-8, but for a character that is not whole yet. */
function decoded(data: Uint8Array, state: TerminalState): string {
  const bytes = state.rest.length === 0 ? data : joined(state.rest, data);
  const end = wholeEnd(bytes);
  state.rest = bytes.slice(end);
  return decodeText(bytes.subarray(0, end));
}

/** Where the last whole character ends. */
function wholeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** Passes over a control string, as far as it is there. */
function stringEnd(text: string, from: number, state: TerminalState): number {
  STRING_END.lastIndex = from;
  const end = STRING_END.exec(text)?.index ?? text.length;
  if (end === text.length) return end;
  if (text.charAt(end) === '\x1b') {
    if (end + 1 === text.length) {
      state.held = '\x1b';
      return text.length;
    }
    state.inString = false;
    return text.charAt(end + 1) === '\\' ? end + 2 : end;
  }
  state.inString = false;
  return end + 1;
}

/** The sequence at `at`, as it may stay; null when it goes on in the next event. */
function sequenceAt(
  text: string,
  at: number,
  state: TerminalState,
): { readonly kept: string; readonly end: number } | null {
  CSI.lastIndex = at;
  const csi = CSI.exec(text);
  if (csi !== null) return { kept: keptCsi(csi), end: CSI.lastIndex };
  const rest = text.slice(at, at + LONGEST_SEQUENCE);
  if (CSI_BEGUN.test(rest) || ESCAPE_BEGUN.test(rest)) {
    if (rest.length === LONGEST_SEQUENCE) return { kept: '', end: at + rest.length };
    state.held = rest;
    return null;
  }
  ESCAPE.lastIndex = at;
  const escape = ESCAPE.exec(text);
  if (escape === null || text.charAt(at) === '\x9b') return { kept: '', end: at + 1 };
  const [all, between = '', final = ''] = escape;
  if (between === '' && /[\]PX^_]/.test(final)) {
    state.inString = true;
    return { kept: '', end: at + 2 };
  }
  return { kept: keptEscape(all, between, final), end: at + all.length };
}

function keptEscape(all: string, between: string, final: string): string {
  if (between === '') {
    if (final === 'c') return CLEARED;
    return /[78DEHM]/.test(final) ? all : '';
  }
  if (/^[()*+]$/.test(between)) return /[0-9A-Z]/.test(final) ? all : '';
  return all === '\x1b#8' ? all : '';
}

/** Of numbers that are not large. */
const COLORS = /^\x1b\[(?:\d{0,4};)*\d{0,4}m$/; // oxlint-disable-line no-control-regex -- controls are what is looked for

function keptCsi([all = '', parameters = '', between = '', final = '']: readonly string[]): string {
  // Colours are most of them.
  if (final === 'm' && all.startsWith('\x1b') && COLORS.test(all)) return all;
  if (LARGE_PARAMETER.test(parameters)) return '';
  if (between !== '') return between === '!' && final === 'p' && parameters === '' ? '\x1b[!p' : '';
  if (parameters.startsWith('?')) return keptPrivate(parameters.slice(1), final);
  if (!/^[\d;:]*$/.test(parameters)) return '';
  if (final === 'h' || final === 'l') return parameters === '4' ? `\x1b[4${final}` : '';
  if (final === 'T' && parameters.includes(';')) return '';
  return KEPT_FINALS.test(final) ? `\x1b[${parameters}${final}` : '';
}

function keptPrivate(parameters: string, final: string): string {
  if (final === 'J' || final === 'K') return /^\d?$/.test(parameters) ? `\x1b[?${parameters}${final}` : '';
  if (final !== 'h' && final !== 'l') return '';
  const kept = parameters.split(';').filter((mode) => KEPT_MODES.has(mode));
  return kept.length === 0 ? '' : `\x1b[?${kept.join(';')}${final}`;
}

/**
 * Tells whoever shows the painter's text that the terminal has another size (xterm's CSI 8 t). Nothing recorded can: such a sequence
 * is taken out of it.
 */
export function sizeSequence({ columns, rows }: { readonly columns: number; readonly rows: number }): string {
  return `\x1b[8;${rows};${columns}t`;
}

const SIZE_BEGINS = '\x1b[8;';
const SIZE_SEQUENCE = /\x1b\[8;(\d+);(\d+)t/; // oxlint-disable-line no-control-regex -- the painter's own

/** The parts of a text between {@link sizeSequence}s, each with the size that follows it; null behind the last. */
export function* sizedParts(text: string): Generator<{
  readonly text: string;
  readonly size: { readonly columns: number; readonly rows: number } | null;
}> {
  let rest = text;
  // Most texts have none, and are long.
  const sized = (): RegExpExecArray | null => (rest.includes(SIZE_BEGINS) ? SIZE_SEQUENCE.exec(rest) : null);
  for (let found = sized(); found !== null; found = sized()) {
    const [all, rows, columns] = found;
    yield { text: rest.slice(0, found.index), size: { columns: Number(columns), rows: Number(rows) } };
    rest = rest.slice(found.index + all.length);
  }
  yield { text: rest, size: null };
}

/** What {@link terminalText} leaves, and colours: for where text goes that is no terminal. */
// oxlint-disable-next-line no-control-regex -- the painter's own, and what it lets pass
export const SEQUENCES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[()*+#][0-9A-Z]|[78DEHM])|[\x08\x0b\x0c\x0e\x0f]/g;

/** Puts a terminal that showed a recording back in order: the main screen, no margins, no colours, the cursor there. */
export const TERMINAL_END = '\x1b[?1049l\x1b[!p\x1b[?25h\x1b[?7h\x1b(B\x0f\x1b[0m';
